import Glibc
import Sockets

/// Several event loops that share a port.
enum LoopChecks {
    /// The kernel gives each client to one of the loops. With so many clients none of the loops goes empty, but for one case in a million.
    static func spread(_ trial: Trial) throws {
        let loops = 4
        let server = try trial.startServer(["--loops", "\(loops)"])
        let program = try server.process()
        let crowd = Crowd(trial)
        try during("with --loops \(loops) not all of 80 clients were let in") { try crowd.grow(by: 80, server) }
        try crowd.echo("with --loops \(loops) and 80 clients")
        let before = program.facts.threadSwitches
        guard before.count >= loops else {
            throw fail("with --loops \(loops) the program has \(counted(before.count, "thread")): each loop runs on a thread of its own")
        }
        for _ in 1...3 { try crowd.echo("with --loops \(loops) and 80 clients") }
        let after = program.facts.threadSwitches
        let woken = after.count { thread, count in count > before[thread, default: 0] }
        trial.transcript.add("grader", "80 clients were served by \(counted(woken, "thread")) of \(after.count)")
        guard woken >= loops else {
            throw fail(
                "with --loops \(loops), 80 clients were all served by \(counted(woken, "thread")): the connections are not shared out")
        }
        try crowd.grow(by: 200, server)
        try crowd.echo("with --loops \(loops) and 280 clients")
        let last = program.facts.threadCount ?? 0
        guard last <= after.count + 4 else {
            throw fail("with --loops \(loops) the program had \(counted(after.count, "thread")) for 80 clients, and has \(last) for 280")
        }
    }

    /// Three of nine clients are served, whichever loops they have come to; each that leaves makes room for one, in whichever loop that waits.
    static func limit(_ trial: Trial) throws {
        let server = try trial.startServer(["--loops", "4", "--max-connections", "3"])
        var waiting = try (0..<9).map { _ in try server.connect() }
        var served: [Client] = []
        for client in waiting { try client.send(Array(client.name.utf8)) }
        func take(_ most: Int) throws {
            let circumstances = "with --loops 4 --max-connections 3 and \(counted(waiting.count + served.count, "client"))"
            while served.count < most {
                var entries = waiting.map { $0.entry(.readable) }
                guard try trial.wait(for: &entries, until: .after(Trial.patience)) else {
                    throw fail(
                        "\(circumstances), only \(served.count) were served; those that wait got nothing within \(seconds(Trial.patience))")
                }
                try move(entries, circumstances)
            }
            var entries = waiting.map { $0.entry(.readable) }
            if !entries.isEmpty, try trial.waitForSilence(of: &entries) { try move(entries, circumstances) }
            guard served.count == most else { throw fail("\(circumstances), \(served.count) were served at a time") }
        }
        func move(_ entries: [PollEntry], _ circumstances: String) throws {
            for (client, entry) in zip(waiting, entries) where !entry.ready.isEmpty {
                switch try client.takeArrived() {
                case .bytes: served.append(client)
                case .end(let end): throw fail("\(circumstances), a client must wait for its turn, but \(end.words)")
                case .nothing: continue
                }
                waiting.removeAll { $0 === client }
            }
        }
        while !waiting.isEmpty {
            try take(3)
            served.removeFirst().close()
        }
    }

    static func stopping(_ trial: Trial) throws {
        try StoppingChecks.answersWhatHasArrived(trial, ["--loops", "3"])
    }

    static func portInUse(_ trial: Trial) throws {
        try StoppingChecks.portInUse(trial, ["--loops", "2"])
    }

    /// A client for which bytes wait in the server when the signal comes, and that reads only then.
    static func pausedClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        // Megabytes wait in the end, and all must come through this window within the server's two seconds.
        let client = try server.connect(receiveBuffer: 1 << 18)
        let message = try EchoChecks.flood(client, trial)
        // What is not acknowledged has not reached the server's machine, as far as TCP can tell.
        let arrived = message.count - (try client.unacknowledgedBytes())
        program.send(signal: SIGTERM)
        let back = try client.receiveToEnd()
        guard back.count >= arrived, back == Array(message.prefix(back.count)) else {
            throw fail(
                "a client had sent \(counted(message.count, "byte")) and not read, and \(grouped(arrived)) of them had arrived when SIGTERM came; then it read, and got \(grouped(back.count)) back"
                    + (client.end.map { "; \($0.words)" } ?? ""))
        }
        try StoppingChecks.expectEnd(of: program, trial, after: "after SIGTERM, with everything answered")
    }
}
