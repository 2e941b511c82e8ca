import Sockets

/// What a server does while there is nothing to do: nothing.
enum StillnessChecks {
    static func silentClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        let client = try server.connect()
        try ConcurrencyChecks.echo("hello", client, "as the only client")
        try expectStillness(of: server.process(), trial, "with one client, which is silent")
    }

    /// A socket that is readable while nobody wants to read, and one whose end of stream has come, are ready all the time.
    static func stuckClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let client = try server.connect(receiveBuffer: 4_096)
        _ = try EchoChecks.flood(client, trial)
        try expectStillness(of: program, trial, "with a client that has sent more than it reads")
        // So much may wait that the server takes in everything, the end of the stream as well.
        let roomy = try trial.startServer(["--max-buffer", "\(16 << 20)"])
        let other = try roomy.connect(receiveBuffer: 4_096)
        _ = try EchoChecks.flood(other, trial, limit: 8 << 20)
        try other.finishSending()
        try expectStillness(
            of: roomy.process(), trial, "with a client that has sent its end of stream, and does not read what it asked for")
    }

    /// The listening socket is ready as long as somebody waits there.
    static func waitingClient(_ trial: Trial) throws {
        let server = try trial.startServer(["--max-connections", "1"])
        let first = try server.connect()
        try ConcurrencyChecks.echo("hello", first, "with --max-connections 1")
        let second = try server.connect()
        try second.send([1])
        try expectStillness(of: server.process(), trial, "with --max-connections 1, while a second client waits for a place")
        first.close()
        guard try second.receive() == .bytes([1]) else {
            throw fail(
                "with --max-connections 1 the first client left, and the second one was not served within \(seconds(Trial.patience))")
        }
        // Whoever was rung for must answer, or the bell rings for ever.
        try expectStillness(
            of: server.process(), trial, "with --max-connections 1, after the first client has left and the second one was served")
    }

    static func crowd(_ trial: Trial) throws {
        let server = try trial.startServer()
        try expectStillness(in: Crowd(trial), server, trial, "with 300 clients, all silent")
    }

    /// Time-outs are no reason to wake up before one is due.
    static func timeouts(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "30"])
        try expectStillness(in: Crowd(trial), server, trial, "with --idle-timeout 30 and 300 clients, all silent")
    }

    private static func expectStillness(in crowd: Crowd, _ server: Server, _ trial: Trial, _ circumstances: String) throws {
        try crowd.grow(by: 300, server)
        try crowd.echo("with 300 clients")
        try expectStillness(of: server.process(), trial, circumstances)
        crowd.leave()
    }

    /// Finds a moment in which the program uses no processor time and is not woken: one is enough, it may have something to finish first,
    /// for which a busy machine leaves it little time.
    static func expectStillness(of program: Program, _ trial: Trial, _ circumstances: String) throws {
        let window = Duration.milliseconds(300)
        var story = ""
        let deadline = Deadline.after(Trial.patience)
        while !deadline.hasPassed {
            let switches = program.facts.threadSwitches.values.reduce(0, +)
            let time = program.facts.processorTime ?? .zero
            var busyLooks = 0
            for _ in 1...5 {
                try trial.wait(until: .after(window / 5)) { program.ending != nil }
                if program.facts.isBusy { busyLooks += 1 }
            }
            if program.ending != nil { break }
            let woken = program.facts.threadSwitches.values.reduce(0, +) - switches
            let used = (program.facts.processorTime ?? time) - time
            // Some runtimes have a thread that looks around now and then: up to forty times a second is not busy.
            if woken <= 12, used <= .milliseconds(10), busyLooks <= 1 { return }
            story =
                "in \(seconds(window)) it used \(seconds(used)) of processor time, was woken \(counted(woken, "time"))"
                + " and was running in \(busyLooks) of 5 looks"
            trial.transcript.add("grader", story)
        }
        throw fail("\(circumstances), the program has nothing to do, but it does not wait: \(story)")
    }
}
