import Foundation
import Glibc
import Sockets
import Testing

/// A connection over loopback, both ends of it.
struct Connection: ~Copyable {
    let client: Socket
    let server: Socket

    init() throws {
        let listener = try listeningSocket()
        let socket = try Socket(.stream, .ipv4)
        try socket.connect(to: listener.localAddress(), until: .after(.seconds(5)))
        guard let accepted = try listener.accept() else { throw SocketError.timedOut("accept") }
        client = socket
        server = accepted
    }

    /// Closes the client's end.
    consuming func closeClient() -> Socket { server }
}

private func listeningSocket(backlog: Int32 = 16) throws -> Socket {
    let listener = try Socket(.stream, .ipv4)
    try listener.bind(to: .loopback(port: 0))
    try listener.listen(backlog: backlog)
    return listener
}

private func send(_ bytes: [UInt8], by socket: borrowing Socket) throws -> Int {
    try socket.send(bytes.span)
}

private func send(_ datagram: [UInt8], by socket: borrowing Socket, to address: SocketAddress) throws {
    try socket.send(datagram.span, to: address)
}

@Suite struct SocketTests {
    @Test func `carries bytes both ways, and their end`() throws {
        let connection = try Connection()
        #expect(try send([0, 1, 255], by: connection.client) == 3)
        #expect(try connection.server.receive(upTo: 10) == [0, 1, 255])
        try connection.client.shutDown(.sending)
        #expect(try connection.server.receive(upTo: 10) == [])
        #expect(try send([9], by: connection.server) == 1)
        #expect(try connection.client.receive(upTo: 10) == [9])
    }

    @Test func `tells bytes, the end and nothing yet apart`() throws {
        let connection = try Connection()
        try connection.server.descriptor.setNonBlocking(true)
        var buffer = [UInt8](repeating: 0, count: 4)
        var span = buffer.mutableSpan
        #expect(try connection.server.receive(into: &span) == .wouldBlock)
        _ = try send([1, 2], by: connection.client)
        #expect(try connection.server.descriptor.wait(for: .readable, until: .after(.seconds(5))) == .readable)
        #expect(try connection.server.receive(into: &span) == .bytes(2))
        try connection.client.shutDown(.both)
        _ = try connection.server.descriptor.wait(for: .readable, until: .after(.seconds(5)))
        #expect(try connection.server.receive(into: &span) == .endOfStream)
        #expect(buffer == [1, 2, 0, 0])
    }

    @Test func `takes only what there is room for`() throws {
        let connection = try Connection()
        try connection.client.descriptor.setNonBlocking(true)
        let block = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        while case let count = try send(block, by: connection.client), count > 0 { sent += count }
        #expect(sent > 0)
        #expect(try connection.client.unacknowledgedBytes() > 0)
        #expect(try send(block, by: connection.client) == 0)
    }

    @Test func `makes writing to a closed connection an error, not a signal`() throws {
        let connection = try Connection()
        try connection.client.shutDown(.sending)
        let error = #expect(throws: SocketError.self) { try send([1], by: connection.client) }
        #expect(error?.code == EPIPE)
        #expect(error?.isDisconnect == true)
    }

    @Test func `reports a reset`() throws {
        let listener = try listeningSocket()
        let client = try Socket(.stream, .ipv4)
        try client.connect(to: listener.localAddress(), until: .after(.seconds(5)))
        do {
            let server = try listener.accept()
            try server?.resetOnClose()
        }
        let error = #expect(throws: SocketError.self) { try client.receive(upTo: 1) }
        #expect(error?.code == ECONNRESET)
    }

    @Test func `names the call, the address and the error`() throws {
        let taken = try Socket(.stream, .ipv4)
        try taken.bind(to: .loopback(port: 0))
        let address = try taken.localAddress()
        let second = try Socket(.stream, .ipv4)
        let error = #expect(throws: SocketError.self) { try second.bind(to: address) }
        #expect(error.map { "\($0)" } == "bind \(address): Address already in use (EADDRINUSE)")
        let refused = #expect(throws: SocketError.self) { try second.connect(to: address, until: .after(.seconds(5))) }
        #expect(refused.map { "\($0)" } == "connect \(address): Connection refused (ECONNREFUSED)")
        #expect(refused?.at("localhost:80").description == "connect localhost:80: Connection refused (ECONNREFUSED)")
    }

    @Test func `gives up connecting at the deadline`() throws {
        // A queue of length 0 that is full: the kernel drops further handshakes.
        let listener = try listeningSocket(backlog: 0)
        let first = try Socket(.stream, .ipv4)
        try first.connect(to: listener.localAddress(), until: .after(.seconds(5)))
        let second = try Socket(.stream, .ipv4)
        let error = #expect(throws: SocketError.self) { try second.connect(to: listener.localAddress(), until: .after(.milliseconds(50))) }
        #expect(error?.code == ETIMEDOUT)
    }

    @Test func `carries datagrams, empty ones too, with their senders`() throws {
        let receiver = try Socket(.datagram, .ipv4)
        try receiver.bind(to: .loopback(port: 0))
        let sender = try Socket(.datagram, .ipv4)
        try sender.bind(to: .loopback(port: 0))
        try send([], by: sender, to: receiver.localAddress())
        try send([1, 2], by: sender, to: receiver.localAddress())
        let empty = try receiver.receiveDatagram()
        #expect(empty?.bytes == [])
        #expect(empty?.sender == (try sender.localAddress()))
        #expect(try receiver.receiveDatagram()?.bytes == [1, 2])
        try receiver.descriptor.setNonBlocking(true)
        #expect(try receiver.receiveDatagram() == nil)
    }

    @Test func `closes itself, and is not inherited`() throws {
        let socket = try Socket(.stream, .ipv4)
        #expect(fcntl(socket.descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
        let pipe = try PipeEnds()
        let end = pipe.takeReadEnd()
        // The write end has closed with the pipe: reading finds the end.
        #expect(try end.read(upTo: 1) == [])
    }

    @Test func `waits for several at once, and no longer than the deadline`() throws {
        let one = try PipeEnds()
        let two = try PipeEnds()
        var entries = [PollEntry(one.readEnd, .readable), PollEntry(two.readEnd, .readable)]
        #expect(try !poll(&entries, until: .after(.milliseconds(20))))
        let byte: [UInt8] = [1]
        _ = try two.writeEnd.write(byte.span)
        #expect(try poll(&entries, until: .after(.seconds(5))))
        #expect(entries.map(\.ready) == [[], .readable])
    }
}
