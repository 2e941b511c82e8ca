#if HAS_OPENSSL
    import Foundation
    import Glibc
    import SecureSockets
    import Sockets

    /// Whom `connect` believes, and what it says of those it does not.
    enum VerificationChecks {
        /// Servers that must be believed: each with what is typed for the host, and for `--name`.
        static func believes(_ trial: Trial) throws {
            for (certificate, host, name) in [
                ("server", "localhost", nil), ("server", "127.0.0.1", nil), ("server", "127.0.0.1", "LOCALHOST"),
                ("wildcard", "localhost", "www.workbook.test"), ("wrong-name", "127.0.0.1", "elsewhere.workbook.test"),
            ] as [(String, String, String?)] {
                let run = try ConnectRun(trial, name.map { ["--name", $0] } ?? [], host: host)
                try expectBelief(run, trial, certificate, name)
            }
        }

        /// An address has no name to compare with: it must stand in the certificate itself.
        static func ipv6(_ trial: Trial) throws {
            let run = try ConnectRun(trial, host: "::1")
            try expectBelief(run, trial, "server", nil)
        }

        private static func expectBelief(_ run: ConnectRun, _ trial: Trial, _ certificate: String, _ name: String?) throws {
            let typed = "`connect \(run.endpoint)\(name.map { " --name \($0)" } ?? "")`"
            // Its last message of the handshake comes only from a client that has verified the server.
            _ = try during("\(typed) must accept a server with \(certificate).pem") {
                try run.acceptOpen(try trial.serverContext(certificate))
            }
        }

        static func expired(_ trial: Trial) throws {
            try expectDisbelief(trial, "expired", "expired", "a certificate that has expired")
        }

        static func notYetValid(_ trial: Trial) throws {
            try expectDisbelief(trial, "not-yet-valid", "not yet valid", "a certificate that is not valid yet")
        }

        static func nameMismatch(_ trial: Trial) throws {
            let wrong = "name mismatch"
            try expectDisbelief(trial, "wrong-name", wrong, "a certificate for elsewhere.workbook.test, whose subject says CN=localhost")
            try expectDisbelief(trial, "server", wrong, name: "elsewhere.workbook.test", "a certificate for localhost")
        }

        static func wildcard(_ trial: Trial) throws {
            for name in ["workbook.test", "a.b.workbook.test", "www.workbook.test.example"] {
                try expectDisbelief(trial, "wildcard", "name mismatch", name: name, "a certificate for *.workbook.test")
            }
        }

        static func address(_ trial: Trial) throws {
            try expectDisbelief(trial, "wrong-name", "name mismatch", host: "127.0.0.1", "a certificate for the address 192.0.2.1")
            try expectDisbelief(trial, "wildcard", "name mismatch", host: "127.0.0.1", "a certificate without any address")
        }

        static func untrusted(_ trial: Trial) throws {
            let cause = "untrusted issuer"
            try expectDisbelief(trial, "other-server", cause, "a certificate from another root")
            try expectDisbelief(trial, "self-signed", cause, "a certificate that is signed by itself")
            try expectDisbelief(trial, "no-intermediate", cause, "a good certificate without the intermediate that leads to the root")
        }

        /// The machine may trust many. `--ca` says whom this client trusts, and nobody else.
        static func trustsNobodyElse(_ trial: Trial) throws {
            // OpenSSL's way to name the system's own list of authorities; whoever asks for that list gets this one.
            setenv("SSL_CERT_FILE", try trial.certificate("other-root"), 1)
            try expectDisbelief(trial, "other-server", "untrusted issuer", "a certificate that the system trusts, and --ca does not")
        }

        /// What a server with several names needs to know before it chooses a certificate.
        static func serverName(_ trial: Trial) throws {
            for (host, name, expected) in [
                ("localhost", nil, "localhost"), ("127.0.0.1", nil, nil), ("localhost", "www.workbook.test", "www.workbook.test"),
                ("localhost", "127.0.0.1", nil),
            ] as [(String, String?, String?)] {
                let run = try ConnectRun(trial, name.map { ["--name", $0] } ?? [], host: host)
                let server = try run.acceptOpen(try trial.serverContext(name == "www.workbook.test" ? "wildcard" : "server"))
                let sent = server.tls.details?.serverName
                guard sent != expected else { continue }
                let typed = "`connect \(run.endpoint)\(name.map { " --name \($0)" } ?? "")`"
                guard let expected else {
                    throw fail(
                        "\(typed): an address is no server name (RFC 6066, 3), and must not be sent as one; the client sent '\(sent ?? "")'"
                    )
                }
                throw fail("\(typed) must ask for the server name '\(expected)' (SNI); it asked for \(sent.map { "'\($0)'" } ?? "none")")
            }
        }

        /// A server that must not be believed, over both versions: a line with the cause, exit code 1, and not a byte of stdin sent.
        private static func expectDisbelief(
            _ trial: Trial, _ certificate: String, _ cause: String, host: String = "localhost", name: String? = nil, _ what: String
        ) throws {
            for version in [TLSVersion.tls13, .tls12] {
                let run = try ConnectRun(trial, name.map { ["--name", $0] } ?? [], host: host)
                try trial.feed(run.program, Array("secret".utf8))
                run.program.input?.close()
                let circumstances = "with \(what), in \(version.name), `connect \(run.endpoint)\(name.map { " --name \($0)" } ?? "")`"
                let server = try run.accept(try trial.serverContext(certificate) { $0.versions = .tls12...version })
                let arrived = try server.receiveToEnd()
                guard arrived.isEmpty else {
                    throw fail(
                        "\(circumstances): the client must not send a byte to a server that it can't trust; it sent \(readable(arrived))")
                }
                server.close()
                guard run.program.output.isEmpty else {
                    throw fail("\(circumstances): stdout must stay empty; it holds \(readable(run.program.output))")
                }
                try run.expectError("connect \(run.endpoint): certificate verify failed: \(cause)", when: circumstances)
            }
        }
    }
#endif
