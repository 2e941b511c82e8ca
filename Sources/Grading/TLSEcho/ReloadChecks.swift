#if HAS_OPENSSL
    import Foundation
    import Glibc
    import SecureSockets
    import Sockets

    /// SIGHUP: the files are read again, and nobody is disturbed.
    enum ReloadChecks {
        /// The server's files, of which the check may change what is in them.
        private struct Files {
            let certificate: String
            let key: String

            init(_ trial: Trial) throws {
                let folder = try trial.folder().path
                certificate = "\(folder)/live.pem"
                key = "\(folder)/live-key.pem"
                try hold(trial, "server")
                trial.service.words = ["serve", "--cert", certificate, "--key", key]
            }

            /// Puts a certificate of the set into them; its key, too, unless another one is named.
            func hold(_ trial: Trial, _ name: String, key other: String? = nil) throws {
                for (from, to) in [(name, certificate), ((other ?? name) + "-key", key)] {
                    try Data(contentsOf: URL(fileURLWithPath: try trial.certificate(from))).write(to: URL(fileURLWithPath: to))
                }
            }
        }

        /// The name in the certificate that a new client is shown.
        ///
        /// - Parameter guests: Keeps the client: what the server would say of its leaving might be taken for an answer to the signal.
        private static func shownName(_ server: Server, _ guests: inout [Client]) throws -> String {
            let client = try server.connect()
            guests.append(client)
            try ConcurrencyChecks.echo("hello", client, "around a SIGHUP")
            return client.tls.details?.peerName ?? "none"
        }

        private static func start(_ trial: Trial) throws -> (Server, Program, Files) {
            try trial.serveTLS()
            let files = try Files(trial)
            let server = try trial.startServer()
            return (server, try server.process(), files)
        }

        /// Loading takes a moment, and nothing says when it is done: new clients show it.
        static func renews(_ trial: Trial) throws {
            let (server, program, files) = try start(trial)
            var guests: [Client] = []
            _ = try shownName(server, &guests)
            try files.hold(trial, "renewed")
            program.send(signal: SIGHUP)
            let deadline = Deadline.after(Trial.patience)
            while try shownName(server, &guests) != "CN=localhost renewed" {
                if let ending = program.ending { throw fail("after SIGHUP the program must go on; it \(ending.description)") }
                if deadline.hasPassed {
                    throw fail("after SIGHUP new clients must get the new certificate, CN=localhost renewed; they still get CN=localhost")
                }
                try trial.wait(until: .after(.milliseconds(20))) { false }
            }
        }

        static func keepsConnections(_ trial: Trial) throws {
            let (server, program, files) = try start(trial)
            var guests: [Client] = []
            let old = try server.connect()
            try ConcurrencyChecks.echo("hello", old, "before SIGHUP")
            try files.hold(trial, "renewed")
            program.send(signal: SIGHUP)
            try during("whoever is connected when SIGHUP comes must be left alone") {
                let deadline = Deadline.after(Trial.patience)
                while program.ending == nil, !deadline.hasPassed, try shownName(server, &guests) != "CN=localhost renewed" {
                    try trial.wait(until: .after(.milliseconds(20))) { false }
                }
                try ConcurrencyChecks.echo("still there?", old, "connected before SIGHUP, after new clients got the new certificate")
            }
        }

        /// Half a certificate, a key that does not fit, no file at all: the old ones are still good, and somebody must be told.
        static func keepsOldOnes(_ trial: Trial) throws {
            let (server, program, files) = try start(trial)
            var guests: [Client] = []
            for (what, break_) in [
                ("the key does not fit the new certificate", { try files.hold(trial, "renewed", key: "client") }),
                (
                    "the certificate's file is cut off",
                    { try Data("-----BEGIN CERTIFICATE-----\nMIIB".utf8).write(to: URL(fileURLWithPath: files.certificate)) }
                ),
                ("the certificate's file is gone", { try FileManager.default.removeItem(atPath: files.certificate) }),
            ] as [(String, () throws -> Void)] {
                _ = try shownName(server, &guests)
                try break_()
                func remarks() -> Int { program.errorLines.count { !$0.hasPrefix("tls: ") } }
                let before = remarks()
                program.send(signal: SIGHUP)
                try trial.wait(until: .after(Trial.patience)) { program.ending != nil || remarks() > before }
                if let ending = program.ending {
                    throw fail("at SIGHUP \(what): the server must keep the old ones; it \(ending.description)")
                }
                guard remarks() > before else {
                    throw fail("at SIGHUP \(what): the server must say so on stderr; it says nothing")
                }
                let name = try during("at SIGHUP \(what): the server must keep the old ones") { try shownName(server, &guests) }
                guard name == "CN=localhost" else {
                    throw fail("at SIGHUP \(what): new clients must still get the old certificate, CN=localhost; they get \(name)")
                }
            }
        }
    }
#endif
