#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// How a connection ends: TLS has an end of its own, in each direction.
    enum ClosingChecks {
        /// The end of the stream is said by close_notify. A FIN alone says nothing: anybody can send one.
        static func closesWithNotify(_ trial: Trial) throws {
            for version in [TLSVersion.tls13, .tls12] {
                try trial.serveTLS { $0.versions = .tls12...version }
                let client = try trial.startServer().connect()
                try ConcurrencyChecks.echo("hello", client, "in \(version.name)")
                try client.finishSending()
                let arrival = try client.receive()
                switch arrival {
                case .end(.closed): continue
                case .end(let end):
                    throw fail("in \(version.name), after the client's close_notify the server must send its own; \(end.words)")
                case .bytes(let bytes):
                    throw fail("in \(version.name), after the client's close_notify came \(readable(bytes)), which was never sent")
                case .nothing:
                    throw fail(
                        "in \(version.name), after the client's close_notify the server must send its own; nothing came within \(seconds(Trial.patience))"
                    )
                }
            }
        }

        /// Bytes and close_notify arrive together: what came before the end is still to be answered.
        static func halfClose(_ trial: Trial, _ version: TLSVersion) throws {
            try trial.serveTLS { $0.versions = .tls12...version }
            try EchoChecks.halfClose(trial)
        }

        static func halfCloseUnsent(_ trial: Trial, _ version: TLSVersion) throws {
            try trial.serveTLS { $0.versions = .tls12...version }
            try EchoChecks.halfCloseUnsent(trial)
        }

        /// A client that is cut off has not ended its stream. Whatever the server makes of it, all others are served.
        static func cutClient(_ trial: Trial) throws {
            try trial.serveTLS()
            let server = try trial.startServer()
            for number in 1...3 {
                if number > 1 { try TLSRefusalChecks.expectGoesOn(server, trial, "after a client was cut off") }
                let client = try server.connect()
                try ConcurrencyChecks.echo("hello", client, "before it was cut off")
                try client.cut()
                _ = try client.receiveToEnd()
                guard client.end != nil else {
                    throw fail("\(client.name) was cut off (FIN without close_notify), and the server still holds its connection")
                }
            }
            try TLSRefusalChecks.expectGoesOn(server, trial, "after three clients were cut off", settles: true)
        }
    }
#endif
