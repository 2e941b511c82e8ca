#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// How records arrive: TLS cuts a stream into records, TCP cuts records into segments, and neither asks the other.
    enum RecordChecks {
        /// Records that arrive together: a program that waits for its socket after the first one waits in vain.
        ///
        /// Nothing shows on the socket any more: what is left lies in the TLS library, decrypted or not.
        static func joined(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let raw = RawTLS(try Client(trial, to: server.address), try SecureChannel(try trial.clientContext()))
            try raw.shakeHands()
            let parts = (1...40).map { Array("record \($0), ".utf8) }
            for part in parts { try raw.channel.send(part.span) }
            try raw.sendOutgoing()
            let expected = parts.flatMap { $0 }
            let back = try raw.receive(exactly: expected.count)
            guard back != expected else { return }
            throw fail(
                "40 records in one segment: \(Comparison(expected: expected, received: back).description)"
                    + (back.count < expected.count ? "\nnothing more comes on the socket; the rest waits in the TLS library" : ""))
        }

        /// A record that is larger than the buffer it is read into leaves its rest in the library.
        static func large(_ trial: Trial) throws {
            try trial.serveTLS()
            let client = try trial.startServer().connect()
            let message = trial.random.bytes(16_384)
            try client.send(message)
            let back = try client.receive(exactly: message.count)
            if back != message { throw EchoChecks.mismatch(message, back, of: client, "one record of 16,384 bytes: ") }
        }

        /// Records in pieces: cut inside a header, cut inside the payload, and then a byte at a time.
        static func split(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let raw = RawTLS(try Client(trial, to: server.address), try SecureChannel(try trial.clientContext()))
            try raw.shakeHands()
            let message = trial.random.bytes(300)
            for part in [message[..<200], message[200...]] { try raw.channel.send(part.span) }
            let bytes = raw.channel.outgoing()
            let circumstances = "records that came in pieces, over many segments"
            let back = try during(circumstances) {
                // First inside a record's header, then inside its payload: each time the server has taken what there is, and waits.
                for part in [bytes[..<3], bytes[3..<100]] {
                    try raw.client.send(Array(part))
                    // In TLS 1.3 a server may send tickets after its handshake.
                    while try raw.client.becomes(.readable), try raw.takeSome() {}
                }
                for byte in bytes[100...] { try raw.client.send([byte]) }
                return try raw.receive(exactly: message.count)
            }
            if back != message { throw fail("\(circumstances): \(Comparison(expected: message, received: back).description)") }
        }
    }

    extension RecordChecks {
        /// Whoever is told `wouldBlock`, and tries again at once, keeps the processor busy until something comes.
        static func still(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let silent = try server.connect()
            try StillnessChecks.expectStillness(of: server.process(), trial, "with one client, which is silent after its handshake")
            silent.close()
            let other = try trial.startServer()
            let stuck = try other.connect(receiveBuffer: 4_096)
            _ = try EchoChecks.flood(stuck, trial)
            try StillnessChecks.expectStillness(of: other.process(), trial, "with a client that has sent more than it reads")
            stuck.close()
            let third = try trial.startServer()
            let begun = try StallChecks.beginHandshake(third, trial)
            try third.waitUntilRead(begun)
            try StillnessChecks.expectStillness(of: third.process(), trial, "with a client that has sent half of its ClientHello")
        }
    }

    /// TLS whose bytes the check carries itself, in the pieces it likes.
    final class RawTLS {
        let client: Client
        var channel: SecureChannel

        init(_ client: Client, _ channel: consuming SecureChannel) {
            self.client = client
            self.channel = channel
        }

        /// Sends what TLS has to send.
        func sendOutgoing() throws {
            let bytes = channel.outgoing()
            if !bytes.isEmpty { try client.send(bytes) }
        }

        /// Carries the handshake to its end.
        ///
        /// - Throws: A ``Finding`` if that is not reached.
        func shakeHands() throws {
            do {
                while try !channel.handshake() {
                    try sendOutgoing()
                    guard try takeSome() else {
                        throw fail("\(client.name): in the handshake \(client.end?.words ?? "the program stopped answering")")
                    }
                }
                try sendOutgoing()
            } catch let error as TLSError {
                throw fail("\(client.name): the TLS handshake failed: \(error)")
            }
        }

        /// Hands TLS what comes next; false if nothing does.
        func takeSome() throws -> Bool {
            guard case .bytes(let bytes) = try client.receive() else { return false }
            channel.take(bytes.span)
            return true
        }

        /// Receives so many bytes, or what has come when nothing more does.
        func receive(exactly count: Int) throws -> [UInt8] {
            var all: [UInt8] = []
            do {
                while all.count < count {
                    if let bytes = try channel.receive() {
                        if bytes.isEmpty { break }
                        all += bytes
                    } else if try !takeSome() {
                        break
                    }
                }
            } catch let error as TLSError {
                throw fail("\(client.name) received \(counted(all.count, "byte")); then TLS failed: \(error)")
            }
            return all
        }
    }
#endif
