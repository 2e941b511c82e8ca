#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// Clients that take their time with the handshake.
    enum StallChecks {
        /// Clients at every stage of a handshake that they don't go on with.
        private static func stall(_ server: Server, _ trial: Trial) throws -> [Client] {
            let silent = try Client(trial, to: server.address)
            let begun = try beginHandshake(server, trial)
            // Gets the server's part, and leaves its own last one out.
            let nearlyDone = try Client(trial, to: server.address)
            try nearlyDone.send(try clientHello(trial))
            guard case .bytes = try nearlyDone.receive() else {
                throw fail("\(nearlyDone.name) sent its ClientHello, and \(nearlyDone.end?.words ?? "got no answer")")
            }
            return [silent, begun, nearlyDone]
        }

        /// A client that has sent half of its ClientHello.
        static func beginHandshake(_ server: Server, _ trial: Trial) throws -> Client {
            let client = try Client(trial, to: server.address)
            let greeting = try clientHello(trial)
            try client.send(Array(greeting.prefix(greeting.count / 2)))
            return client
        }

        private static func clientHello(_ trial: Trial) throws -> [UInt8] {
            var channel = try SecureChannel(try trial.clientContext())
            _ = try channel.handshake()
            return channel.outgoing()
        }

        static func delaysNobody(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            try during("while other clients stall in their handshakes") {
                let stalled = try stall(server, trial)
                defer { stalled.forEach { $0.close() } }
                let client = try server.connect()
                try client.send(Array("hello".utf8))
                try EchoChecks.expect(Array("hello".utf8), from: client)
            }
        }

        static func timeout(_ trial: Trial) throws {
            try trial.serveTLS()
            let time = Duration.seconds(1)
            // Measured from before the first of them connects, to the last one's end.
            let server = try trial.startServer(["--handshake-timeout", "1"])
            let start = ContinuousClock.now
            for client in try stall(server, trial) {
                _ = try client.receiveToEnd(until: .after(.seconds(6)))
                let passed = start.duration(to: .now)
                guard client.end != nil else {
                    throw fail(
                        "with --handshake-timeout 1, \(client.name) stalled in its handshake and was still connected after \(seconds(passed))"
                    )
                }
                guard passed > time - .milliseconds(20) else {
                    throw fail(
                        "with --handshake-timeout 1, \(client.name) stalled in its handshake and was dropped after \(seconds(passed)) already"
                    )
                }
            }
        }

        /// A byte now and then keeps nobody's clock from running out: the time is for the whole handshake.
        static func drip(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer(["--handshake-timeout", "1"])
            let greeting = try clientHello(trial)
            let client = try Client(trial, to: server.address)
            let start = ContinuousClock.now
            var sent = 0
            while client.end == nil, sent < greeting.count - 1, start.duration(to: .now) < .seconds(5) {
                sent += try client.sendWhatFits(greeting[sent...sent])
                _ = try client.takeArrived()
                if client.end == nil { _ = try client.waitUntil(.readable, .after(.milliseconds(100))) }
            }
            guard client.end == nil else { return }
            throw fail(
                "with --handshake-timeout 1, a client sent its ClientHello a byte at a time, \(counted(sent, "byte")) in \(seconds(start.duration(to: .now))), and was still connected: the time is for the whole handshake"
            )
        }

        /// Once the handshake is done, the time is over and done with.
        static func onlyTheHandshake(_ trial: Trial) throws {
            try trial.serveTLS()
            let client = try trial.startServer(["--handshake-timeout", "1"]).connect()
            try ConcurrencyChecks.echo("hello", client, "with --handshake-timeout 1, right after the handshake")
            if case .end(let end) = try client.receive(until: .after(.milliseconds(1_300))) {
                throw fail(
                    "with --handshake-timeout 1, a client that was done with its handshake sent nothing for a while, and \(end.words)")
            }
            try ConcurrencyChecks.echo("hello again", client, "with --handshake-timeout 1, 1.3 s after the handshake")
        }

        /// 0 is no time-out: a client may think for as long as it likes.
        static func noTimeout(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer(["--handshake-timeout=0"])
            let client = try Client(trial, to: server.address)
            if case .end(let end) = try client.receive(until: .after(.milliseconds(300))) {
                throw fail("with --handshake-timeout 0, a client had not begun its handshake yet, and \(end.words)")
            }
            let raw = RawTLS(client, try SecureChannel(try trial.clientContext()))
            try raw.shakeHands()
            try raw.channel.send(Array("hello".utf8).span)
            try raw.sendOutgoing()
            let back = try raw.receive(exactly: 5)
            guard back == Array("hello".utf8) else {
                throw fail("with --handshake-timeout 0, a client sent hello and got back \(readable(back))")
            }
        }
    }

    /// Which protocol is spoken inside (ALPN).
    enum ProtocolChecks {
        static func agreed(_ trial: Trial) throws {
            try trial.serveTLS { $0.applicationProtocols = ["h2", "echo/1", "http/1.1"] }
            let server = try trial.startServer(["--alpn", "echo/1"])
            let client = try server.connect()
            try ConcurrencyChecks.echo("hello", client, "having offered h2, echo/1 and http/1.1 to a server with --alpn echo/1")
            guard let details = client.tls.details else { return }
            guard details.applicationProtocol == "echo/1" else {
                throw fail(
                    "offered h2, echo/1 and http/1.1 to a server with --alpn echo/1; it chose \(details.applicationProtocol ?? "none")")
            }
            try HandshakeChecks.expect(try trial.handshakeLine(of: server.process()), details, alpn: "echo/1", peer: "-", of: "the server")
        }

        static func refused(_ trial: Trial) throws {
            try trial.serveTLS { $0.applicationProtocols = ["h2", "echo/10", "echo"] }
            let server = try trial.startServer(["--alpn", "echo/1"])
            let client = try server.connect(opens: false)
            let back = try client.receiveToEnd()
            let story =
                "a client that offers h2, echo/10 and echo to a server with --alpn echo/1 must be refused with the alert no_application_protocol (120)"
            if client.tls.isOpen { throw fail("\(story); the handshake was done, and it got \(counted(back.count, "byte"))") }
            switch client.tls.failure?.cause {
            case .alert(let alert) where alert.number == 120: break
            case .alert(let alert): throw fail("\(story); the alert was: \(alert)")
            case _: throw fail("\(story); \(client.end?.words ?? "it was neither refused nor served")")
            }
            try trial.serveTLS { $0.applicationProtocols = ["echo/1"] }
            try TLSRefusalChecks.expectGoesOn(server, trial, "after a client that offered other protocols")
        }

        /// Clients that don't know of ALPN are served as before.
        static func notOffered(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer(["--alpn", "echo/1"])
            let circumstances = "having offered no protocol to a server with --alpn echo/1"
            let client = try during(circumstances) { try server.connect() }
            try ConcurrencyChecks.echo("hello", client, circumstances)
        }

        static func offers(_ trial: Trial) throws {
            let run = try ConnectRun(trial, ["--alpn", "echo/1"])
            let server = try run.acceptOpen(try trial.serverContext { $0.applicationProtocols = ["echo/1"] })
            guard let details = server.tls.details else { return }
            guard details.applicationProtocol == "echo/1" else {
                throw fail("with --alpn echo/1 the client must offer that protocol; it offered none")
            }
            let line = try trial.handshakeLine(of: run.program)
            try HandshakeChecks.expect(line, details, alpn: "echo/1", peer: "\"CN=localhost\"", of: "the client")
        }
    }
#endif
