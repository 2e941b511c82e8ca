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

    /// One loop has nothing left to do when the signal comes, and another one has a client that does not read yet; then the other way round.
    static func stopping(_ trial: Trial) throws {
        for paused in [0, 1] {
            let server = try trial.startServer(["--loops", "2"])
            let clients = try clientsOfTwoLoops(server, trial)
            try during("with --loops 2, when the other client left at once, which another loop served") {
                try answersPaused(clients[paused], of: server, whileLeaving: clients[1 - paused], trial)
            }
        }
        try StoppingChecks.answersWhatHasArrived(trial, ["--loops", "3"])
    }

    /// Two clients that two threads serve, in the order of the threads' numbers; any two where the threads can't be told apart.
    private static func clientsOfTwoLoops(_ server: Server, _ trial: Trial) throws -> [Client] {
        var byThread: [Int: Client] = [:]
        var clients: [Client] = []
        // The kernel gives each client to one of two loops: one case in a million has all of them in the same.
        while clients.count < 20, byThread.count < 2 {
            let client = try server.connect(receiveBuffer: unhurried)
            clients.append(client)
            if let thread = try threadServing(client, of: server, trial) { byThread[thread] = client }
        }
        let chosen = byThread.count < 2 ? Array(clients.prefix(2)) : byThread.sorted { $0.key < $1.key }.map(\.value)
        for client in clients where !chosen.contains(where: { $0 === client }) { client.close() }
        return chosen
    }

    /// The one thread that an echo wakes, or nil if there is no such.
    private static func threadServing(_ client: Client, of server: Server, _ trial: Trial) throws -> Int? {
        let program = try server.process()
        func switchesAtRest() throws -> [Int: Int] {
            try trial.waitUntilIdle(program)
            return program.facts.threadSwitches
        }
        try ConcurrencyChecks.echo("hello", client, "with --loops 2")
        let before = try switchesAtRest()
        try ConcurrencyChecks.echo("which loop?", client, "with --loops 2")
        let woken = try switchesAtRest().filter { $0.value > before[$0.key, default: 0] }
        return woken.count == 1 ? woken.first?.key : nil
    }

    static func portInUse(_ trial: Trial) throws {
        try StoppingChecks.portInUse(trial, ["--loops", "2"])
    }

    /// How many bytes may wait for a client that does not read: megabytes wait in the server then, and all must come through this window
    /// within its two seconds.
    private static let unhurried: Int32 = 1 << 18

    static func pausedClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        try answersPaused(server.connect(receiveBuffer: unhurried), of: server, whileLeaving: nil, trial)
    }

    /// A client for which bytes wait in the server when the signal comes, and that reads only then.
    ///
    /// - Parameter other: Leaves at once. Whoever does not wait for the first one is gone by the time that it reads.
    private static func answersPaused(_ client: Client, of server: Server, whileLeaving other: Client?, _ trial: Trial) throws {
        let program = try server.process()
        let message = try EchoChecks.flood(client, trial)
        // What is not acknowledged has not reached the server's machine, as far as TCP can tell.
        let arrived = message.count - (try client.unacknowledgedBytes())
        program.send(signal: SIGTERM)
        if let other {
            other.close()
            try trial.watch(until: .after(.milliseconds(100))) { program.ending != nil }
        }
        let back = try client.receiveToEnd()
        guard back.count >= arrived, back == Array(message.prefix(back.count)) else {
            throw fail(
                "a client had sent \(counted(message.count, "byte")) and not read, and \(grouped(arrived)) of them had arrived when SIGTERM came; then it read, and got \(grouped(back.count)) back"
                    + (client.end.map { "; \($0.words)" } ?? ""))
        }
        client.close()
        try StoppingChecks.expectEnd(of: program, trial, after: "after SIGTERM, with everything answered")
    }
}
