#if HAS_OPENSSL
    import Foundation
    import SecureSockets
    import Sockets

    /// The first handshake, from either side, and what keeps a server from its first one.
    enum HandshakeChecks {
        static func serves(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let client = try server.connect()
            guard let details = client.tls.details else { return }
            guard details.peerName == "CN=localhost" else {
                throw fail("the server must present the certificate of --cert, CN=localhost; it presents \(details.peerName ?? "none")")
            }
            client.close()
            try servesInPieces(trial)
        }

        /// However late the server looks, the first call can't finish this handshake: half a ClientHello is all that there is.
        ///
        /// A server of its own: one with step 1 alone ends after its first handshake.
        private static func servesInPieces(_ trial: Trial) throws {
            let server = try trial.startServer()
            let raw = RawTLS(try Client(trial, to: server.address), try SecureChannel(try trial.clientContext()))
            try during("the handshake failed with a client whose ClientHello came in two segments") {
                _ = try raw.channel.handshake()
                let hello = raw.channel.outgoing()
                try raw.client.send(Array(hello[..<(hello.count / 2)]))
                try server.waitUntilRead(raw.client)
                try raw.client.send(Array(hello[(hello.count / 2)...]))
                try raw.shakeHands()
            }
        }

        /// A client that knows the root alone needs what lies between.
        static func sendsChain(_ trial: Trial) throws {
            let root = try trial.certificate("root")
            try trial.serveTLS { $0.trust = .authorities(file: root) }
            do {
                _ = try trial.startServer().connect()
            } catch Finding.failure(let text, let moment) {
                guard text.contains("certificate verify failed") else { throw Finding.failure(text, at: moment) }
                throw fail(
                    "a client that trusts root.pem does not trust the server: the file of --cert holds the intermediate as well, and the server must send both\n\(text)"
                )
            }
        }

        static func serverLine(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let client = try server.connect()
            guard let details = client.tls.details else { return }
            try expect(try trial.handshakeLine(of: server.process()), details, alpn: "-", peer: "-", of: "the server")
        }

        static func connects(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            _ = try run.acceptOpen(try trial.serverContext())
        }

        static func clientLine(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.acceptOpen(try trial.serverContext())
            guard let details = server.tls.details else { return }
            try expect(try trial.handshakeLine(of: run.program), details, alpn: "-", peer: "\"CN=localhost\"", of: "the client")
        }

        /// Compares a handshake's line with what was agreed on.
        static func expect(_ line: String, _ details: TLSDetails, alpn: String, peer: String, of side: String) throws {
            let ciphers = [details.cipher, details.registeredCipher]
            let right = ciphers.map { "tls: \(details.version) \($0) alpn=\(alpn) peer=\(peer)" }
            guard !right.contains(line) else { return }
            throw fail("\(side)'s line about the handshake must be\n  \(right[0])\nit is\n  \(line)")
        }

        // MARK: Files

        static func keyOfAnother(_ trial: Trial) throws {
            let key = try trial.certificate("client-key")
            try expectRefusal(
                trial, ["--cert", try trial.certificate("server"), "--key", key], naming: key, "a key that does not fit the certificate")
        }

        static func uselessFiles(_ trial: Trial) throws {
            let (certificate, key) = (try trial.certificate("server"), try trial.certificate("server-key"))
            let missing = try trial.folder().path + "/missing.pem"
            let garbage = try trial.folder().path + "/garbage.pem"
            try Data("this is no PEM file\n".utf8).write(to: URL(fileURLWithPath: garbage))
            for (options, culprit, what) in [
                (["--cert", missing, "--key", key], missing, "a certificate file that is not there"),
                (["--cert", certificate, "--key", missing], missing, "a key file that is not there"),
                (["--cert", garbage, "--key", key], garbage, "a certificate file that holds no PEM"),
                (["--cert", certificate, "--key", garbage], garbage, "a key file that holds no PEM"),
            ] { try expectRefusal(trial, options, naming: culprit, what) }
        }

        static func uselessAuthorities(_ trial: Trial) throws {
            let identity = try trial.identityOptions("server")
            let missing = try trial.folder().path + "/missing.pem"
            let key = try trial.certificate("root-key")
            try expectRefusal(trial, identity + ["--client-ca", missing], naming: missing, "a --client-ca file that is not there")
            try expectRefusal(
                trial, identity + ["--client-ca", key], naming: key, "a --client-ca file that holds a key and no certificate")
        }

        /// A server must not ask a terminal for a password, nor start without a key.
        static func encryptedKey(_ trial: Trial) throws {
            let key = try trial.certificate("server-encrypted-key")
            try expectRefusal(trial, ["--cert", try trial.certificate("server"), "--key", key], naming: key, "a key that is encrypted")
        }

        private static func expectRefusal(_ trial: Trial, _ options: [String], naming culprit: String, _ what: String) throws {
            let program = try trial.start(["serve", "--port", "0"] + options)
            try trial.wait(until: .after(Trial.startingTime)) { program.hasSaidAll || !program.outputLines.isEmpty }
            if let line = program.outputLines.first { throw fail("with \(what) the server must not start; it says: \(line)") }
            guard let ending = program.ending else { throw fail("with \(what) the server must end with an error; it runs on") }
            guard ending == .exited(1) else {
                throw fail("with \(what) the server must end with exit code 1; it \(ending.description)\(program.lastWords)")
            }
            let name = URL(fileURLWithPath: culprit).lastPathComponent
            guard let line = program.errorLines.first(where: { $0.hasPrefix("error: ") }) else {
                throw fail("with \(what) stderr must say `error: ...`; it says \(readable(program.errors, limit: 200))")
            }
            guard line.contains(name) else { throw fail("with \(what) the error must name the file, \(name); it says: \(line)") }
        }
    }
#endif
