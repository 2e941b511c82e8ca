import SecureSockets
import Testing

/// What two ends agree on, and what they refuse each other.
@Suite struct HandshakeTests {
    let certificates: Certificates

    init() throws { certificates = try Certificates() }

    @Test func `agrees on the newest version, and says so in a line`() throws {
        var pair = try Pair(certificates, server: certificates.serverSettings(certificates.issue("localhost")))
        pair.shakeHands()
        #expect(pair.clientError == nil && pair.serverError == nil)
        let cipher = pair.client.details.cipher
        #expect(pair.client.details.description == "TLSv1.3 \(cipher) alpn=- peer=\"CN=localhost\"")
        #expect(pair.server.details.description == "TLSv1.3 \(cipher) alpn=- peer=-")
        #expect(pair.server.details.serverName == "localhost")
    }

    @Test func `speaks TLS 1.2 with those who don't speak 1.3`() throws {
        var settings = certificates.clientSettings
        settings.versions = .tls12 ... .tls12
        var pair = try Pair(certificates, server: certificates.serverSettings(certificates.issue("localhost")), client: settings)
        pair.shakeHands()
        #expect(pair.client.details.version == "TLSv1.2")
        #expect(pair.client.details.cipher.hasPrefix("ECDHE-"))
    }

    @Test func `refuses older versions, on either side`() throws {
        let identity = try certificates.issue("localhost")
        var old = certificates.clientSettings
        old.versions = .tls10 ... .tls11
        var pair = try Pair(certificates, server: certificates.serverSettings(identity), client: old)
        pair.shakeHands()
        #expect(pair.serverError != nil)
        #expect(pair.clientError?.cause == .alert(TLSAlert(number: 70)), "\(String(describing: pair.clientError))")

        old = certificates.serverSettings(identity)
        old.versions = .tls10 ... .tls11
        pair = try Pair(certificates, server: old)
        pair.shakeHands()
        #expect(pair.clientError != nil)
    }

    @Test func `tells why a certificate is not trusted`() throws {
        let stranger = try CertifiedKey(selfSigned: .init([("CN", "stranger")], .authority))
        let selfSigned = try CertifiedKey(selfSigned: .init([("CN", "localhost")], .server, names: ["localhost"]))
        let cases: [(IdentityFiles, VerificationFailure.Cause)] = [
            (try certificates.issue("expired", validFrom: -7_200, validUntil: -3_600), .expired),
            (try certificates.issue("early", validFrom: 3_600, validUntil: 7_200), .notYetValid),
            (try certificates.issue("elsewhere", names: ["elsewhere.test"]), .nameMismatch),
            (try certificates.issue("no-names", names: [], subject: [("CN", "localhost")]), .nameMismatch),
            (try certificates.issue("stranger", by: stranger), .untrustedIssuer),
            (try certificates.write(selfSigned, "self-signed"), .untrustedIssuer),
        ]
        for (identity, cause) in cases {
            var pair = try Pair(certificates, server: certificates.serverSettings(identity))
            pair.shakeHands()
            guard case .verification(let failure) = pair.clientError?.cause else {
                Issue.record("\(identity.certificate): \(String(describing: pair.clientError))")
                continue
            }
            #expect(failure.cause == cause, "\(identity.certificate)")
            let line = pair.clientError?.at("localhost:7005").description ?? ""
            #expect(line.hasPrefix("connect localhost:7005: certificate verify failed: \(cause.rawValue)"))
        }
    }

    @Test(arguments: [
        ("localhost", ["localhost"], true), ("LOCALHOST", ["localhost"], true), ("localhost.", ["localhost"], true),
        ("a.workbook.test", ["*.workbook.test"], true), ("a.b.workbook.test", ["*.workbook.test"], false),
        ("workbook.test", ["*.workbook.test"], false), ("ab.workbook.test", ["a*.workbook.test"], false),
        ("127.0.0.1", ["127.0.0.1"], true), ("::1", ["::1"], true), ("127.0.0.1", ["127.0.0.2"], false),
        ("127.0.0.1", ["localhost"], false),
    ])
    func `compares names as RFC 9525 says`(_ name: String, _ names: [String], _ fits: Bool) throws {
        let identity = try certificates.issue("server", names: names)
        var pair = try Pair(certificates, server: certificates.serverSettings(identity), name: name)
        pair.shakeHands()
        #expect((pair.clientError == nil) == fits)
    }

    @Test func `agrees on the first protocol that the server likes`() throws {
        var server = certificates.serverSettings(try certificates.issue("localhost"))
        server.applicationProtocols = ["echo/2", "echo/1"]
        var client = certificates.clientSettings
        client.applicationProtocols = ["h2", "echo/1", "echo/2"]
        var pair = try Pair(certificates, server: server, client: client)
        pair.shakeHands()
        #expect(pair.client.details.applicationProtocol == "echo/2")
        #expect(pair.server.details.applicationProtocol == "echo/2")
    }

    @Test func `refuses a client that offers other protocols only`() throws {
        var server = certificates.serverSettings(try certificates.issue("localhost"))
        server.applicationProtocols = ["echo/1"]
        var client = certificates.clientSettings
        client.applicationProtocols = ["echo/10", "h2"]
        var pair = try Pair(certificates, server: server, client: client)
        pair.shakeHands()
        #expect(pair.clientError?.cause == .alert(TLSAlert(number: 120)))
        #expect(pair.clientError?.description.contains("no application protocol") == true)
        // Whoever offers nothing is welcome.
        pair = try Pair(certificates, server: server)
        pair.shakeHands()
        #expect(pair.serverError == nil && pair.server.details.applicationProtocol == nil)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `asks for a client's certificate, and knows its name`(_ version: TLSVersion) throws {
        var server = certificates.serverSettings(try certificates.issue("localhost"))
        server.trust = .authorities(file: certificates.path("root.pem"))
        server.versions = version...version
        var client = certificates.clientSettings
        client.identity = try certificates.issue(
            "client", .client, names: [], subject: [("O", "Work\nbook"), ("OU", "\u{202E}\u{9B}\\"), ("CN", "client \"1\"")])
        var pair = try Pair(certificates, server: server, client: client)
        pair.shakeHands()
        #expect(pair.serverError == nil)
        #expect(pair.server.details.peerName == "O=Work\\x0Abook,OU=\\u{202E}\\u{9B}\\\\,CN=client \"1\"")
        #expect(pair.server.details.description.hasSuffix("CN=client \\\"1\\\"\""))

        for identity in [nil, try certificates.issue("server", .server), try certificates.issue("old", .client, validUntil: -30)] {
            client.identity = identity
            pair = try Pair(certificates, server: server, client: client)
            pair.shakeHands()
            #expect(pair.serverError != nil)
        }
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `takes up an earlier conversation`(_ version: TLSVersion) throws {
        let server = try TLSContext(.server, certificates.serverSettings(certificates.issue("localhost")))
        var settings = certificates.clientSettings
        settings.versions = version...version
        let client = try TLSContext(.client, settings)
        var resumption: TLSResumption?
        for isSecond in [false, true] {
            var one = try SecureChannel(client, expecting: "localhost")
            var other = try SecureChannel(server)
            if let resumption { one.resume(resumption) }
            var isDone = (false, false)
            while isDone != (true, true) {
                isDone.0 = try one.handshake()
                other.take(one.outgoing().span)
                isDone.1 = try other.handshake()
                one.take(other.outgoing().span)
            }
            // In TLS 1.3 the ticket comes after the handshake.
            let early = try one.receive()
            #expect(early == nil)
            #expect(one.details.isResumed == isSecond && other.details.isResumed == isSecond)
            resumption = one.resumption()
            try one.closeSending()
            #expect(resumption != nil)
        }
    }

    @Test func `says what is wrong with files`() throws {
        let good = try certificates.issue("localhost")
        let other = try certificates.issue("other")
        try certificates.write("hello", "garbage.pem")
        try certificates.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "broken.pem")
        try certificates.write(CertifiedKey(selfSigned: .init([("CN", "x")], .server)).keyPEM(password: "secret"), "encrypted.pem")
        let cases: [(String, String, String)] = [
            (good.certificate, other.key, "load \(other.key): the private key does not fit the certificate in \(good.certificate)"),
            (certificates.path("none.pem"), good.key, "load \(certificates.path("none.pem")): No such file or directory (ENOENT)"),
            (good.certificate, certificates.path("none.pem"), "No such file or directory (ENOENT)"),
            (certificates.path("garbage.pem"), good.key, "there is no PEM certificate in it"),
            (good.certificate, certificates.path("garbage.pem"), "there is no PEM private key in it"),
            (good.certificate, good.certificate, "there is no PEM private key in it"),
            (certificates.path("broken.pem"), good.key, "a certificate can't be read"),
            (good.certificate, certificates.path("encrypted.pem"), "the private key is encrypted"),
            (certificates.folder, good.key, "Is a directory (EISDIR)"),
        ]
        for (certificate, key, words) in cases {
            let settings = certificates.serverSettings(IdentityFiles(certificate: certificate, key: key))
            let error = #expect(throws: TLSError.self) { _ = try TLSContext(.server, settings) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }
}
