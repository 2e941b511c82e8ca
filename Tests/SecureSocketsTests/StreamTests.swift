import Foundation
import SecureSockets
import Sockets
import Testing

/// What is sent after the handshake, and how it ends.
@Suite struct StreamTests {
    let certificates: Certificates

    init() throws { certificates = try Certificates() }

    private func openPair(_ version: TLSVersion = .tls13) throws -> Pair {
        var settings = certificates.clientSettings
        settings.versions = version...version
        var pair = try Pair(certificates, server: certificates.serverSettings(certificates.issue("localhost")), client: settings)
        pair.shakeHands()
        let errors = [pair.clientError, pair.serverError].compactMap { $0 }
        try #require(errors.isEmpty)
        return pair
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `still sends after the peer has said goodbye`(_ version: TLSVersion) throws {
        var pair = try openPair(version)
        var received: [UInt8]?
        try pair.client.send([1, 2, 3].span)
        try pair.client.closeSending()
        pair.carry()
        received = try pair.server.receive()
        #expect(received == [1, 2, 3])
        received = try pair.server.receive()
        #expect(received == [])
        try pair.server.send([4, 5].span)
        try pair.server.closeSending()
        pair.carry()
        // A second time does nothing, whatever has come meanwhile and was not received.
        try pair.client.closeSending()
        received = try pair.client.receive()
        #expect(received == [4, 5])
        received = try pair.client.receive()
        #expect(received == [])
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `tells a cut stream from one that has ended`(_ version: TLSVersion) throws {
        var pair = try openPair(version)
        var received: [UInt8]?
        try pair.server.send([1].span)
        pair.carry()
        pair.client.takeEnd()
        received = try pair.client.receive()
        #expect(received == [1])
        do {
            let more = try pair.client.receive()
            Issue.record("received \(String(describing: more))")
        } catch {
            #expect(error.cause == .truncated)
            #expect(error.at("localhost:7005").description == "read localhost:7005: truncated: the peer closed without close_notify")
        }
    }

    @Test func `takes records in any pieces`() throws {
        var pair = try openPair()
        let message = [UInt8]((0..<40_000).map { UInt8(truncatingIfNeeded: $0) })
        try pair.client.send(message.span)
        var received: [UInt8] = []
        for byte in pair.client.outgoing() {
            pair.server.take([byte].span)
            while let bytes = try pair.server.receive(upTo: 1_000), !bytes.isEmpty { received += bytes }
        }
        #expect(received == message)
    }

    @Test func `fails at a record that was tampered with`() throws {
        var pair = try openPair()
        try pair.client.send([1, 2, 3].span)
        var bytes = pair.client.outgoing()
        bytes[bytes.count - 1] ^= 1
        pair.server.take(bytes.span)
        do {
            _ = try pair.server.receive()
            Issue.record("it was taken")
        } catch { #expect(error.cause != .truncated, "\(error)") }
    }

    // MARK: Over sockets

    @Test func `carries megabytes over sockets that don't wait`() async throws {
        let server = try TLSContext(.server, certificates.serverSettings(certificates.issue("localhost")))
        let client = try TLSContext(.client, certificates.clientSettings)
        let listener = try Socket(.stream, .ipv4)
        try listener.bind(to: .loopback(port: 0))
        try listener.listen()
        let socket = try Socket(.stream, .ipv4)
        try socket.connect(to: listener.localAddress(), until: .after(.seconds(5)))
        let accepted = try #require(try accept(listener))
        let end = Mutexed(accepted)
        let message = [UInt8](repeating: 0x5A, count: 4 << 20)
        let done = Task.detached {
            guard let taken = end.take() else { return 0 }
            try taken.descriptor.setNonBlocking(true)
            var connection = try SecureConnection(accepting: taken, server)
            return try echo(&connection)
        }
        try socket.descriptor.setNonBlocking(true)
        var connection = try SecureConnection(connecting: socket, client, to: "127.0.0.1")
        while let readiness = try connection.handshake() {
            _ = try connection.socket.descriptor.wait(for: readiness, until: .after(.seconds(10)))
        }
        let received = try exchange(message, &connection)
        #expect(received == message.count)
        #expect(try await done.value == message.count)
    }

    private func accept(_ listener: borrowing Socket) throws -> Box? {
        guard let socket = try listener.accept() else { return nil }
        return Box(socket)
    }
}

/// Noncopyable sockets in optional values and closures.
final class Box: @unchecked Sendable {
    var socket: Socket?
    init(_ socket: consuming Socket) { self.socket = consume socket }
}

struct Mutexed: Sendable {
    let box: Box
    init(_ box: Box) { self.box = box }
    func take() -> Socket? { box.socket.take() }
}

/// Echoes until the end of the stream. Returns how many bytes that was.
private func echo(_ connection: inout SecureConnection) throws -> Int {
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while let readiness = try connection.handshake() {
        _ = try connection.socket.descriptor.wait(for: readiness, until: .after(.seconds(10)))
    }
    while true {
        var span = buffer.mutableSpan
        switch try connection.receive(into: &span) {
        case .bytes(let count):
            var sent = 0
            while sent < count {
                switch try connection.send(buffer.span.extracting(sent..<count)) {
                case .bytes(let part): sent += part
                case .wouldBlock(let readiness): _ = try connection.socket.descriptor.wait(for: readiness, until: .after(.seconds(10)))
                }
            }
            total += count
        case .wouldBlock(let readiness): _ = try connection.socket.descriptor.wait(for: readiness, until: .after(.seconds(10)))
        case .endOfStream:
            while let readiness = try connection.closeSending() { _ = try connection.socket.descriptor.wait(for: readiness) }
            return total
        }
    }
}

/// Sends all and receives all, both at a time. Returns how many bytes came back.
private func exchange(_ message: [UInt8], _ connection: inout SecureConnection) throws -> Int {
    var sent = 0
    var received = 0
    var isClosed = false
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
        var wanted = Readiness.readable
        if sent < message.count {
            switch try connection.send(message.span.extracting(sent...)) {
            case .bytes(let count):
                sent += count
                wanted.insert(.writable)
            case .wouldBlock(let readiness): wanted.formUnion(readiness)
            }
        } else if !isClosed {
            isClosed = try connection.closeSending() == nil
        }
        var span = buffer.mutableSpan
        switch try connection.receive(into: &span) {
        case .bytes(let count): received += count
        case .endOfStream: return received
        case .wouldBlock(let readiness):
            guard try !connection.socket.descriptor.wait(for: wanted.union(readiness), until: .after(.seconds(10))).isEmpty else {
                return received
            }
        }
    }
}
