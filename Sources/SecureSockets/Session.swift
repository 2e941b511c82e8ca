import COpenSSL
import Sockets

/// One TLS conversation, whatever carries its bytes: what ``SecureConnection`` and ``SecureChannel`` have in common.
@safe struct Session: ~Copyable, @unchecked Sendable {
    let owner: SessionOwner
    /// Kept as long as OpenSSL may ask it for the names of protocols.
    private let context: TLSContext
    /// Kept as long as OpenSSL may call it: the owner, which comes before it, is freed before it.
    private let wire: Wire
    private var isOpen = false
    private var hasClosedSending = false

    /// - Parameter name: Whom a client expects: a DNS name or an address in numbers. nil expects nobody in particular.
    init(_ context: TLSContext, expecting name: String?, over wire: Wire) throws(TLSError) {
        self.context = context
        self.wire = wire
        owner = SessionOwner(context.owner)
        switch context.role {
        case .server: unsafe SSL_set_accept_state(owner.pointer)
        case .client: unsafe SSL_set_connect_state(owner.pointer)
        }
        if let name { try expect(name) }
    }

    private func expect(_ typed: String) throws(TLSError) {
        // `localhost.` is the same name, written as absolute; certificates have it without the dot.
        let name = typed.hasSuffix(".") && typed.count > 1 ? String(typed.dropLast()) : typed
        let parameters = unsafe SSL_get0_param(owner.pointer)
        if SocketAddress(numeric: name, port: 0) != nil {
            guard unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 else { throw unusable(name) }
            return
        }
        // The name must stand among the alternative names, and a wildcard for a whole label: RFC 9525, 6.
        unsafe SSL_set_hostflags(owner.pointer, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard unsafe SSL_set1_host(owner.pointer, name) == 1 else { throw unusable(name) }
        if context.settings.flaws.contains(.noServerName) { return }
        guard unsafe copenssl_set_server_name(owner.pointer, name) == 1 else { throw unusable(name) }
    }

    private func unusable(_ name: String) -> TLSError {
        TLSError(handshakeName, nil, .other("'\(name)' can't be the name of a server: \(ErrorQueue.takeWords())"))
    }

    /// What the handshake is called in errors.
    private var handshakeName: String { context.role == .server ? "accept" : "connect" }

    // MARK: Calls

    /// What a call came to: a number that it returned, or what it waits for.
    enum Outcome {
        case done(Int)
        case endOfStream
        case wouldBlock(Readiness)
    }

    mutating func handshake() throws(TLSError) -> Readiness? {
        switch try unsafe perform(handshakeName, { unsafe SSL_do_handshake($0) }) {
        case .done:
            isOpen = true
            return nil
        case .wouldBlock(let readiness): return readiness
        case .endOfStream: throw TLSError(handshakeName, nil, .truncated)
        }
    }

    mutating func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(TLSError) -> Outcome {
        precondition(buffer.count > 0, "there must be room for a byte")
        return try unsafe perform("read") { unsafe SSL_read($0, buffer.baseAddress, Int32(clamping: buffer.count)) }
    }

    mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(TLSError) -> Outcome {
        // OpenSSL takes a write of nothing for an error.
        if bytes.isEmpty { return .done(0) }
        return try unsafe perform("write") { unsafe SSL_write($0, bytes.baseAddress, Int32(clamping: bytes.count)) }
    }

    mutating func closeSending() throws(TLSError) -> Readiness? {
        // A second SSL_shutdown would look for the peer's close_notify, and stumble over bytes that come before it.
        guard !hasClosedSending else { return nil }
        // 0 says that ours is sent and the peer's has not come: nothing that this call waits for. SSL_shutdown(3)
        let outcome = try unsafe perform("write") { ssl in
            let result = unsafe SSL_shutdown(ssl)
            return result == 0 ? 1 : result
        }
        if case .wouldBlock(let readiness) = outcome { return readiness }
        hasClosedSending = true
        return nil
    }

    /// Bytes that have been decrypted, or at least received, and that no call has returned yet.
    var hasPending: Bool { unsafe SSL_has_pending(owner.pointer) == 1 }

    private mutating func perform(
        _ operation: String, _ call: (OpaquePointer) -> Int32
    ) throws(TLSError) -> Outcome {
        // Errors of earlier calls, of whatever connection of this thread, would be taken for this one's: SSL_get_error(3).
        ERR_clear_error()
        let ssl = unsafe owner.pointer
        let result = unsafe call(ssl)
        if result > 0 { return .done(Int(result)) }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wouldBlock(.readable)
        case SSL_ERROR_WANT_WRITE: return .wouldBlock(.writable)
        case SSL_ERROR_ZERO_RETURN: return .endOfStream
        default: throw TLSError(operation, nil, cause())
        }
    }

    /// What the last call failed of: first what the peer did, then what the socket said.
    private func cause() -> TLSError.Cause {
        let errors = ErrorQueue.take()
        let ours = errors.filter { $0.library == ERR_LIB_SSL }
        if ours.contains(where: { $0.reason == SSL_R_CERTIFICATE_VERIFY_FAILED }) {
            let code = unsafe SSL_get_verify_result(owner.pointer)
            if code != Int(X509_V_OK) { return .verification(VerificationFailure(code: code)) }
        }
        if let alert = ours.lazy.compactMap(\.alert).first { return .alert(alert) }
        if ours.contains(where: { $0.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING }) { return .truncated }
        let foreign = [SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG]
        if !isOpen, let error = ours.first(where: { foreign.contains($0.reason) }) {
            return .other("the peer does not speak TLS, or no version of it that is taken here (\(error.words))")
        }
        if let failure = wire.failure { return .transport(failure) }
        if errors.isEmpty, wire.sawEnd { return .truncated }
        return .other(errors.isEmpty ? "OpenSSL gives no reason" : errors.map(\.words).joined(separator: "; "))
    }
}

/// What carries the bytes of a session, as far as the session must know of it. One session has it, and one thread at a time the session.
class Wire: @unchecked Sendable {
    /// The call of the socket that failed last, and its `errno`.
    final var failure: SocketError?
    /// The peer's stream has ended, below TLS.
    final var sawEnd = false
}
