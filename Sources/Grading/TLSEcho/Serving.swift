#if HAS_OPENSSL
    import Foundation
    import SecureSockets
    import Sockets

    extension Trial {
        /// The path of a certificate of the set, which is made when the check first asks for one.
        func certificate(_ name: String) throws -> String {
            let folder = try folder().path + "/certificates"
            if !FileManager.default.fileExists(atPath: folder) {
                let set = try CertificateSet()
                try set.write(to: folder)
                // In a jail the program may be another user, and must read its keys all the same.
                if Runner.isJailed { for file in set.files where file.isKey { chmod("\(folder)/\(file.name)", 0o644) } }
            }
            return "\(folder)/\(name).pem"
        }

        /// A certificate of the set with its key.
        func identity(_ name: String) throws -> IdentityFiles {
            IdentityFiles(certificate: try certificate(name), key: try certificate("\(name)-key"))
        }

        /// The options that name a certificate of the set and its key.
        func identityOptions(_ name: String) throws -> [String] {
            ["--cert", try certificate(name), "--key", try certificate("\(name)-key")]
        }

        /// From now on, what is started is `serve` with a certificate of the set, and clients speak TLS.
        ///
        /// - Parameter change: What is different about the clients. Unless it says so, they take any certificate: whether that is
        ///   right is for other checks.
        func serveTLS(_ name: String = "server", change: (inout TLSSettings) throws -> Void = { _ in }) throws {
            service.words = ["serve"] + (try identityOptions(name))
            let context = try clientContext(change)
            makeLayer = { try TLSLayer(context, expecting: "localhost") }
        }

        /// What a client of the grader's is set to.
        func clientContext(_ change: (inout TLSSettings) throws -> Void = { _ in }) throws -> TLSContext {
            var settings = TLSSettings()
            settings.trust = .anyone
            try change(&settings)
            return try TLSContext(.client, settings)
        }

        /// What a server of the grader's is set to.
        func serverContext(_ name: String = "server", _ change: (inout TLSSettings) throws -> Void = { _ in }) throws -> TLSContext {
            var settings = TLSSettings()
            settings.identity = try identity(name)
            try change(&settings)
            return try TLSContext(.server, settings)
        }

        /// The handshake's line `tls: ...` that a program writes to stderr: the number-th, counted from 1.
        func handshakeLine(_ number: Int = 1, of program: Program) throws -> String {
            func lines() -> [String] { program.errorLines.filter { $0.hasPrefix("tls: ") } }
            try wait(until: .after(Trial.patience)) { lines().count >= number || program.hasSaidAll }
            guard lines().count >= number else {
                let said =
                    program.errorLines.isEmpty ? "nothing" : readable(Array(program.errorLines.joined(separator: "\n").utf8), limit: 200)
                throw fail("after the handshake a line `tls: ...` must come on stderr; there stands \(said)")
            }
            return lines()[number - 1]
        }
    }

    /// A check of lab 2, of a service that speaks TLS.
    func overTLS(_ body: @escaping @Sendable (Trial) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            try trial.serveTLS()
            try body(trial)
        }
    }

    /// A check of lab 2 that sees no more of the service than its socket.
    func overTCP(_ body: @escaping @Sendable (Trial) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            try trial.serveTLS()
            trial.makeLayer = nil
            try body(trial)
        }
    }

    /// The same check with each version of TLS.
    func inBothVersions(_ body: @escaping @Sendable (Trial, TLSVersion) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            for version in [TLSVersion.tls13, .tls12] { try body(trial, version) }
        }
    }

    extension Client {
        /// Its TLS.
        var tls: TLSLayer {
            guard let layer = layer as? TLSLayer else { preconditionFailure("\(name) does not speak TLS") }
            return layer
        }
    }

    extension TLSVersion {
        /// As people write it.
        var name: String { self == .tls13 ? "TLS 1.3" : self == .tls12 ? "TLS 1.2" : self == .tls11 ? "TLS 1.1" : "TLS 1.0" }
    }
#endif
