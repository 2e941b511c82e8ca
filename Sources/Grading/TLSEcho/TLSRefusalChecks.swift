#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// Peers that speak something else, or nothing that is good enough any more.
    enum TLSRefusalChecks {
        static func servesTLS12(_ trial: Trial) throws {
            try trial.serveTLS { $0.versions = .tls12 ... .tls12 }
            let server = try trial.startServer()
            try ConcurrencyChecks.echo("hello", server.connect(), "over TLS 1.2")
            guard let program = server.program else { return }
            let line = try trial.handshakeLine(of: program)
            guard line.hasPrefix("tls: TLSv1.2 ") else {
                throw fail("after a handshake of TLS 1.2 the line must say TLSv1.2; it says: \(line)")
            }
        }

        static func connectsTLS12(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            _ = try run.acceptOpen(try trial.serverContext { $0.versions = .tls12 ... .tls12 })
        }

        /// A greeting of TLS 1.1 or 1.0, as a client of 2006 sent it. A server that answers it with its own speaks that version.
        static func oldClient(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            for version in [TLSVersion.tls11, .tls10] {
                let client = try Client(trial, to: server.address)
                try client.send(OldGreeting.bytes(version))
                let answer = try client.receive(exactly: 6)
                if answer.first == 0x16, answer.last == 2 {
                    throw fail(
                        "a client that speaks no more than \(version.name) was greeted, in \(OldGreeting.name(answer)); it must be refused")
                }
                _ = try client.receiveToEnd()
                guard client.end != nil else {
                    throw fail(
                        "a client that speaks no more than \(version.name) must get an alert, or be disconnected; nothing of that happened")
                }
            }
            try expectGoesOn(server, trial, "after two clients with old versions", settles: true)
        }

        /// A server that speaks no more than TLS 1.1.
        static func oldServer(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.accept(try trial.serverContext { $0.versions = .tls10 ... .tls11 })
            let arrived = try server.receiveToEnd()
            if let details = server.tls.details {
                throw fail(
                    "the client agreed on \(details.version) with a server that speaks no more than TLS 1.1, and sent \(counted(arrived.count, "byte"))"
                )
            }
            server.close()
            try run.expectError("connect \(run.endpoint): ", when: "with a server that speaks no more than TLS 1.1")
        }

        static func plainText(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let message = Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            let client = try Client(trial, to: server.address)
            try client.send(message)
            let back = try client.receiveToEnd()
            if back.starts(with: message.prefix(4)) { throw fail("the server echoed plain text, \(readable(back)), without any TLS") }
            if !back.isEmpty, back.first != 0x15 {
                throw fail("a client that spoke plain text must get an alert (a record of type 21), or nothing; it got \(readable(back))")
            }
            guard client.end != nil else {
                throw fail("a client that spoke plain text was neither answered nor disconnected within \(seconds(Trial.patience))")
            }
            client.close()
            try expectGoesOn(server, trial, "after a client that spoke plain text", settles: true)
        }

        /// Bytes that look like TLS for a while. Each client also ends its stream, so that nobody has to wait for more.
        static func garbage(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let junk = trial.random.bytes(600)
            let kinds: [(String, [UInt8])] = [
                ("random bytes", junk), ("zeros", [UInt8](repeating: 0, count: 600)),
                ("a record that claims 65,535 bytes", [0x16, 3, 1, 255, 255] + junk),
                ("a greeting that is cut off", Array(OldGreeting.bytes(.tls12).prefix(40))),
                ("an alert instead of a greeting", [0x15, 3, 3, 0, 2, 2, 40]),
                ("data before the handshake", [0x17, 3, 3, 0, 5] + Array("hello".utf8)),
                ("a greeting of the wrong length", [0x16, 3, 1, 0, 8, 1, 255, 255, 255] + junk.prefix(4)),
                ("nothing at all", []),
            ]
            for (what, bytes) in kinds {
                let client = try Client(trial, to: server.address)
                if !bytes.isEmpty { _ = try client.sendWhatFits(bytes[...]) }
                if client.end == nil { try client.finishSending() }
                _ = try client.receiveToEnd()
                guard client.end != nil else { throw fail("a client that sent \(what), and the end of its stream, is still connected") }
                try expectGoesOn(server, trial, "after a client that sent \(what)")
            }
            try expectGoesOn(server, trial, "after all of these clients", settles: true)
        }

        /// No handshake, no line about it.
        static func silentAboutFailures(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let program = try server.process()
            for bytes in [Array("hello, server\r\n\r\n".utf8), OldGreeting.bytes(.tls11)] {
                let client = try Client(trial, to: server.address)
                _ = try client.sendWhatFits(bytes[...])
                if client.end == nil { try client.finishSending() }
                _ = try client.receiveToEnd()
            }
            try ConcurrencyChecks.echo("hello", server.connect(), "after two clients without a handshake")
            _ = try trial.handshakeLine(of: program)
            let lines = program.errorLines.filter { $0.hasPrefix("tls: ") }
            guard lines.count == 1 else {
                throw fail(
                    "two handshakes failed and one was done; there must be one line about it, but there are:\n  \(lines.joined(separator: "\n  "))"
                )
            }
        }

        /// A server that speaks something else, and one that does not speak at all.
        static func plainServer(_ trial: Trial) throws {
            for greeting in ["220 mail.workbook.test ready\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
                let run = try ConnectRun(trial)
                let server = try run.accept(nil)
                if !greeting.isEmpty { try server.send(Array(greeting.utf8)) }
                try server.finishSending()
                let what =
                    greeting.isEmpty ? "with a server that closes at once" : "with a server that says \(readable(Array(greeting.utf8)))"
                try run.expectError("connect \(run.endpoint): ", when: what)
            }
        }

        /// Nobody listens there. The port is one that was bound a moment ago, and is free again.
        static func nobodyThere(_ trial: Trial) throws {
            let port = try {
                let socket = try Socket(.stream, .ipv4); try socket.bind(to: .loopback(port: 0)); return try socket.localAddress().port
            }()
            trial.service.words = []
            let program = try trial.start(["connect", "localhost:\(port)", "--ca", trial.certificate("root")])
            let ending = try trial.waitForEnd(of: program, within: Trial.startingTime, after: "with a port where nobody listens")
            let words = "error: connect localhost:\(port): "
            guard ending == .exited(1), program.errorLines.contains(where: { $0.hasPrefix(words) && $0.hasSuffix("(ECONNREFUSED)") }) else {
                throw fail(
                    "where nobody listens, stderr must say\n  \(words)Connection refused (ECONNREFUSED)\nand the exit code must be 1; the program \(ending.description), and says\n  "
                        + program.errorLines.joined(separator: "\n  "))
            }
        }

        /// A good client is served.
        ///
        /// - Parameter settles: Whether to wait until the server has nothing to do any more: what it makes of somebody who has left may take it
        ///   a moment.
        static func expectGoesOn(_ server: Server, _ trial: Trial, _ circumstances: String, settles: Bool = false) throws {
            do {
                let client = try server.connect()
                try ConcurrencyChecks.echo("still there?", client, circumstances)
                guard settles else { return }
                _ = try client.becomes(.readable)
                try ConcurrencyChecks.echo("still there, a moment later?", client, circumstances)
            } catch Finding.failure(let text, let moment) {
                let ending = server.program?.ending.map { "; the program \($0.description)" } ?? ""
                let story = text.hasPrefix(circumstances) ? text : "\(circumstances), a good client: \(text)"
                throw Finding.failure(story + ending, at: moment)
            }
        }
    }

    /// A ClientHello as it was sent before TLS 1.2, byte by byte: RFC 4346, 7.4.1.2.
    ///
    /// By hand, because the machine's OpenSSL may have been built without the old versions.
    enum OldGreeting {
        static func bytes(_ version: TLSVersion) -> [UInt8] {
            let number = [UInt8(version.rawValue >> 8), UInt8(version.rawValue & 0xFF)]
            // ECDHE and plain RSA with AES and SHA-1, for keys of either kind.
            let ciphers: [UInt8] = [0xC0, 0x0A, 0xC0, 0x09, 0xC0, 0x14, 0xC0, 0x13, 0x00, 0x35, 0x00, 0x2F]
            let groups: [UInt8] = [0, 10, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24]
            let formats: [UInt8] = [0, 11, 0, 2, 1, 0]
            let extensions = groups + formats
            var body = number + [UInt8](repeating: 0x5A, count: 32) + [0]
            body += [0, UInt8(ciphers.count)] + ciphers + [1, 0] + [0, UInt8(extensions.count)] + extensions
            let handshake: [UInt8] = [1, 0, 0, UInt8(body.count)] + body
            return [0x16, 3, 1, 0, UInt8(handshake.count)] + handshake
        }

        /// The version of a record, in words.
        static func name(_ record: [UInt8]) -> String {
            record.count > 2 ? TLSVersion(rawValue: Int32(record[1]) << 8 | Int32(record[2])).name : "no version"
        }
    }
#endif
