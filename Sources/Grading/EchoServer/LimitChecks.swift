import Sockets

/// How many clients are served at a time, and for how long a client may be silent.
enum LimitChecks {
    static func maxConnections(_ trial: Trial) throws {
        try oneMoreWaits("a third client", limit: 2, trial)
        try oneMoreWaits("a second client", limit: 1, trial)
    }

    private static func oneMoreWaits(_ who: String, limit: Int, _ trial: Trial) throws {
        let circumstances = "with --max-connections \(limit)"
        let server = try trial.startServer(["--max-connections", "\(limit)"])
        let served = try (0..<limit).map { _ in try server.connect() }
        for client in served { try ConcurrencyChecks.echo("hello", client, "as one of \(counted(limit, "client")), \(circumstances)") }
        let waiting = try during("\(circumstances) \(who) must wait, not be turned away") {
            let client = try server.connect()
            try client.send(Array("wait".utf8))
            return client
        }
        // The others are served meanwhile: whoever would have served one more has had the time to.
        for round in 1...20 { try ConcurrencyChecks.echo("round \(round)", served[0], "while \(who) waits") }
        try expectWaiting(waiting, who, circumstances)
        served[limit - 1].close()
        guard try waiting.receive(exactly: 4) == Array("wait".utf8) else {
            throw fail(
                "\(circumstances) \(who) waited; when there was room, it was not served within \(seconds(Trial.patience))")
        }
        try ConcurrencyChecks.echo("again", waiting, "after its turn has come")
    }

    private static func expectWaiting(_ client: Client, _ who: String, _ circumstances: String) throws {
        guard try client.becomes(.readable) else { return }
        switch try client.takeArrived() {
        case .nothing: return
        case .bytes: throw fail("\(circumstances) \(who) was served while there was no room")
        case .end(let end): throw fail("\(circumstances) \(who) must wait, not be turned away: \(end.words)")
        }
    }

    /// The limit counts those who are there, not those who ever came.
    static func placesComeFree(_ trial: Trial) throws {
        let server = try trial.startServer(["--max-connections", "1"])
        for number in 1...5 {
            let client = try server.connect()
            try ConcurrencyChecks.echo("hello", client, "as number \(number), one after the other, with --max-connections 1")
            if number.isMultiple(of: 2) { try client.reset() } else { client.close() }
        }
    }

    static let idleTime = Duration.milliseconds(500)

    static func idleTimeout(_ trial: Trial) throws {
        let server = try trial.startServer(["--idle-timeout", "0.5"])
        let client = try server.connect()
        // Measured from before the last byte leaves: the server can't count from earlier.
        let start = ContinuousClock.now
        try ConcurrencyChecks.echo("hello", client, "with --idle-timeout 0.5")
        let arrival = try client.receive(until: .after(.seconds(4)))
        let time = start.duration(to: .now)
        guard case .end = arrival else {
            throw fail(
                "with --idle-timeout 0.5 a client that had been silent for \(seconds(.milliseconds(Int(time / .milliseconds(1))))) was still connected"
            )
        }
        guard time > idleTime - .milliseconds(20) else {
            throw fail("with --idle-timeout 0.5 a client was disconnected after \(seconds(time)) already")
        }
        guard time < idleTime + .seconds(2) else {
            throw fail("with --idle-timeout 0.5 a client was disconnected only after \(seconds(time))")
        }
    }

    /// A client that never says anything is idle from the start.
    static func idleFromTheStart(_ trial: Trial) throws {
        let client = try trial.startServer(["--idle-timeout", "0.5"]).connect()
        guard case .end = try client.receive(until: .after(.seconds(4))) else {
            throw fail("with --idle-timeout 0.5 a client that never sent a byte was still connected after 4 s")
        }
    }

    /// Sends a byte every quarter of the time-out, until well after the time-out: each byte must start the time anew.
    ///
    /// Where the machine is too busy for that with a time-out of one second, it is done with four.
    static func idleTimerRestarts(_ trial: Trial) throws {
        for timeout in [1, 4] where try sendsOnTime(timeout, trial) { return }
        throw Finding.notRun("this machine is too busy to send a byte every second")
    }

    /// Returns whether the bytes left in time; without that, the program is not to blame for anything.
    private static func sendsOnTime(_ timeout: Int, _ trial: Trial) throws -> Bool {
        let pause = Duration.seconds(timeout) / 4
        let client = try trial.startServer(["--idle-timeout", "\(timeout)"]).connect()
        let start = ContinuousClock.now
        var last = start
        for number in 1...7 {
            if last.duration(to: .now) > pause * 3 { return false }
            last = .now
            if client.end == nil { try client.send([UInt8(number)]) }
            if try client.receive(exactly: 1).isEmpty {
                throw fail(
                    "with --idle-timeout \(timeout) a client that sent a byte every \(seconds(pause)) was disconnected after"
                        + " \(seconds(start.duration(to: .now))): each byte must start the time anew")
            }
            try trial.wait(until: .after(pause)) { false }
        }
        return true
    }

    /// A client that neither reads nor sends any more is idle too, even if the server is waiting to send to it.
    static func idleWhileNotReading(_ trial: Trial) throws {
        let server = try trial.startServer(["--max-connections", "1", "--idle-timeout", "0.5"])
        let stuck = try EchoChecks.narrowClient(of: server)
        // On a busy machine the grader itself may pause for so long that the server takes the client for idle already.
        _ = try EchoChecks.flood(stuck, trial, mayEnd: true)
        let next = try server.connect()
        try ConcurrencyChecks.echo(
            "hello", next, "with --max-connections 1 --idle-timeout 0.5, after \(stuck.name) had stopped reading and sending")
    }
}
