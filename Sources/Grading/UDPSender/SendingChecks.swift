import Reflector
import Sockets

/// The first datagram: that it arrives, its size, and its header byte by byte.
enum SendingChecks {
    static func oneDatagram(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "1"])
        let first = try firstDatagram(of: run, trial)
        guard first.bytes.count == 64 else {
            throw fail("without --size a datagram has 64 bytes; the one that arrived has \(grouped(first.bytes.count)): \(first.excerpt)")
        }
        try waitForMore(run, trial)
        guard run.arrivals.count == 1 else {
            throw fail("with --count 1 one datagram must arrive; \(run.arrivals.count) did")
        }
    }

    static func size(_ trial: Trial) throws {
        for size in [12, 13, 1_400, 65_507] {
            let run = try SenderRun(trial, ["--count=1", "--size=\(size)"])
            let first = try firstDatagram(of: run, trial)
            guard first.bytes.count == size else {
                throw fail(
                    "with --size \(size) a datagram of \(counted(size, "byte")) must arrive; it has \(grouped(first.bytes.count)): \(first.excerpt)"
                )
            }
            run.finish()
        }
    }

    static func ipv6(_ trial: Trial) throws {
        guard let loopback = SocketAddress(numeric: "::1", port: 0) else { return }
        do {
            try Socket(.datagram, .ipv6).bind(to: loopback)
        } catch { throw Finding.notRun("this machine has no IPv6 loopback (\(error))") }
        let run = try SenderRun(trial, ["--count", "1"], at: loopback)
        _ = try firstDatagram(of: run, trial)
        run.finish()
    }

    static func help(_ trial: Trial) throws {
        let program = try trial.start(["--help"])
        try trial.wait(until: .after(Trial.patience)) { program.ending != nil && !program.outputIsOpen }
        guard program.ending == .exited(0) else {
            throw fail("with --help it must print its usage and end with exit code 0, but it \(program.ending?.description ?? "runs on")")
        }
        guard program.outputText.contains("--interval") else {
            throw fail("--help must print the usage, with the options, on stdout; there stands: \(readable(program.output, limit: 80))")
        }
    }

    // MARK: The header

    static func sequenceFromZero(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "1", "--size", "20"])
        let first = try firstDatagram(of: run, trial)
        guard first.bytes.count == 20 else { throw fail("with --size 20 a datagram of \(counted(first.bytes.count, "byte")) arrived") }
        guard first.sequence == 0 else {
            throw fail(
                "the first datagram must begin with the sequence number 0, in 4 bytes: 00 00 00 00; it begins with \(hexBytes(first.bytes.prefix(4)))"
                    + (first.isFiller ? "\nthat is filler: no header was written over it" : ""))
        }
        run.finish()
    }

    /// What the timestamp could be, if it is not what it should be.
    static func timestamp(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "1", "--size", "24"])
        let first = try firstDatagram(of: run, trial)
        guard first.bytes.count >= 16, let timestamp = first.timestamp else {
            throw fail("with --size 24 a datagram of \(counted(first.bytes.count, "byte")) arrived")
        }
        // Generous: who sets the machine's clock meanwhile must not make a right program wrong.
        let now = Int(run.startedAt) - 5_000_000...Int(first.wallTime) + 5_000_000
        func isNow(_ number: Int, _ unit: Double = 1) -> Bool { now ~= Int(exactly: (Double(number) * unit).rounded()) ?? 0 }
        if isNow(timestamp) { return run.finish() }
        let places = "bytes 4 to 11 are \(hexBytes(first.bytes[4..<12])), big-endian \(UInt(bitPattern: timestamp))"
        let truth = "it must be the time of sending in microseconds since 1970, about \(first.wallTime)"
        let cause =
            if first.isFiller {
                "that is filler: no header was written over it"
            } else if isNow(first.littleEndian(4..<12)) {
                "the bytes are there, but the lowest one comes first: network byte order is the other way round"
            } else if isNow(first.bigEndian(8..<16)) || isNow(first.littleEndian(8..<16)) {
                "the timestamp stands at bytes 8 to 15: 4 bytes of padding, as in a struct in memory, come before it"
            } else if isNow(timestamp, 1_000) {
                "that is the time in milliseconds"
            } else if isNow(timestamp, 0.001) {
                "that is the time in nanoseconds"
            } else if isNow(timestamp, 1_000_000) {
                "that is the time in seconds"
            } else {
                "that is \(grouped(abs(timestamp / 1_000_000 - Int(first.wallTime) / 1_000_000))) seconds off"
            }
        throw fail("the timestamp: \(places); \(truth)\n\(cause)")
    }

    // MARK: Helpers

    /// The first datagram that arrives.
    private static func firstDatagram(of run: SenderRun, _ trial: Trial) throws -> SenderRun.Packet {
        if try !run.waitForArrivals(1) {
            run.finish()
            let end =
                run.program.ending.map { "the program \($0.description)" }
                ?? "the program was still running after \(seconds(Trial.patience))"
            throw fail("no datagram arrived at \(run.address); \(end)\(run.program.lastWords)")
        }
        guard let first = run.arrivals.first else { throw fail("no datagram arrived at \(run.address)") }
        return first
    }

    /// Waits until the program has ended, or nothing more happens.
    static func waitForMore(_ run: SenderRun, _ trial: Trial) throws {
        let deadline = Deadline.after(Trial.patience)
        while run.program.ending == nil, !deadline.hasPassed {
            let before = run.arrivals.count
            var none: [PollEntry] = []
            _ = try trial.waitForSilence(of: &none)
            if run.arrivals.count == before { break }
        }
        run.finish()
    }
}
