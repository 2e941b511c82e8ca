import Glibc
import Sockets

/// What carries the bytes of a load's client: a socket that does not wait, plain or with TLS on it.
protocol LoadTransport: ~Copyable {
    /// What all clients have in common.
    associatedtype Settings

    init(_ socket: consuming Socket, _ settings: Settings) throws
    /// Does what comes before the first byte, and waits until that is done.
    mutating func open(until deadline: Deadline) throws
    /// Takes in some of what has come: how many bytes, and 0 where there are none yet.
    ///
    /// - Throws: ``LoadTrouble`` at the end of the stream, which no server may be the first to end here.
    mutating func receive(into buffer: inout MutableSpan<UInt8>) throws -> Int
    /// Sends some of the bytes: how many, and 0 where none can be sent yet.
    mutating func send(_ bytes: Span<UInt8>) throws -> Int
    /// Does what comes after the last byte.
    mutating func finish() throws
    /// Has a poller watch the socket.
    func watch(_ poller: borrowing Poller, _ wanted: Readiness, _ trigger: Poller.Trigger, token: UInt64) throws
    /// Whether there may be more, after a call that has received less than it could.
    static var hidesBytes: Bool { get }
}

/// What a server did that ends the measurement.
struct LoadTrouble: Error, CustomStringConvertible {
    let description: String
    static let closed = LoadTrouble(description: "the server closed a connection that was in use")
    static let silent = LoadTrouble(description: "the server answered nobody for 10 seconds")
}

/// Plain TCP.
struct PlainTransport: LoadTransport, ~Copyable {
    private let socket: Socket

    init(_ socket: consuming Socket, _: Void) throws {
        try socket.descriptor.setNonBlocking(true)
        self.socket = socket
    }

    mutating func open(until _: Deadline) throws {}

    mutating func receive(into buffer: inout MutableSpan<UInt8>) throws -> Int {
        switch try socket.receive(into: &buffer) {
        case .bytes(let count): return count
        case .wouldBlock: return 0
        case .endOfStream: throw LoadTrouble.closed
        }
    }

    mutating func send(_ bytes: Span<UInt8>) throws -> Int { try socket.send(bytes) }
    mutating func finish() throws {}

    func watch(_ poller: borrowing Poller, _ wanted: Readiness, _ trigger: Poller.Trigger, token: UInt64) throws {
        try poller.add(socket.descriptor, wanted, trigger, token: token)
    }

    static var hidesBytes: Bool { false }
}
