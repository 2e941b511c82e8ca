#if HAS_OPENSSL
    import Foundation
    import SecureSockets
    import Sockets

    /// The certificates that lab 5 needs, good ones and bad ones, with their keys: made anew, each time.
    public struct CertificateSet: Sendable {
        /// One file of the set.
        public struct File: Sendable {
            /// Its name in the folder.
            public let name: String
            /// What it is for, in a few words; empty for the key of the certificate before it.
            public let purpose: String
            /// PEM.
            public let text: String
            /// Whether it is a private key, which nobody else may read.
            public var isKey: Bool { name.hasSuffix("-key.pem") }
        }

        /// In the order in which one gets to know them.
        public let files: [File]

        /// Makes the whole set.
        ///
        /// - Throws: `TLSError` with the operation `make`.
        public init() throws(TLSError) {
            let root = try CertifiedKey(selfSigned: .init([("O", "Workbook"), ("CN", "Workbook root")], .authority))
            let intermediate = try root.issue(.init([("O", "Workbook"), ("CN", "Workbook intermediate")], .authority))
            let other = try CertifiedKey(selfSigned: .init([("O", "Somebody else"), ("CN", "Other root")], .authority))
            let here = ["localhost", "127.0.0.1", "::1"]
            let day = 86_400

            var files: [File] = []

            /// A certificate, with what leads from it to its root behind it, and its key.
            func add(_ name: String, _ purpose: String, _ made: CertifiedKey, behind issuers: [CertifiedKey] = []) {
                let chain = ([made] + issuers).map(\.certificatePEM).joined()
                files.append(File(name: "\(name).pem", purpose: purpose, text: chain))
                files.append(File(name: "\(name)-key.pem", purpose: "", text: made.keyPEM))
            }
            /// A server or client that the intermediate vouches for.
            func addIssued(
                _ name: String, _ purpose: String, _ usage: CertifiedKey.Usage = .server, subject: String = "localhost",
                names: [String] = here, validFrom: Int = -3_600, validUntil: Int = 365 * day, sendsIntermediate: Bool = true
            ) throws(TLSError) -> CertifiedKey {
                let made = try intermediate.issue(
                    .init([("CN", subject)], usage, names: usage == .server ? names : [], validFrom: validFrom, validUntil: validUntil))
                add(name, purpose, made, behind: sendsIntermediate ? [intermediate] : [])
                return made
            }

            add("root", "whom to trust: --ca of a client, --client-ca of a server", root)
            add("intermediate", "issued by root.pem; issues the certificates of servers and clients", intermediate)
            let server = try addIssued("server", "a good server: localhost, 127.0.0.1, ::1; with the intermediate behind it")
            _ = try addIssued("renewed", "a good server too, by another name: for loading again", subject: "localhost renewed")
            _ = try addIssued(
                "wildcard", "a good server: any name of one label under workbook.test", subject: "*.workbook.test",
                names: ["*.workbook.test"])
            _ = try addIssued("client", "a good client", .client, subject: "client")
            _ = try addIssued("expired", "bad: was valid until yesterday", validFrom: -30 * day, validUntil: -day)
            _ = try addIssued("not-yet-valid", "bad: will be valid from tomorrow on", validFrom: day, validUntil: 30 * day)
            _ = try addIssued(
                "wrong-name", "bad: is for elsewhere.workbook.test; its subject says localhost, which does not count",
                names: ["elsewhere.workbook.test", "192.0.2.1"])
            _ = try addIssued("no-intermediate", "bad: a good server that does not send its intermediate", sendsIntermediate: false)
            add("other-root", "bad: a root that root.pem does not know", other)
            add(
                "other-server", "bad: a server issued by other-root.pem",
                try other.issue(.init([("CN", "localhost")], .server, names: here)))
            add("other-client", "bad: a client issued by other-root.pem", try other.issue(.init([("CN", "client")], .client)))
            _ = try addIssued(
                "expired-client", "bad: a client whose certificate was valid until yesterday", .client, subject: "client",
                validFrom: -30 * day, validUntil: -day)
            add(
                "self-signed", "bad: a server that only vouches for itself",
                try CertifiedKey(selfSigned: .init([("CN", "localhost")], .server, names: here)))
            files.append(
                File(
                    name: "server-encrypted-key.pem", purpose: "the private key of server.pem, encrypted with the password 'workbook'",
                    text: server.keyPEM(password: "workbook")))
            self.files = files
        }

        /// What is in the folder, as its README says it. The key of `server.pem` is `server-key.pem`, and so on.
        public var table: [(name: String, purpose: String)] {
            files.filter { !$0.purpose.isEmpty }.map { ($0.name, $0.purpose) }
        }

        /// The README of the folder.
        public var readme: String {
            let width = table.map(\.name.count).max() ?? 0
            let rows = table.map { "    \($0.name.padding(toLength: width, withPad: " ", startingAt: 0))  \($0.purpose)" }
            return """
                # Certificates for lab 5

                Made by `workbook certificates`, for this machine alone. Nobody else trusts them, and nobody should: keep them out of
                any list of trusted certificates. They are valid for a year; make new ones with `--replace`.

                \(rows.joined(separator: "\n"))

                The private key of `server.pem` is `server-key.pem`, and so on; all are on the curve P-256. A `.pem` of a server or client holds its certificate first, then what leads to the root:
                `openssl storeutl -noout -text -certs server.pem` shows both.

                """
        }

        /// Writes the files and the README into a folder, which is made if it is not there. Keys are for their owner alone (mode 0600).
        ///
        /// - Parameter replacing: Whether files of these names may be replaced. Without it, none is touched if any is there.
        /// - Throws: `SocketError` with the operation `mkdir`, `open`, `unlink` or `write` and the path; EEXIST if a file is there already.
        public func write(to folder: String, replacing: Bool = false) throws {
            var contents = files.map { (name: $0.name, text: $0.text, mode: $0.isKey ? UInt32(0o600) : 0o644) }
            contents.append(("README.md", readme, 0o644))
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for file in contents {
                let path = "\(folder)/\(file.name)"
                guard FileManager.default.fileExists(atPath: path) else { continue }
                guard replacing else { throw SocketError("open", address: path, code: EEXIST) }
            }
            for file in contents {
                let path = "\(folder)/\(file.name)"
                if replacing { try? FileManager.default.removeItem(atPath: path) }
                try Descriptor(creating: path, mode: file.mode).writeAll(Array(file.text.utf8).span)
            }
        }
    }
#endif
