#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// Clients that leave, in all the ways there are.
    enum DepartureChecks {
        /// Resets where TLS is in the middle of something: a record, a handshake.
        static func resetMidway(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            let other = try server.connect()
            try ConcurrencyChecks.echo("hello", other, "before anybody left")
            for number in 1...3 {
                let raw = RawTLS(try Client(trial, to: server.address), try SecureChannel(try trial.clientContext()))
                _ = try raw.channel.handshake()
                if number == 1 {
                    try raw.client.send(Array(raw.channel.outgoing().prefix(60)))
                } else {
                    try raw.sendOutgoing()
                    try raw.shakeHands()
                    try raw.channel.send([UInt8](repeating: 7, count: 1_000).span)
                    let record = raw.channel.outgoing()
                    try raw.client.send(Array(record.prefix(record.count / 2)))
                }
                try raw.client.reset()
                // On a busy machine the program may not have noticed yet, and answer others before it fails.
                if let program = server.program { try trial.waitUntilIdle(program) }
                let circumstances =
                    "after \(counted(number, "client")) reset the connection (RST) in the middle of \(number == 1 ? "the handshake" : "a record")"
                try ConcurrencyChecks.echo("still there?", other, circumstances)
                try TLSRefusalChecks.expectGoesOn(server, trial, circumstances)
            }
        }

        /// Most say goodbye; some are cut off, some never come through the handshake.
        static func leaks(_ trial: Trial) throws {
            try trial.serveTLS()
            try SurvivalChecks.leaks(trial, 300...600) { server in
                for _ in 0..<5 {
                    let clients = try (0..<18).map { _ in try server.connect() }
                    for client in clients { try client.send([7]) }
                    for client in clients where try client.receive(exactly: 1) != [7] {
                        throw fail("\(client.name) sent a byte and did not get it back")
                    }
                    for (index, client) in clients.enumerated() {
                        if index.isMultiple(of: 6) { try client.reset() } else { client.close() }
                    }
                    let stranger = try Client(trial, to: server.address)
                    _ = try stranger.sendWhatFits(Array("GET / HTTP/1.1\r\n\r\n".utf8)[...])
                    try Client(trial, to: server.address).reset()
                }
            }
        }
    }
#endif
