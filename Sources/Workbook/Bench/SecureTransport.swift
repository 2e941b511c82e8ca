#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// TLS, each time with a whole handshake. Any certificate will do: whether it is right is for the checks.
    struct SecureTransport: LoadTransport, ~Copyable {
        private var connection: SecureConnection
        private var isOpen = false

        init(_ socket: consuming Socket, _ context: TLSContext) throws {
            try socket.descriptor.setNonBlocking(true)
            // The end of the handshake and the first message are two small pieces, and the second must not wait for the first's ACK.
            try socket.set(.noDelay, to: 1)
            connection = try SecureConnection(connecting: socket, context, to: "localhost")
        }

        /// What a client is set to.
        static func makeContext() throws(TLSError) -> TLSContext {
            var settings = TLSSettings()
            settings.trust = .anyone
            return try TLSContext(.client, settings)
        }

        mutating func open(until deadline: Deadline) throws {
            while let readiness = try connection.handshake() {
                guard try !connection.socket.descriptor.wait(for: readiness, until: deadline).isEmpty else { throw LoadTrouble.silent }
            }
            isOpen = true
        }

        mutating func receive(into buffer: inout MutableSpan<UInt8>) throws -> Int {
            guard isOpen else { return 0 }
            switch try connection.receive(into: &buffer) {
            case .bytes(let count): return count
            case .wouldBlock: return 0
            case .endOfStream: throw LoadTrouble.closed
            }
        }

        mutating func send(_ bytes: Span<UInt8>) throws -> Int {
            if !isOpen {
                isOpen = try connection.handshake() == nil
                if !isOpen { return 0 }
            }
            guard case .bytes(let count) = try connection.send(bytes) else { return 0 }
            return count
        }

        /// Without the goodbye, the server would have to take the end for a truncation.
        mutating func finish() throws { _ = try connection.closeSending() }

        func watch(_ poller: borrowing Poller, _ wanted: Readiness, _ trigger: Poller.Trigger, token: UInt64) throws {
            try poller.add(connection.socket.descriptor, wanted, trigger, token: token)
        }

        /// What has been received and is not decrypted yet is seen by nobody but the next call.
        static var hidesBytes: Bool { true }
    }
#endif
