import Sockets
import Testing

struct ServerTests {
    /// A running server, and where it listens.
    private func server(_ options: String...) throws -> (Program, Endpoint) {
        let program = try Program("serve", "--port=0", options.first ?? "--host=127.0.0.1")
        let line = try program.line()
        return (program, try #require(Endpoint(String(line.dropFirst("listening on ".count)))))
    }

    private func send(_ messages: [Message], to socket: borrowing Socket) throws {
        try send(encoded(messages), to: socket)
    }

    private func send(_ bytes: [UInt8], to socket: borrowing Socket) throws {
        var sent = 0
        while sent < bytes.count { sent += try socket.send(bytes.span.extracting(sent...)) }
    }

    /// The frames that come until there are so many, or until the end of the stream.
    private func receive(_ count: Int = .max, from socket: borrowing Socket) throws -> [Message] {
        var decoder = FrameDecoder(maxPayload: 1_048_576)
        var messages: [Message] = []
        while messages.count < count {
            guard try !socket.descriptor.wait(for: .readable, until: .after(.seconds(20))).isEmpty else {
                throw SocketError.timedOut("recv")
            }
            let bytes = try socket.receive(upTo: 65_536)
            if bytes.isEmpty { break }
            decoder.append(bytes)
            while let frame = try decoder.next() {
                messages.append(Message(type: frame.type, payload: Array(decoder.bytes[frame.payload])))
            }
        }
        return messages
    }

    @Test func `Requests and pings of two clients at once are answered, other types ignored`() throws {
        let (program, endpoint) = try server()
        let (one, two) = (try Handle(endpoint), try Handle(endpoint))
        try send(encoded([Message(type: 1, payload: [1, 2])]).dropLast(), to: one.socket)
        try send([Message(type: 3, payload: [9]), Message(type: 2, payload: []), Message(type: 77, payload: [1])], to: two.socket)
        try send([Message(type: 1, payload: [])], to: two.socket)
        #expect(try receive(2, from: two.socket) == [Message(type: 4, payload: [9]), Message(type: 2, payload: [])])
        try send([2], to: one.socket)
        #expect(try receive(1, from: one.socket) == [Message(type: 2, payload: [1, 2])])
        try one.socket.shutDown(.sending)
        #expect(try receive(from: one.socket).isEmpty)
        program.terminate()
        #expect(try receive(from: two.socket).isEmpty)
        #expect(try program.finish().code == 0)
    }

    @Test func `A malformed frame is answered with an error, and the connection closed`() throws {
        let (program, endpoint) = try server("--max-payload=5")
        let client = try Handle(endpoint)
        let bytes = encoded([Message(type: 1, payload: [1]), Message(type: 1, payload: [1, 2, 3, 4, 5, 6])])
        try send(bytes + [UInt8](repeating: 0, count: 100_000), to: client.socket)
        let text = "offset 12: payload of 6 bytes exceeds the limit of 5"
        #expect(try receive(from: client.socket) == [Message(type: 2, payload: [1]), Message(type: 5, payload: Array(text.utf8))])
        program.terminate()
        #expect(try program.finish().code == 0)
    }

    @Test func `The end within a frame is answered with an error`() throws {
        let (program, endpoint) = try server()
        let client = try Handle(endpoint)
        try send([0xCA, 0xFE], to: client.socket)
        try client.socket.shutDown(.sending)
        let text = "offset 0: truncated frame: 2 of 11 header bytes"
        #expect(try receive(from: client.socket) == [Message(type: 5, payload: Array(text.utf8))])
        program.terminate()
        #expect(try program.finish().code == 0)
    }

    @Test func `A silent client is pinged, and in the end disconnected`() throws {
        let (program, endpoint) = try server("--heartbeat=0.3")
        let client = try Handle(endpoint)
        let clock = ContinuousClock()
        // A ping that is answered starts the silence anew.
        let start = clock.now
        #expect(try receive(1, from: client.socket) == [Message(type: 3, payload: [])])
        #expect((.milliseconds(290)..<(.seconds(4))).contains(clock.now - start))
        let answered = clock.now
        try send([Message(type: 4, payload: [])], to: client.socket)
        #expect(try receive(from: client.socket) == [Message](repeating: Message(type: 3, payload: []), count: 2))
        #expect((.milliseconds(890)..<(.seconds(5))).contains(clock.now - answered))
        program.terminate()
        #expect(try program.finish().code == 0)
    }

    @Test func `What had come when the program was asked to end is answered`() throws {
        let (program, endpoint) = try server()
        let client = try Handle(endpoint)
        let request = Message(type: 1, payload: [UInt8](repeating: 3, count: 20_000))
        try send([Message](repeating: request, count: 10), to: client.socket)
        program.terminate()
        #expect(try receive(from: client.socket).count == 10)
        #expect(try program.finish().code == 0)
    }

    /// A connection that can stand in a tuple.
    private final class Handle {
        let socket: Socket
        init(_ endpoint: Endpoint) throws { socket = try Socket.connected(to: endpoint, until: .after(.seconds(20))) }
    }
}
