import Reflector
import Sockets

/// Round trip times and jitter.
///
/// Statistics are recomputed from the lines of the replies, and so depend on no clock. The times themselves are held
/// against the reflector's own.
enum TimingChecks {
    /// Each round trip is at least as long as the reflector kept the reply, and most are hardly longer.
    static func roundTrips(_ trial: Trial) throws {
        let delays = [20, 120, 60, 200, 40]
        let run = try SenderRun(trial, ["--count", "5", "--interval", "120"]) {
            Fate(delay: .milliseconds(delays[Int($0.sequence ?? 0) % 5]))
        }
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "all 5 datagrams were answered")
        run.finish()
        let lines = try SenderText(run.program.outputLines).replies
        guard lines.count == 5 else { throw fail("5 datagrams were answered, and \(lines.count) lines of replies came") }
        var excess: [Double] = []
        for line in lines {
            guard delays.indices.contains(line.sequence), let kept = run.residence(of: line.sequence) else { continue }
            guard line.time >= Double(delays[line.sequence]) - 1 else {
                throw fail(
                    "the reflector kept the reply to seq=\(line.sequence) for \(delays[line.sequence]) ms; the line says rtt=\(line.time) ms"
                )
            }
            excess.append(line.time - kept)
        }
        let median = excess.sorted()[excess.count / 2]
        guard median < 150 else {
            let story = lines.map { "seq=\($0.sequence) rtt=\($0.time) ms" }.joined(separator: ", ")
            throw fail(
                "the reflector kept the replies for \(delays) ms; the lines say \(story): most of them \(Int(median)) ms too long, or more")
        }
    }

    /// A series with lines whose replies overtake each other.
    private static func lines(_ trial: Trial) throws -> (replies: [SenderText.Reply], times: [Double]) {
        var faults = Faults(seed: 11)
        faults.delaySpread = .milliseconds(60)
        faults.duplication = 0.2
        let seeded = faults
        let run = try SenderRun(trial, ["--count", "30", "--interval", "5"]) {
            $0.sequence == 29 ? Fate(delay: .milliseconds(80)) : seeded.fate(of: $0)
        }
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "all 30 datagrams were answered")
        run.finish()
        let text = try SenderText(run.program.outputLines)
        guard text.replies.count == 30 else { throw fail("30 datagrams were answered, and \(text.replies.count) lines of replies came") }
        guard let times = text.times, times.count == 5 else { throw fail("the line `rtt min/avg/max/stddev = ...` is missing on stdout") }
        return (text.replies, times)
    }

    static func statistics(_ trial: Trial) throws {
        let (replies, times) = try lines(trial)
        let series = replies.map(\.time)
        let average = series.reduce(0, +) / Double(series.count)
        let deviation = (series.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(series.count)).squareRoot()
        let expected = [series.min() ?? 0, average, series.max() ?? 0, deviation]
        for (index, name) in ["min", "avg", "max", "stddev"].enumerated() where abs(times[index] - expected[index]) > 0.002 {
            throw fail("the lines of the replies have \(name) \(thousandths(expected[index])) ms; the summary says \(times[index]) ms")
        }
    }

    static func jitter(_ trial: Trial) throws {
        let (replies, times) = try lines(trial)
        let expected = estimate(replies.map(\.time))
        guard abs(times[4] - expected) > 0.005 else { return }
        let differences = zip(replies, replies.dropFirst()).map { abs($1.time - $0.time) }
        let mean = differences.reduce(0, +) / Double(differences.count)
        let bySequence = estimate(replies.sorted { $0.sequence < $1.sequence }.map(\.time))
        let cause =
            if abs(times[4] - mean) < 0.005 {
                "\nthat is the mean of the differences; RFC 3550 takes a sixteenth of each: J = J + (|D| - J) / 16"
            } else if abs(times[4] - bySequence) < 0.005 {
                "\nthat is the estimate in the order of the sequence numbers; it goes by the order of arrival"
            } else { "" }
        throw fail(
            "by RFC 3550, 6.4.1, the lines of the replies, in their order, have a jitter of \(thousandths(expected)) ms; the summary says \(times[4]) ms\(cause)"
        )
    }

    /// In JSON all times are microseconds, but for the duration.
    static func json(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 10, interval: 20) {
            Fate(delay: .milliseconds(($0.sequence ?? 0).isMultiple(of: 2) ? 10 : 210))
        }
        try report.expect(run.tally, "with replies after 10 and 210 ms in turn")
        guard let times = report.roundTrips, let jitter = report.jitter else { throw fail("'rtt_us' must not be null: there were replies") }
        let shown = "min \(times.min), avg \(times.average), max \(times.max), stddev \(times.deviation)"
        let story = "replies came after 10 and 210 ms in turn"
        guard times.min >= 9_000, times.max >= 209_000, times.min <= times.average, times.average <= times.max, times.average >= 109_000
        else {
            throw fail("\(story); 'rtt_us', in microseconds, says \(shown)")
        }
        guard times.min < 160_000, times.average < 260_000, times.deviation > 30_000, times.deviation < 250_000 else {
            throw fail("\(story); 'rtt_us', in microseconds, says \(shown)")
        }
        let order = run.packets.filter { $0.action == .replied }.compactMap(\.sequence)
        let expected = estimate(order.compactMap { run.residence(of: $0) }) * 1_000
        guard abs(jitter - expected) < max(15_000, expected * 0.8) else {
            throw fail("\(story): a jitter of about \(Int(expected)) microseconds; 'jitter_us' says \(jitter)")
        }
    }

    /// RFC 3550, section 6.4.1.
    private static func estimate(_ times: [Double]) -> Double {
        zip(times, times.dropFirst()).reduce(0) { jitter, pair in jitter + (abs(pair.1 - pair.0) - jitter) / 16 }
    }

    private static func thousandths(_ number: Double) -> Double { (number * 1_000).rounded() / 1_000 }
}

extension SenderRun {
    /// From the first arrival of a sequence to its first reply, in milliseconds.
    func residence(of sequence: Int) -> Double? {
        let own = packets.filter { $0.sequence == sequence }
        guard let arrival = own.first(where: { $0.action == .arrived }), let reply = own.first(where: { $0.action == .replied }) else {
            return nil
        }
        return arrival.time.duration(to: reply.time) / .milliseconds(1)
    }
}

extension Lab {
    static let timing: [Check] = [
        Check(
            "round-trips", step: 5, "measures round trip times", points: 3, needs: ["reply-lines"], startsProgram: true,
            hints: [
                "From the sending of this datagram to the arrival of its reply, by the monotonic clock.",
                "`recordReply` knows both moments: the ledger keeps when each transmission was sent.",
            ], PacingChecks.steadily(TimingChecks.roundTrips)),
        Check(
            "statistics", step: 5, "computes minimum, average, maximum and standard deviation", points: 2, needs: ["reply-lines"],
            startsProgram: true,
            hints: [
                "Over all first replies; copies don't count.",
                "The standard deviation is the root of the mean square of the differences from the average: divided by n. A time t that moves "
                    + "the average from a to b adds (t - a) * (t - b) to the sum of the squares.",
            ], TimingChecks.statistics),
        Check(
            "jitter", step: 5, "estimates jitter as RFC 3550 does", points: 3, needs: ["statistics"], startsProgram: true,
            hints: [
                "It is a running estimate: each reply moves it by a sixteenth of what it is off. It begins at 0.",
                "`jitter += (abs(time - latest) - jitter) / 16`, from the second reply on, in the order of arrival.",
            ], TimingChecks.jitter),
        Check(
            "json-times", step: 5, "gives round trips and jitter in microseconds with --json", points: 2, needs: ["json"],
            startsProgram: true,
            hints: [
                "`rtt_us` and `jitter_us` are microseconds, `duration_ms` is milliseconds.",
                "Keep all times in nanoseconds, and convert where you print. `Summary` does.",
            ], PacingChecks.steadily(TimingChecks.json)),
    ]
}
