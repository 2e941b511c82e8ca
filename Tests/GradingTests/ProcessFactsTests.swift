import Foundation
import Sockets
import Testing

@testable import Grading

/// What the kernel says of a process's sockets.
@Suite struct ProcessFactsTests {
    /// A connection, and both its ends.
    private final class Connection {
        let client: Socket
        var server: Socket?

        init(to listener: borrowing Socket, accepts: Bool) throws {
            client = try Socket(.stream, .ipv4)
            try client.connect(to: listener.localAddress(), until: .after(.seconds(5)))
            if accepts { server = try listener.accept() }
        }

        /// The server's end, as any process of this network sees it.
        func seen() throws -> ProcessFacts.TCPSocket {
            try #require(ProcessFacts(id: getppid()).tcpSocket(at: client.peerAddress().port, to: client.localAddress().port))
        }
    }

    @Test func `A connection is found among more than a page of them, with what is unread`() throws {
        let listener = try Socket(.stream, .ipv4)
        try listener.bind(to: .loopback(port: 0))
        try listener.listen(backlog: 16)
        let connections = try (0..<40).map { _ in try Connection(to: listener, accepts: true) }
        let (last, listening) = try (#require(connections.last), listener.localAddress().port)
        _ = try last.client.send(Array("hello".utf8).span)
        for connection in connections.dropLast() { try #expect(connection.seen().unread == 0) }
        try #expect(last.seen().unread == 5)
        try #expect(last.seen().isAccepted)
        let own = ProcessFacts(id: getpid()).tcpSockets.filter { $0.localPort == listening }
        #expect(own.count { $0.state == .established } == 40)
        #expect(own.count { $0.state == .listen } == 1)
        #expect(!ProcessFacts(id: getppid()).tcpSockets.contains { $0.localPort == listening })
        let waiting = try Connection(to: listener, accepts: false)
        try #expect(!waiting.seen().isAccepted)
    }
}
