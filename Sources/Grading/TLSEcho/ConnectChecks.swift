#if HAS_OPENSSL
    import Foundation
    import SecureSockets
    import Sockets

    /// What passes between `connect`'s stdin and stdout and the server.
    enum ConnectChecks {
        /// A line goes to the server while stdin is still open, and what comes back stands on stdout at once.
        static func atOnce(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.acceptOpen(try trial.serverContext())
            for text in ["hello\n", "no newline"] {
                let message = Array(text.utf8)
                try trial.feed(run.program, message)
                let arrived = try server.receive(exactly: message.count)
                guard arrived == message else {
                    throw fail("stdin was given \(readable(message)) and stays open; the server received \(readable(arrived))")
                }
                let output = run.program.output
                try server.send(message)
                try run.expectOutput(output + message, when: "when the server sent \(readable(message))")
            }
        }

        static func binary(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.acceptOpen(try trial.serverContext())
            let message = Array("abc\0def\0".utf8) + (0...255).map { UInt8($0) } + [0xE2, 0x82]
            try trial.feed(run.program, message)
            let arrived = try server.receive(exactly: message.count)
            if arrived != message {
                throw fail("bytes of stdin that are no text: \(Comparison(expected: message, received: arrived).description)")
            }
            try server.send(message)
            try run.expectOutput(message, when: "when the server sent bytes that are no text")
        }

        static func bothWays(_ trial: Trial) throws {
            try echoes(trial)
            try hearsWhileFull(trial)
        }

        /// The server reads nothing, and says something: whoever waits in the middle of sending does not hear it.
        private static func hearsWhileFull(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.acceptOpen(try trial.serverContext())
            let taken = try fill(run, trial)
            let message = Array("hello\n".utf8)
            try server.send(message)
            try run.expectOutput(
                message, when: "when the server, which had read nothing of \(counted(taken, "byte")) of stdin, sent \(readable(message))")
        }

        /// Feeds stdin until every buffer on the way is full. Returns how much that was.
        private static func fill(_ run: ConnectRun, _ trial: Trial) throws -> Int {
            let block = trial.random.bytes(65_536)
            var taken = 0
            while taken < 32 << 20 {
                let count = try trial.feed(run.program, block, until: .after(Trial.silence * 2))
                taken += count
                if count < block.count { break }
            }
            return taken
        }

        /// Whoever has to wait for the server, and does not, keeps the processor busy until it moves.
        static func still(_ trial: Trial) throws {
            let early = try ConnectRun(trial)
            let server = try early.accept(nil)
            guard case .bytes = try server.receive() else {
                throw fail("the program must begin with a ClientHello; \(server.end?.words ?? "nothing came")")
            }
            try StillnessChecks.expectStillness(of: early.program, trial, "while the server does not answer its ClientHello")
            let run = try ConnectRun(trial)
            let deaf = try run.acceptOpen(try trial.serverContext())
            try StillnessChecks.expectStillness(of: run.program, trial, "while neither stdin nor the server says anything")
            let taken = try fill(run, trial)
            try StillnessChecks.expectStillness(
                of: run.program, trial, "while the server reads nothing of \(counted(taken, "byte")) of stdin")
            deaf.close()
        }

        /// The server takes no more before its answers are taken, as an echo server does: whoever sends everything first waits for ever.
        private static func echoes(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let server = try run.acceptOpen(try trial.serverContext())
            let program = run.program
            let message = trial.random.bytes(3 << 20)
            var fed = message[...]
            var pending: [UInt8] = []
            var echoed = 0
            let deadline = Deadline.after(Trial.patience * 12)
            while program.output.count < message.count, program.ending == nil, server.end == nil {
                if !fed.isEmpty, let input = program.input { fed.removeFirst(try input.write(fed.prefix(65_536))) }
                if pending.isEmpty, case .bytes(let bytes) = try server.takeArrived() { pending = bytes }
                if !pending.isEmpty {
                    let count = try server.sendWhatFits(pending[...])
                    pending.removeFirst(count)
                    echoed += count
                }
                var entries = [server.entry(pending.isEmpty ? .readable : .writable)]
                if !fed.isEmpty, let entry = program.input?.entry { entries.append(entry) }
                let before = program.output.count
                guard try trial.wait(for: &entries, until: min(deadline, .after(Trial.patience)), unless: { program.output.count > before })
                else { break }
            }
            guard program.output != message else { return }
            let comparison = Comparison(expected: message, received: program.output)
            throw fail(
                "stdin was given \(grouped(message.count - fed.count)) of \(counted(message.count, "byte")), a server that echoes sent \(grouped(echoed)) back, and on stdout: \(comparison.description)"
            )
        }

        /// Several records in one segment, after which the socket is silent.
        static func joined(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let raw = RawTLS(try run.accept(nil), try SecureChannel(try trial.serverContext()))
            try raw.shakeHands()
            let parts = (1...40).map { Array("record \($0), ".utf8) }
            for part in parts { try raw.channel.send(part.span) }
            try raw.sendOutgoing()
            try run.expectOutput(parts.flatMap { $0 }, when: "when 40 records came in one segment")
        }

        // MARK: The end

        /// The server sends its last bytes and its close_notify while stdin is still open.
        static func endsWithServer(_ trial: Trial) throws {
            try inVersions(trial) { run, context in
                let server = try run.acceptOpen(context)
                let message = Array("the last words".utf8)
                try server.send(message)
                try server.finishSending()
                try run.expectEnd(0, when: "after the server's close_notify")
                try run.expectOutput(message, when: "before the server's close_notify")
            }
        }

        /// Everything of stdin, then a close_notify; and then there is still something to print.
        static func halfClose(_ trial: Trial) throws {
            try inVersions(trial) { run, context in
                let server = try run.acceptOpen(context)
                let message = Array("all there is".utf8)
                try trial.feed(run.program, message)
                run.program.input?.close()
                let arrived = try server.receiveToEnd()
                guard arrived == message else {
                    throw fail("stdin held \(readable(message)), and then its end; the server received \(readable(arrived))")
                }
                guard server.end == .closed else {
                    throw fail(
                        "at the end of its stdin the program must send a close_notify; \(server.end?.words ?? "it sent nothing within \(seconds(Trial.patience))")"
                    )
                }
                try StillnessChecks.expectStillness(of: run.program, trial, "at the end of its stdin, while the server says nothing")
                let answer = Array("an answer that comes late".utf8)
                try server.send(answer)
                try run.expectOutput(answer, when: "when the server answered after the client's close_notify")
                try server.finishSending()
                try run.expectEnd(0, when: "after the server's close_notify")
            }
        }

        /// The connection ends like any TCP connection, but TLS has not said so: whoever cut it may be anybody.
        static func truncated(_ trial: Trial) throws {
            try inVersions(trial) { run, context in
                let server = try run.acceptOpen(context)
                let message = Array("the first half".utf8)
                try server.send(message)
                try run.expectOutput(message, when: "when the server sent \(readable(message))")
                try server.cut()
                try run.expectError(
                    "read \(run.endpoint): truncated: the peer closed without close_notify",
                    when: "when the server closed the connection without a close_notify")
            }
        }

        /// The same, inside a record.
        static func truncatedInRecord(_ trial: Trial) throws {
            let run = try ConnectRun(trial)
            let raw = RawTLS(try run.accept(nil), try SecureChannel(try trial.serverContext()))
            try raw.shakeHands()
            try raw.channel.send(trial.random.bytes(1_000).span)
            let bytes = raw.channel.outgoing()
            try raw.client.send(Array(bytes.prefix(bytes.count - 500)))
            try raw.client.finishSending()
            try run.expectError(
                "read \(run.endpoint): truncated: the peer closed without close_notify",
                when: "when the server closed the connection in the middle of a record")
            guard run.program.output.isEmpty else {
                throw fail(
                    "a record of which half has come can't be verified; stdout must hold none of it, but holds \(readable(run.program.output))"
                )
            }
        }

        private static func inVersions(_ trial: Trial, _ body: (ConnectRun, TLSContext) throws -> Void) throws {
            for version in [TLSVersion.tls13, .tls12] {
                let run = try ConnectRun(trial)
                try body(run, try trial.serverContext { $0.versions = .tls12...version })
            }
        }
    }
#endif
