import COpenSSL
import Sockets

/// One end of a TLS conversation that moves no bytes itself: whoever has it carries them, at what pace and in what pieces it likes.
///
/// Put in what came from the peer with ``take(_:)``, and send what ``outgoing()`` gives, after every call.
public struct SecureChannel: ~Copyable, Sendable {
    private var session: Session
    private let memory: Memory

    /// - Parameter name: Whom a client expects. See ``SecureConnection/init(connecting:_:to:)``.
    public init(_ context: TLSContext, expecting name: String? = nil) throws(TLSError) {
        memory = Memory()
        let session = try Session(context, expecting: name, over: memory)
        unsafe memory.incoming = BIO_new(BIO_s_mem())
        unsafe memory.outgoing = BIO_new(BIO_s_mem())
        // Nothing there is no end of the stream, until somebody says so.
        unsafe copenssl_bio_end_is_retry(memory.incoming, 1)
        unsafe copenssl_bio_end_is_retry(memory.outgoing, 1)
        // The session frees both.
        unsafe SSL_set_bio(session.owner.pointer, memory.incoming, memory.outgoing)
        self.session = session
    }

    /// Takes in bytes that came from the peer.
    public mutating func take(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { (pointer) in
            _ = unsafe BIO_write(memory.incoming, pointer.baseAddress, Int32(clamping: pointer.count))
        }
    }

    /// Takes in that the peer's stream has ended below TLS.
    public mutating func takeEnd() {
        memory.sawEnd = true
        unsafe copenssl_bio_end_is_retry(memory.incoming, 0)
    }

    /// Everything that is to be sent to the peer, once.
    public mutating func outgoing() -> [UInt8] {
        var bytes: [UInt8] = []
        let waiting = unsafe Int(BIO_ctrl_pending(memory.outgoing))
        guard waiting > 0 else { return bytes }
        bytes = [UInt8](capacity: waiting) { output in
            unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) in
                filled = unsafe max(0, Int(BIO_read(memory.outgoing, buffer.baseAddress, Int32(clamping: waiting))))
            }
        }
        return bytes
    }

    /// Goes on with the handshake.
    ///
    /// - Returns: Whether it is done; if not, the peer's next bytes are needed.
    /// - Throws: ``TLSError``; what ``outgoing()`` then gives tells the peer why.
    public mutating func handshake() throws(TLSError) -> Bool { try session.handshake() == nil }

    /// Decrypts what has come.
    ///
    /// - Returns: The bytes of at most one record; none at the end of the stream (close_notify); nil if more must come first.
    /// - Throws: ``TLSError`` with the operation `read`.
    public mutating func receive(upTo count: Int = 16_384) throws(TLSError) -> [UInt8]? {
        var outcome = Session.Outcome.endOfStream
        let bytes = try [UInt8](capacity: count) { (output) throws(TLSError) in
            try unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) throws(TLSError) in
                outcome = try unsafe session.read(into: UnsafeMutableBufferPointer(start: buffer.baseAddress, count: count))
                if case .done(let length) = outcome { filled = length }
            }
        }
        if case .wouldBlock = outcome { return nil }
        return bytes
    }

    /// Encrypts bytes, in records of up to 16,384.
    ///
    /// - Throws: ``TLSError`` with the operation `write`.
    public mutating func send(_ bytes: Span<UInt8>) throws(TLSError) {
        var done = 0
        while done < bytes.count {
            let outcome = try unsafe bytes.extracting(done...).withUnsafeBufferPointer { (pointer) throws(TLSError) in
                try unsafe session.write(pointer)
            }
            // Memory has always room; what else could be waited for is the end of the handshake.
            guard case .done(let count) = outcome, count > 0 else { throw TLSError("write", nil, .other("the handshake is not done")) }
            done += count
        }
    }

    /// Says that nothing more will be sent (close_notify).
    ///
    /// - Throws: ``TLSError`` with the operation `write`.
    public mutating func closeSending() throws(TLSError) { _ = try session.closeSending() }

    /// What the handshake came to.
    public var details: TLSDetails { session.details }
    /// See ``SecureConnection/resumption()``.
    public func resumption() -> TLSResumption? { TLSResumption(session) }
    /// See ``SecureConnection/resume(_:)``.
    public mutating func resume(_ resumption: TLSResumption) { resumption.apply(to: session) }

    /// The session's two ends, which live as long as it does.
    @safe private final class Memory: Wire, @unchecked Sendable {
        var incoming: OpaquePointer?
        var outgoing: OpaquePointer?
    }
}
