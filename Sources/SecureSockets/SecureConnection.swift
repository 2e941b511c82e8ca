import COpenSSL
import Sockets

/// One end of a TLS connection over a TCP socket. It owns the socket, and closes it when its owner lets go of it.
///
/// Where the socket waits, the calls wait. Where it does not (`socket.descriptor.setNonBlocking(true)`), they say what they wait for, which
/// can be either direction, whatever the call: TLS has messages of its own to send and receive. Poll for it, and make the same
/// call again. Always try the call first: bytes may wait in here that poll(2) does not see.
///
/// Writing to a peer that has gone is an error and never a SIGPIPE.
public struct SecureConnection: ~Copyable, Sendable {
    /// The socket below, to wait for. Don't read from it or write to it.
    public let socket: Socket
    private var session: Session

    /// The server's end, on a socket that a client has connected.
    public init(accepting socket: consuming Socket, _ context: TLSContext) throws(TLSError) {
        precondition(context.role == .server, "a client's context can't serve")
        try self.init(socket, context, nil)
    }

    /// The client's end, on a socket that is connected.
    ///
    /// - Parameter name: Whom the server's certificate must be for: a DNS name, which the server is told as well (SNI, RFC 6066, 3), or
    ///   an address in numbers. nil takes a certificate for whomever.
    /// - Throws: ``TLSError`` with the operation `connect`, if the name can't be one.
    public init(connecting socket: consuming Socket, _ context: TLSContext, to name: String?) throws(TLSError) {
        precondition(context.role == .client, "a server's context can't connect")
        try self.init(socket, context, name)
    }

    private init(_ socket: consuming Socket, _ context: TLSContext, _ name: String?) throws(TLSError) {
        // What TLS sends is whole. Behind the session tickets that end a handshake, the first answer would otherwise wait until these are
        // acknowledged, which the peer puts off for 40 ms: RFC 9293, 3.7.4 (Nagle). A socket that is not TCP has no such option.
        try? socket.set(.noDelay, to: 1)
        let transport = Transport(socket)
        let session = try Session(context, expecting: name, over: transport)
        let bio = unsafe transport.makeBIO()
        // One object for both directions: a single reference is handed over. SSL_set_bio(3)
        unsafe SSL_set_bio(session.owner.pointer, bio, bio)
        self.socket = socket
        self.session = session
    }

    /// Agrees on version, cipher and keys with the peer, and verifies its certificate.
    ///
    /// - Returns: nil when that is done; what to wait for, where the socket does not wait.
    /// - Throws: ``TLSError`` with the operation `connect` or `accept`. Then the peer has been told why, and the connection is over.
    public mutating func handshake() throws(TLSError) -> Readiness? {
        try session.handshake()
    }

    /// What a receiving call found.
    public enum Received: Equatable, Sendable {
        /// So many bytes have come.
        case bytes(Int)
        /// The peer has said that it sends no more (close_notify). It may still read.
        case endOfStream
        /// Nothing yet: wait for this.
        case wouldBlock(Readiness)
    }

    /// Receives what has come, at most as much as the buffer holds, and never more than one record (16,384 bytes): SSL_read(3).
    ///
    ///     var room = buffer.mutableSpan
    ///     switch try connection.receive(into: &room) {
    ///     case .bytes(let count): let bytes = buffer.span.extracting(..<count)
    ///
    /// - Throws: ``TLSError`` with the operation `read`; ``TLSError/Cause/truncated`` where the connection ended without a close_notify.
    public mutating func receive(into buffer: inout MutableSpan<UInt8>) throws(TLSError) -> Received {
        let outcome = try unsafe buffer.withUnsafeMutableBufferPointer { (pointer) throws(TLSError) in
            try unsafe session.read(into: pointer)
        }
        return switch outcome {
        case .done(let count): .bytes(count)
        case .endOfStream: .endOfStream
        case .wouldBlock(let readiness): .wouldBlock(readiness)
        }
    }

    /// What a sending call came to.
    public enum Sent: Equatable, Sendable {
        /// So many bytes were taken: fewer than given is normal.
        case bytes(Int)
        /// None were taken: wait for this, and send the same bytes again.
        case wouldBlock(Readiness)
    }

    /// Sends some of the bytes: SSL_write(3). What was not taken is `bytes.extracting(count...)`.
    ///
    /// - Throws: ``TLSError`` with the operation `write`.
    public mutating func send(_ bytes: Span<UInt8>) throws(TLSError) -> Sent {
        let outcome = try unsafe bytes.withUnsafeBufferPointer { (pointer) throws(TLSError) in
            try unsafe session.write(pointer)
        }
        return switch outcome {
        case .done(let count): .bytes(count)
        case .endOfStream: .bytes(0)
        case .wouldBlock(let readiness): .wouldBlock(readiness)
        }
    }

    /// Says that nothing more will be sent (close_notify), and goes on receiving: SSL_shutdown(3). A second call does nothing.
    ///
    /// - Returns: nil when that is done; what to wait for, where the socket does not wait.
    /// - Throws: ``TLSError`` with the operation `write`.
    public mutating func closeSending() throws(TLSError) -> Readiness? {
        try session.closeSending()
    }

    /// Whether bytes have arrived that the next ``receive(into:)`` can look at without the socket: poll(2) does not see those.
    public var hasPending: Bool { session.hasPending }

    /// What the handshake came to.
    public var details: TLSDetails { session.details }

    /// What a client needs to take the conversation up again on another connection, if the server has given it that: RFC 8446, 2.2.
    public func resumption() -> TLSResumption? { TLSResumption(session) }

    /// Before the handshake: asks the server to take up an earlier conversation, which saves it the certificates.
    ///
    /// Whether it did stands in ``TLSDetails/isResumed``.
    public mutating func resume(_ resumption: TLSResumption) { resumption.apply(to: session) }
}
