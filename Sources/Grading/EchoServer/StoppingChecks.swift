import Glibc
import Sockets

/// How a server ends, and what it says if it can't start.
enum StoppingChecks {
    /// The two seconds that a server has, and one for a machine that is busy.
    private static let limit = Duration.seconds(3)

    static func expectEnd(of program: Program, _ trial: Trial, after what: String) throws {
        let start = ContinuousClock.now
        try trial.wait(until: .after(limit)) { program.ending != nil }
        guard let ending = program.ending else {
            throw fail("\(what), the program must end with exit code 0 within 2 s; it was still running after \(seconds(limit))")
        }
        guard ending == .exited(0) else { throw fail("\(what), the program must end with exit code 0; it \(ending.description)") }
        trial.transcript.add("grader", "the end came \(Int(start.duration(to: .now) / .milliseconds(1))) ms after the signal")
    }

    static func signals(_ trial: Trial) throws {
        for signal in [SIGTERM, SIGINT] {
            let program = try trial.startServer().process()
            program.send(signal: signal)
            try expectEnd(of: program, trial, after: "after \(signalName(signal))")
        }
    }

    static func silentClients(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let clients = try (0..<3).map { _ in try server.connect() }
        for client in clients { try ConcurrencyChecks.echo("hello", client, "before SIGTERM") }
        program.send(signal: SIGTERM)
        try expectEnd(of: program, trial, after: "after SIGTERM, with three silent clients connected")
        for client in clients {
            switch try client.receive() {
            case .end(.closed): continue
            case .end(.reset): throw fail("after SIGTERM the server reset a silent client's connection, instead of closing it")
            case .end(let end): throw fail("after SIGTERM, to a silent client, \(end.words)")
            case .bytes(let bytes): throw fail("after SIGTERM a silent client received \(readable(bytes)), which it never sent")
            case .nothing: throw fail("after SIGTERM a silent client's connection stayed open")
            }
        }
    }

    /// First a client that is slow, so that nobody gets away with ending at once because it was fast; then many at a time.
    static func answersEveryone(_ trial: Trial) throws {
        for _ in 1...3 where try answersSlowReader(trial) { return try answersWhatHasArrived(trial) }
        throw Finding.notRun("this machine is too busy to read 3 MB within a second")
    }

    /// The signal comes while the server can send no more to a client, with bytes of that client unread. Only then does the
    /// client read, and now and then it sends a byte: whoever has closed by then resets the connection, and loses what it had sent.
    /// Another client leaves at once: whoever waits for one of them only ends too early.
    ///
    /// - Returns: Whether the client was fast enough for a server that waits for a second before it gives up; without that, the
    ///   program is not to blame for anything.
    private static func answersSlowReader(_ trial: Trial) throws -> Bool {
        let server = try trial.startServer()
        let program = try server.process()
        let other = try server.connect()
        try ConcurrencyChecks.echo("hello", other, "before SIGTERM")
        let client = try server.connect(receiveBuffer: 4_096)
        let arrived = try holdUp(program, client, trial)
        program.send(signal: SIGTERM)
        let start = ContinuousClock.now
        other.close()
        // A program that does not wait for its clients is gone by then.
        try trial.watch(until: .after(.milliseconds(100))) { program.ending != nil }
        var back: [UInt8] = []
        // The last time where the rest fits into the kernel: there a slow server, too, has sent all of it, and closed.
        var pauses = stride(from: 1 << 19, to: arrived.count - 1 << 17, by: 1 << 19) + [arrived.count - 1 << 17]
        while case .bytes(let bytes) = try client.receive() {
            back += bytes
            guard let pause = pauses.first, back.count >= pause else { continue }
            pauses.removeFirst()
            try trial.watch(until: .after(.milliseconds(100)), every: .milliseconds(1)) { !program.facts.isBusy }
            _ = try client.sendWhatFits(trial.service.question([0x2A])[...])
        }
        if back.starts(with: arrived), client.end == .closed {
            client.close()
            try expectEnd(of: program, trial, after: "after SIGTERM, with everything answered")
            return true
        }
        guard start.duration(to: .now) < .seconds(1) else { return false }
        throw EchoChecks.mismatch(
            Array(arrived), back, of: client,
            "bytes that had arrived when SIGTERM came must still be answered, also to a client that reads slowly: ")
    }

    /// Sends until the program is held up: it can send no more, because the client does not read, and leaves unread what comes.
    ///
    /// - Returns: The answer to what had arrived by then, whole questions only.
    static func holdUp(_ program: Program, _ client: Client, _ trial: Trial, by step: Int = 1 << 13) throws -> [UInt8] {
        var messages: [[UInt8]] = []
        var sent = 0
        // A program that is busy may have no time on this machine; one that takes nothing, time and again, will take no more.
        var refusals = 0
        while sent < 32 << 20, refusals < 10 {
            let message = trial.random.bytes(step)
            let question = trial.service.question(message)
            try client.send(question)
            messages.append(message)
            sent += question.count
            let isTaken = try trial.watch(until: .after(Trial.silence), every: .milliseconds(1)) {
                (try? client.unacknowledgedBytes()) == 0 && !hasUnread(client)
            }
            guard !isTaken else {
                refusals = 0
                continue
            }
            let wasIdle = !program.facts.isBusy
            // What is on its way still waits for the kernel, not for the program.
            guard hasUnread(client) else { continue }
            refusals += 1
            if wasIdle, !program.facts.isBusy { break }
        }
        let arrived = max(0, sent - (try client.unreadableBytes()))
        return messages.prefix(arrived * messages.count / sent).flatMap(trial.service.answer)
    }

    /// Whether the program has left unread what has come from a client.
    private static func hasUnread(_ client: Client) -> Bool { ((try? client.otherEnd())?.unread ?? 0) > 0 }

    /// The program is stopped while clients send, so that what they sent lies in its sockets, unread, when the signal comes.
    static func answersWhatHasArrived(_ trial: Trial) throws { try answersWhatHasArrived(trial, []) }

    static func answersWhatHasArrived(_ trial: Trial, _ options: [String]) throws {
        let server = try trial.startServer(options)
        let program = try server.process()
        // Many, so that a program that just ends can't have answered all of them on its way out.
        let clients = try (0..<40).map { _ in try server.connect() }
        for client in clients { try ConcurrencyChecks.echo("hello", client, "before SIGTERM") }
        let message = trial.random.bytes(20_000)
        let answer = trial.service.answer(message)
        try SurvivalChecks.stopped(program, trial) {
            for client in clients { try client.send(trial.service.question(message)) }
            let arrived = try trial.watch(until: .after(Trial.patience)) {
                clients.allSatisfy { (try? $0.unacknowledgedBytes()) == 0 }
            }
            guard arrived else { throw Finding.notRun("this machine's kernel does not take 20,000 bytes for a stopped program") }
            program.send(signal: SIGTERM)
        }
        for client in clients {
            let back = try client.receiveToEnd()
            guard back == answer else {
                throw EchoChecks.mismatch(answer, back, of: client, "bytes that had arrived when SIGTERM came must still be answered: ")
            }
            guard client.end == .closed else {
                let end = client.end?.words ?? "the program did not close the connection"
                throw fail("after SIGTERM everything was answered, but then \(end)")
            }
        }
        // Who waits for its clients need not wait any longer.
        for client in clients { client.close() }
        try expectEnd(of: program, trial, after: "after SIGTERM, with everything answered")
    }

    /// Clients that would keep a patient server for ever: one reads nothing, one sends on and on.
    static func stubbornClients(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let deaf = try server.connect(receiveBuffer: 4_096)
        _ = try EchoChecks.flood(deaf, trial)
        let talker = try server.connect()
        try ConcurrencyChecks.echo("hello", talker, "before SIGTERM")
        program.send(signal: SIGTERM)
        let start = ContinuousClock.now
        while program.ending == nil, start.duration(to: .now) < limit {
            if talker.end == nil { _ = try talker.sendWhatFits(trial.service.question([1, 2, 3, 4])[...]) }
            if talker.end == nil { _ = try talker.takeArrived() }
            try trial.wait(until: .after(.milliseconds(5))) { program.ending != nil }
        }
        guard program.ending != nil else {
            throw fail(
                "after SIGTERM, with a client that reads nothing and one that sends on and on, the program must give up on them within 2 s; it was still running after \(seconds(limit))"
            )
        }
        guard program.ending == .exited(0) else {
            throw fail("after SIGTERM the program must end with exit code 0; it \(program.ending?.description ?? "")")
        }
    }

    /// A client that reads nothing keeps the server from ending at once; meanwhile nobody else must be let in.
    static func stopsAccepting(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let deaf = try server.connect(receiveBuffer: 4_096)
        _ = try EchoChecks.flood(deaf, trial)
        program.send(signal: SIGTERM)
        // Closing the listening socket takes no time. A program that still has it, and does nothing about it, keeps it.
        let start = ContinuousClock.now
        var idleLooks = 0
        while idleLooks < 4, start.duration(to: .now) < limit {
            let isDone = try trial.watch(until: .after(.milliseconds(150))) {
                program.ending != nil || !program.facts.tcpSockets.contains { $0.state == .listen }
            }
            if isDone { return }
            idleLooks = program.facts.isBusy ? 0 : idleLooks + 1
        }
        throw fail("after SIGTERM the program still had a listening socket: clients that come then are let down later")
    }

    /// The server closes first, so that its end of the connection lingers in TIME-WAIT, on the port that it wants again.
    static func restarts(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let client = try server.connect()
        try ConcurrencyChecks.echo("hello", client, "before SIGTERM")
        program.send(signal: SIGTERM)
        _ = try client.receiveToEnd()
        client.close()
        try expectEnd(of: program, trial, after: "after SIGTERM")
        let again = try trial.start(["--port", "\(server.address.port)"])
        try trial.wait(until: .after(Trial.startingTime)) { !again.outputLines.isEmpty || again.ending != nil }
        if let ending = again.ending, again.outputLines.isEmpty {
            throw fail("started again on the port it had before, the program \(ending.description)\(again.lastWords)")
        }
        let address = try trial.readyAddress(of: again)
        guard address == server.address else { throw fail("started again with --port \(server.address.port), it listens on \(address)") }
    }

    static func portInUse(_ trial: Trial) throws { try portInUse(trial, []) }

    static func portInUse(_ trial: Trial, _ options: [String]) throws {
        let server = try trial.startServer(options)
        let second = try trial.start(options + ["--port", "\(server.address.port)"])
        try expectError(
            ("bind \(server.address)", "Address already in use", "EADDRINUSE"), of: second, trial,
            when: "a second server on port \(server.address.port), which is in use,")
    }

    /// 192.0.2.1 is for documentation (RFC 5737): no machine has it, and nothing is sent to it.
    static func foreignAddress(_ trial: Trial) throws {
        let program = try trial.start(["--host", "192.0.2.1", "--port", "7002"])
        try expectError(
            ("bind 192.0.2.1:7002", "Cannot assign requested address", "EADDRNOTAVAIL"), of: program, trial,
            when: "a server on an address that is not this machine's")
    }

    /// An error line `error: OPERATION ADDRESS: TEXT (ERRNO)` and exit code 1. The text in the middle is the system's own.
    private static func expectError(
        _ expected: (call: String, text: String, errno: String), of program: Program, _ trial: Trial, when circumstances: String
    ) throws {
        try trial.wait(until: .after(Trial.patience)) { program.hasSaidAll || !program.outputLines.isEmpty }
        if let line = program.outputLines.first { throw fail("\(circumstances) must end with an error; it says: \(line)") }
        guard let ending = program.ending else { throw fail("\(circumstances) must end with an error; it runs on") }
        guard ending == .exited(1) else {
            throw fail("\(circumstances) must end with exit code 1; it \(ending.description)\(program.lastWords)")
        }
        let isThere = program.errorLines.contains { $0.hasPrefix("error: \(expected.call): ") && $0.hasSuffix("(\(expected.errno))") }
        guard isThere else {
            throw fail(
                "\(circumstances) must say on stderr\n  error: \(expected.call): \(expected.text) (\(expected.errno))\nit says\n  "
                    + program.errorLines.joined(separator: "\n  "))
        }
    }
}
