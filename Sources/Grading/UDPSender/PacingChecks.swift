import Glibc
import Reflector
import Sockets

/// A series: its numbers, its schedule, and that nothing disturbs it.
///
/// A schedule is judged by how late the datagrams arrive, each compared with its own time, and by the median of several:
/// a busy machine makes some datagrams late, but not many of them by a quarter of a second.
enum PacingChecks {
    /// How late half of the datagrams may be on a busy machine.
    private static let tolerance = Duration.milliseconds(250)

    /// A check about time: a program that fails it is given two more tries. One that is wrong fails them all; one that had no
    /// processor when its time came does not.
    static func steadily(_ body: @escaping @Sendable (Trial) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            for _ in 0..<2 {
                do {
                    return try body(trial)
                } catch {
                    // A starter says itself that there is nothing to try again.
                    guard case Finding.failure(let text, _) = error, !trial.programs.contains(where: { $0.ending == .exited(99) }) else {
                        throw error
                    }
                    trial.transcript.add("grader", "tries again, since the machine may have been busy: \(text)")
                }
            }
            try body(trial)
        }
    }

    /// Over 256 of them, so that the order of the sequence number's bytes shows.
    static func series(_ trial: Trial) throws {
        let count = 300
        let run = try SenderRun(trial, ["--count", "\(count)", "--interval", "1"])
        try run.waitForArrivals(count)
        try SendingChecks.waitForMore(run, trial)
        let arrivals = run.arrivals
        for (index, packet) in arrivals.prefix(count).enumerated() where packet.sequence != index {
            let expected = hexBytes((0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * $0)) })
            let isReversed = packet.bytes.count >= 4 && packet.littleEndian(0..<4) == index
            let isRepeated = index > 0 && arrivals[..<index].contains { $0.bytes == packet.bytes }
            throw fail(
                "datagram \(index), counted from 0, must begin with its sequence number, \(expected); it begins with \(hexBytes(packet.bytes.prefix(4)))"
                    + (isReversed ? "\nthat is the same number with its lowest byte first" : "")
                    + (isRepeated ? "\nthe same bytes, with the same timestamp, had arrived before" : ""))
        }
        guard arrivals.count == count else {
            throw fail("with --count \(count) so many datagrams must arrive; \(arrivals.count) did")
        }
    }

    /// `--count`, `--size` and `--interval` by default.
    static func defaults(_ trial: Trial) throws {
        let run = try SenderRun(trial, [])
        try run.waitForArrivals(10)
        try SendingChecks.waitForMore(run, trial)
        guard run.arrivals.count == 10, run.arrivals.allSatisfy({ $0.bytes.count == 64 }) else {
            throw fail(
                "without options 10 datagrams of 64 bytes must arrive; it were \(run.arrivals.count), of \(Set(run.arrivals.map(\.bytes.count)).sorted()) bytes"
            )
        }
        try expectSchedule(run, .milliseconds(100), "without options (100 ms apart)")
    }

    static func pace(_ trial: Trial) throws {
        try judge(trial, ["--count", "30", "--interval", "20"], 30, .milliseconds(20))
    }

    static func fractions(_ trial: Trial) throws {
        try judge(trial, ["--count", "1200", "--interval", "0.5"], 1_200, .microseconds(500))
    }

    private static func judge(_ trial: Trial, _ options: [String], _ count: Int, _ interval: Duration) throws {
        let run = try SenderRun(trial, options)
        try run.waitForArrivals(count)
        run.finish()
        try expectSchedule(run, interval, "with \(options.joined(separator: " "))")
    }

    static func zeroInterval(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "200", "--interval", "0"])
        let isComplete = try run.waitForArrivals(200)
        run.finish()
        guard isComplete, let first = run.arrivals.first, let last = run.arrivals.last else {
            throw fail(
                "with --count 200 --interval 0, without pause, only \(run.arrivals.count) datagrams had arrived after \(seconds(Trial.patience))"
            )
        }
        let span = first.time.duration(to: last.time)
        guard span < .seconds(1.5) else { throw fail("200 datagrams without pause (--interval 0) took \(seconds(span))") }
    }

    /// Four replies come late, four never: to whom waits for them, it shows in the times of the next datagrams.
    static func unansweredPace(_ trial: Trial) throws {
        let options = ["--count", "8", "--interval", "25", "--timeout", "500"]
        let run = try SenderRun(trial, options) { $0.sequence ?? 0 < 4 ? Fate(delay: .milliseconds(300)) : Fate(.none) }
        try run.waitForArrivals(8)
        run.finish()
        try expectSchedule(run, .milliseconds(25), "with a peer that answers the first four after 300 ms and the others never")
    }

    /// The program is stopped for a while. What was due meanwhile goes out at once, and all after that is on time again.
    static func lateness(_ trial: Trial) throws {
        let interval = Duration.milliseconds(20)
        let run = try SenderRun(trial, ["--count", "500", "--interval", "20"])
        guard try run.waitForArrivals(10), let first = run.arrivals.first?.time else {
            run.finish()
            throw fail("with --count 500 --interval 20 only \(run.arrivals.count) datagrams arrived")
        }
        try SurvivalChecks.stopped(run.program, trial) { try trial.watch(until: .after(.milliseconds(450))) { false } }
        let continued = ContinuousClock.now
        // However long the stop was: sixteen datagrams more than are due by now.
        try run.waitForArrivals(Int(first.duration(to: continued) / interval) + 16)
        run.finish()
        let late = lateness(of: run, interval)
        guard let start = late.start else { throw fail("what arrived had no sequence numbers") }
        let onTime = late.each.filter { start + interval * $0.number > continued + .milliseconds(20) }.map(\.lateness).sorted()
        guard onTime.count >= 8 else { throw fail("after the program was stopped and continued, no more datagrams came in time") }
        let median = onTime[onTime.count / 2]
        guard median < tolerance else {
            throw fail(
                """
                with --interval 20 the program was stopped for 450 ms (SIGSTOP) and continued; the datagrams that were due after \
                that came late by \(milliseconds(median)): lateness must not add up, datagram k is due at k x interval
                """)
        }
    }

    /// A series of timestamps goes on as the series of datagrams does.
    static func freshTimestamps(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "10", "--interval", "50"])
        try run.waitForArrivals(10)
        run.finish()
        let stamps = run.arrivals.compactMap(\.timestamp)
        guard let first = stamps.first, let last = stamps.last, stamps.count == 10 else {
            throw fail("with --count 10 only \(stamps.count) datagrams arrived")
        }
        if let place = zip(stamps, stamps.dropFirst()).enumerated().first(where: { $1.0 > $1.1 })?.offset {
            throw fail("datagram \(place + 1) has an earlier timestamp than the one before: \(stamps[place + 1]) after \(stamps[place])")
        }
        let span = last - first
        guard span > 450_000 - 250_000 else {
            throw fail(
                "the last of 10 datagrams, 50 ms apart, is sent 450 ms after the first, but its timestamp is only \(grouped(span)) microseconds later"
            )
        }
    }

    // MARK: Lateness

    /// How late each datagram arrived, by the schedule that fits them best: its start is when the most punctual one says it was.
    private static func lateness(
        of run: SenderRun, _ interval: Duration
    ) -> (start: ContinuousClock.Instant?, each: [(number: Int, lateness: Duration)]) {
        var seen: Set<Int> = []
        let firsts = run.arrivals.compactMap { packet -> (Int, ContinuousClock.Instant)? in
            guard let number = packet.sequence, number < 1_000_000, seen.insert(number).inserted else { return nil }
            return (number, packet.time)
        }
        guard let start = firsts.map({ $0.1 - interval * $0.0 }).min() else { return (nil, []) }
        return (start, firsts.map { ($0.0, start.duration(to: $0.1 - interval * $0.0)) })
    }

    /// Neither the first quarter nor the last may be far behind the others.
    static func expectSchedule(_ run: SenderRun, _ interval: Duration, _ circumstances: String, atLeast: Int = 8) throws {
        let arrivals = run.arrivals
        guard arrivals.count >= atLeast, let first = arrivals.first, let last = arrivals.last else {
            throw fail("\(circumstances), \(counted(arrivals.count, "datagram")) arrived within \(seconds(Trial.patience))")
        }
        let late = lateness(of: run, interval).each.sorted { $0.number < $1.number }.map(\.lateness)
        let quarter = max(2, late.count / 4)
        func median(_ part: some Sequence<Duration>) -> Duration { part.sorted()[quarter / 2] }
        let took = "\(grouped(arrivals.count)) datagrams came within \(milliseconds(first.time.duration(to: last.time)))"
        let wanted = "k x \(milliseconds(interval)) after the first one"
        let beginning = median(late.prefix(quarter))
        let end = median(late.suffix(quarter))
        guard beginning < tolerance || beginning < end else {
            throw fail("\(circumstances), datagram k is due \(wanted); \(took): too fast")
        }
        guard end < tolerance else {
            throw fail("\(circumstances), datagram k is due \(wanted); \(took): at the end they were \(milliseconds(end)) late")
        }
    }
}

/// `12.5 ms`.
func milliseconds(_ duration: Duration) -> String {
    let tenths = Int((duration / .microseconds(100)).rounded())
    return "\(grouped(tenths / 10)).\(abs(tenths % 10)) ms"
}
