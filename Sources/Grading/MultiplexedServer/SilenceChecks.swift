import Sockets

/// Time-outs of clients that are silent, when there are many.
enum SilenceChecks {
    private static let time = LimitChecks.idleTime

    /// Clients that come one after the other must go one after the other, each at its own time.
    ///
    /// On a busy machine the end comes late, or the grader sees it late. So most must be in time, in one of five attempts.
    static func exactness(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "0.5"])
        var story = ""
        for _ in 1...5 {
            let late = try lateness(of: 50, server, trial)
            let punctual = late.count { $0 < .milliseconds(120) }
            if punctual * 10 >= late.count * 6 { return }
            story =
                "\(punctual) of \(late.count) clients were disconnected within 100 ms after their time; the median was \(seconds(late[late.count / 2])) late"
            trial.transcript.add("grader", story)
        }
        throw fail("with --idle-timeout 0.5 clients fell silent one after the other, 10 ms apart: \(story)")
    }

    /// How late each of some clients was disconnected, sorted.
    private static func lateness(of count: Int, _ server: Server, _ trial: Trial) throws -> [Duration] {
        var clients: [(client: Client, start: ContinuousClock.Instant)] = []
        var late: [Duration] = []
        var gone: Set<Int> = []
        func look(until deadline: Deadline) throws {
            while gone.count < clients.count, !deadline.hasPassed {
                let rest = clients.indices.filter { !gone.contains($0) }
                var entries = rest.map { clients[$0].client.entry(.readable) }
                guard try trial.wait(for: &entries, until: deadline) else { return }
                let now = ContinuousClock.now
                for (index, entry) in zip(rest, entries) where !entry.ready.isEmpty {
                    guard case .end = try clients[index].client.takeArrived() else { continue }
                    gone.insert(index)
                    let lateness = clients[index].start.duration(to: now) - time
                    guard lateness > .milliseconds(-20) else {
                        throw fail("with --idle-timeout 0.5 a client was disconnected after \(seconds(lateness + time)) already")
                    }
                    late.append(lateness)
                }
            }
        }
        for _ in 0..<count {
            // Measured from before the last byte leaves: the server can't count from earlier.
            let start = ContinuousClock.now
            let client = try server.connect()
            try client.send([1])
            clients.append((client, start))
            let next = Deadline.after(.milliseconds(10))
            try look(until: next)
            try trial.wait(until: next) { false }
        }
        try look(until: .after(time + .seconds(3)))
        guard gone.count == count else {
            throw fail(
                "with --idle-timeout 0.5, \(count - gone.count) of \(count) silent clients were still connected after \(seconds(time + .seconds(3)))"
            )
        }
        return late.sorted()
    }

    /// While somebody talks, the loop is never without an event; the clock must be looked at all the same.
    static func despiteOthers(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "0.5"])
        let silent = try server.connect()
        try ConcurrencyChecks.echo("hello", silent, "with --idle-timeout 0.5")
        let talker = try server.connect()
        let deadline = Deadline.after(time + .seconds(3))
        while silent.end == nil, !deadline.hasPassed {
            try ConcurrencyChecks.echo("on and on", talker, "with --idle-timeout 0.5, while it sends on and on")
            try trial.wait(until: .after(.milliseconds(10))) { false }
            _ = try silent.takeArrived()
        }
        guard silent.end != nil else {
            throw fail(
                "with --idle-timeout 0.5 a silent client was still connected after \(seconds(time + .seconds(3))), while another one sent on and on"
            )
        }
        try ConcurrencyChecks.echo("still here", talker, "after a silent client was disconnected")
    }

    /// The next client may get the descriptor, and the place in any table, of one that has left. Its time is its own.
    static func nextClient(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "1"])
        for _ in 1...5 {
            let first = try server.connect()
            try ConcurrencyChecks.echo("hello", first, "with --idle-timeout 1")
            try trial.wait(until: .after(.milliseconds(500))) { false }
            if first.end == nil { first.close() }
            // The server must have seen it leave before the next one comes.
            try trial.wait(until: .after(.milliseconds(50))) { false }
            let start = ContinuousClock.now
            let second = try server.connect()
            try ConcurrencyChecks.echo("hello", second, "after another one has left, with --idle-timeout 1")
            _ = try second.receive(until: .after(.milliseconds(750)))
            let silence = start.duration(to: .now)
            guard second.end != nil else { return }
            if silence < .milliseconds(980) {
                throw fail(
                    "with --idle-timeout 1 a client was disconnected after \(seconds(silence)); one that had been connected before it had left by then"
                )
            }
            // The machine was too busy to look in time. Once more.
        }
        throw Finding.notRun("this machine is too busy to look at a client within a second")
    }

    /// A client that neither reads nor sends any more is idle, though the server waits to send to it.
    static func notReading(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "0.5"])
        let stuck = try server.connect(receiveBuffer: 4_096)
        _ = try EchoChecks.flood(stuck, trial, mayEnd: true)
        // Closing a socket with unread bytes resets the connection, and that shows even to a client that does not read.
        guard try stuck.end != nil || stuck.waitUntil([], .after(time + .seconds(3))) else {
            throw fail(
                "with --idle-timeout 0.5 a client that had stopped reading and sending was still connected after \(seconds(time + .seconds(3)))"
            )
        }
    }
}
