#if HAS_OPENSSL
    import SecureSockets

    /// TLS between a client of the grader's and its socket.
    final class TLSLayer: Layer {
        private var channel: SecureChannel
        /// What was to be sent before the handshake was done.
        private var early: [UInt8] = []
        private var ending: Client.End?
        /// What the handshake came to, once it is done.
        private(set) var details: TLSDetails?
        /// What failed, if anything did.
        private(set) var failure: TLSError?

        /// - Parameter name: Whom a client expects.
        init(_ context: TLSContext, expecting name: String? = nil) throws(TLSError) {
            channel = try SecureChannel(context, expecting: name)
        }

        /// RFC 8446, 5.1.
        let largestRecord = 1 << 14
        var isOpen: Bool { details != nil }
        var summary: String { details.map { "TLS handshake: \($0)" } ?? "TLS handshake" }

        func take(_ bytes: [UInt8]) { channel.take(bytes.span) }
        func takeEnd() { channel.takeEnd() }
        func outgoing() -> [UInt8] { channel.outgoing() }

        func receive() -> Client.Arrival {
            if let ending { return .end(ending) }
            do {
                if !isOpen {
                    guard try channel.handshake() else { return .nothing }
                    details = channel.details
                    try channel.send(early.span)
                    early = []
                }
                guard let bytes = try channel.receive() else { return .nothing }
                if !bytes.isEmpty { return .bytes(bytes) }
                ending = .closed
            } catch {
                failure = error
                ending = error.cause == .truncated && isOpen ? .cut : .broken("\(error)")
            }
            return ending.map { .end($0) } ?? .nothing
        }

        func send(_ bytes: ArraySlice<UInt8>) {
            guard isOpen else { return early += bytes }
            // What fails here fails when receiving, too, and is reported there.
            try? channel.send(bytes.span)
        }

        func finishSending() -> String {
            try? channel.closeSending()
            return "close_notify"
        }
    }
#endif
