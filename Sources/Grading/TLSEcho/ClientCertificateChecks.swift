#if HAS_OPENSSL
    import Foundation
    import SecureSockets
    import Sockets

    /// Mutual TLS: who is let in with `--client-ca`, and who `connect` says that it is.
    enum ClientCertificateChecks {
        /// Starts a server that asks its clients who they are.
        private static func startServer(_ trial: Trial) throws -> Server {
            try trial.startServer(["--client-ca", try trial.certificate("root")])
        }

        static func accepted(_ trial: Trial) throws {
            for (number, version) in [TLSVersion.tls13, .tls12].enumerated() {
                let identity = try trial.identity("client")
                try trial.serveTLS {
                    $0.identity = identity
                    $0.versions = .tls12...version
                }
                let server = try startServer(trial)
                let client = try server.connect()
                try ConcurrencyChecks.echo("hello", client, "with a good certificate, in \(version.name), as client \(number + 1)")
                guard let details = client.tls.details else { return }
                let line = try trial.handshakeLine(of: server.process())
                try HandshakeChecks.expect(line, details, alpn: "-", peer: "\"CN=client\"", of: "the server")
            }
        }

        static func without(_ trial: Trial) throws {
            try expectRefusal(trial, nil, "a client without a certificate")
        }

        static func wrong(_ trial: Trial) throws {
            try expectRefusal(trial, "other-client", "a client whose certificate is from another root")
            try expectRefusal(trial, "expired-client", "a client whose certificate has expired")
            try expectRefusal(trial, "self-signed", "a client whose certificate is signed by itself")
        }

        /// In TLS 1.3 the client believes to be connected before the server has seen its certificate: it learns the truth when it reads.
        private static func expectRefusal(_ trial: Trial, _ name: String?, _ what: String) throws {
            for version in [TLSVersion.tls13, .tls12] {
                let identity = try name.map { try trial.identity($0) }
                try trial.serveTLS {
                    $0.identity = identity
                    $0.versions = .tls12...version
                }
                let server = try startServer(trial)
                let client = try server.connect(opens: false)
                try client.send(Array("let me in".utf8))
                let back = try client.receiveToEnd()
                guard back.isEmpty else { throw fail("in \(version.name) \(what) was served: it got back \(readable(back))") }
                switch client.end {
                case .closed where client.tls.isOpen:
                    throw fail("in \(version.name) the handshake of \(what) must fail; it was done, and then closed")
                case nil: throw fail("in \(version.name) \(what) must be refused; its handshake did not fail, and it was not served either")
                default: break
                }
                let good = try trial.identity("client")
                try trial.serveTLS { $0.identity = good }
                try TLSRefusalChecks.expectGoesOn(server, trial, "after \(what), in \(version.name)")
                if let program = server.program {
                    _ = try trial.handshakeLine(of: program)
                    let lines = program.errorLines.filter { $0.hasPrefix("tls: ") }
                    guard lines.count == 1 else {
                        throw fail("the handshake of \(what) must fail, and give no line:\n  \(lines.joined(separator: "\n  "))")
                    }
                }
            }
        }

        /// The name of a client is whatever it says: it must not move a cursor, or make lines of its own.
        static func names(_ trial: Trial) throws {
            let root = try CertifiedKey(selfSigned: .init([("CN", "root of names")], .authority))
            let subject = [("C", "CH"), ("O", "Work\nbook"), ("OU", "\u{1B}[31mred"), ("CN", "client two")]
            let client = try root.issue(.init(subject, .client))
            let folder = try trial.folder().path
            for (file, text) in [("names", root.certificatePEM), ("named", client.certificatePEM), ("named-key", client.keyPEM)] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file).pem"))
            }
            try trial.serveTLS { $0.identity = IdentityFiles(certificate: "\(folder)/named.pem", key: "\(folder)/named-key.pem") }
            let server = try trial.startServer(["--client-ca", "\(folder)/names.pem"])
            _ = try server.connect()
            let program = try server.process()
            let line = try trial.handshakeLine(of: program)
            let story =
                "the subject is, in this order, \(subject.map { "\($0)=\(readable(Array($1.utf8)))" }.joined(separator: ", ")); the line says\n  \(readable(Array(line.utf8), limit: 200))"
            let bytes = program.errors
            if bytes.contains(0x1B) {
                throw fail("a control character of the client's name was written to stderr as it is (ESC, 1B); \(story)")
            }
            guard line.contains("client two") else {
                throw fail("the line must hold the whole name, its control characters escaped; \(story)")
            }
            let places = ["C=", "O=", "OU=", "CN="].map { part in
                ["\"", ",", " ", "/"].compactMap { line.range(of: $0 + part)?.lowerBound }.min() ?? line.endIndex
            }
            guard places == places.sorted(), !places.contains(line.endIndex) else {
                throw fail("the parts of the name must stand in the certificate's order; \(story)")
            }
        }

        static func presents(_ trial: Trial) throws {
            let root = try trial.certificate("root")
            for version in [TLSVersion.tls13, .tls12] {
                let run = try ConnectRun(trial, try trial.identityOptions("client"))
                let server = try run.acceptOpen(
                    try trial.serverContext {
                        $0.trust = .authorities(file: root)
                        $0.versions = .tls12...version
                    })
                guard server.tls.details?.peerName == "CN=client" else {
                    throw fail(
                        "the client must present the certificate of --cert, CN=client; it presented \(server.tls.details?.peerName ?? "none")"
                    )
                }
            }
        }

        /// A server that asks for a certificate, and a client that has none.
        static func refused(_ trial: Trial) throws {
            let root = try trial.certificate("root")
            for version in [TLSVersion.tls13, .tls12] {
                let run = try ConnectRun(trial)
                let server = try run.accept(
                    try trial.serverContext {
                        $0.trust = .authorities(file: root)
                        $0.versions = .tls12...version
                    })
                _ = try server.receiveToEnd()
                server.close()
                let circumstances = "in \(version.name), with a server that asks for a certificate, and no --cert"
                try run.expectEnd(1, when: circumstances)
                guard run.program.errorLines.contains(where: { $0.hasPrefix("error: ") && $0.contains(run.endpoint) }) else {
                    throw fail(
                        "\(circumstances), stderr must say `error: ...`, with \(run.endpoint) in it; it says\n  \(run.program.errorLines.joined(separator: "\n  "))"
                    )
                }
            }
        }
    }
#endif
