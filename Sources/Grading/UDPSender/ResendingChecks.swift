import Reflector
import Sockets

/// Time-outs and NACKs: what is sent again, when, how often, and that the rest of the series goes on meanwhile.
enum ResendingChecks {
    /// Lost once, and answered the second time.
    static func timeouts(_ trial: Trial) throws {
        let timeout = 400
        let (report, run) = try MatchingChecks.exchange(trial, count: 6, interval: 20, timeout: timeout, more: ["--retries", "1"]) {
            $0.attempt == 0 && [1, 2, 4].contains($0.sequence) ? Fate(.none) : Fate()
        }
        let circumstances = "with --retries 1, and the first transmissions of 1, 2 and 4 lost"
        let gaps = [1, 2, 4].compactMap { run.gap(before: 1, of: $0) }
        guard gaps.count == 3 else {
            throw fail(
                "\(circumstances), \(3 - gaps.count) of the three were not sent again: \(run.tally.arrivals) datagrams arrived in all")
        }
        let gap = gaps.sorted()[1]
        guard gap > .milliseconds(timeout - 150) else {
            throw fail("\(circumstances), they were sent again after \(milliseconds(gap)); --timeout is \(timeout) ms")
        }
        guard gap < .milliseconds(timeout + 1_000) else {
            throw fail("\(circumstances), they were sent again only after \(milliseconds(gap)); --timeout is \(timeout) ms")
        }
        try report.expect(run.tally, circumstances)
    }

    static func resentDatagram(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 3, timeout: 250, more: ["--retries", "1"]) {
            $0.attempt == 0 && $0.sequence == 1 ? Fate(.none) : Fate()
        }
        let both = run.arrivals.filter { $0.sequence == 1 }
        guard both.count == 2, let first = both[0].timestamp, let second = both[1].timestamp else {
            throw fail("with --retries 1, and the first transmission of 1 lost, it arrived \(both.count) times")
        }
        guard both[0].bytes.dropFirst(12) == both[1].bytes.dropFirst(12) else {
            throw fail("datagram 1, sent again, has another filler\n  first  \(both[0].excerpt)\n  second \(both[1].excerpt)")
        }
        guard second - first > 100_000 else {
            throw fail(
                "datagram 1, sent again 250 ms later, has a timestamp only \(second - first) microseconds later: it must have a fresh one\n  first  \(both[0].excerpt)\n  second \(both[1].excerpt)"
            )
        }
        try report.expect(run.tally, "with datagram 1 sent again")
    }

    static func limit(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 3, timeout: 120, more: ["--retries", "3"]) {
            $0.sequence == 0 ? Fate() : Fate(.none)
        }
        for sequence in [1, 2] {
            let count = run.arrivals.count { $0.sequence == sequence }
            guard count == 4 else {
                throw fail("with --retries 3 and no reply, datagram \(sequence) must be sent 4 times; it arrived \(counted(count, "time"))")
            }
        }
        try report.expect(run.tally, "with --retries 3, and 1 and 2 never answered")
    }

    static func othersGoOn(_ trial: Trial) throws {
        for _ in 1...3 where try goesOnWhileResending(trial) { return }
        throw Finding.notRun("this machine is too busy to send a datagram every 20 ms")
    }

    /// Returns whether enough of the series was still to be sent when the first datagram was sent again. A program that had no processor until then
    /// has sent everything at once, and had nothing left to hold up.
    private static func goesOnWhileResending(_ trial: Trial) throws -> Bool {
        let options = ["--count", "40", "--interval", "20", "--timeout", "150", "--retries", "2"]
        let run = try SenderRun(trial, options) { (2...11).contains($0.sequence ?? 0) ? Fate(.none) : Fate() }
        try run.waitForArrivals(40 + 10 * 2)
        run.finish()
        try PacingChecks.expectSchedule(run, .milliseconds(20), "while 2 to 11 are never answered and sent again")
        let arrivals = run.arrivals
        // The first retry of 2 must come while the series goes on: 190 ms after its beginning, not at its end.
        guard
            let again = arrivals.indices.first(where: { index in
                arrivals[index].sequence == 2 && arrivals[..<index].contains { $0.sequence == 2 }
            }),
            let last = arrivals.firstIndex(where: { $0.sequence == 39 })
        else { throw fail("datagram 2 was never sent again, or the series did not come to its end") }
        guard again < last else {
            throw fail("datagram 2 was sent again only after the last datagram of the series, long after its time-out")
        }
        return arrivals[again...].count { $0.sequence ?? 0 > 11 } >= 8
    }

    /// The reply to the first transmission comes after the second was sent. It answers, and it tells the round trip by its timestamp.
    static func anyTransmission(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 1, timeout: 300, more: ["--retries", "1"], lateAfter: 250) {
            $0.attempt == 0 ? Fate(delay: .milliseconds(450)) : Fate(.none)
        }
        let circumstances = "with --timeout 300 --retries 1, and the reply to the first transmission after 450 ms"
        try report.expect(run.tally, circumstances)
        guard let time = report.roundTrips?.min else { throw fail("\(circumstances), 'rtt_us' must not be null") }
        guard time >= 449_000 else {
            throw fail("\(circumstances), the round trip was 450 ms by the timestamp in that reply; 'rtt_us' says \(time)")
        }
    }

    /// The other way round: only the second transmission is answered, at once.
    static func roundTripOfResent(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 4, timeout: 500, more: ["--retries", "1"]) {
            $0.attempt == 0 ? Fate(.none) : Fate()
        }
        let circumstances = "with only the second transmissions answered, at once, 500 ms after the first"
        try report.expect(run.tally, circumstances)
        guard let time = report.roundTrips?.min else { throw fail("\(circumstances), 'rtt_us' must not be null") }
        guard time < 400_000 else {
            throw fail("\(circumstances), the shortest round trip is \(time) microseconds: that is from the first transmission")
        }
    }

    /// Both transmissions are answered, the second one first.
    static func lateCopy(_ trial: Trial) throws {
        try MatchingChecks.expectExact(
            trial, count: 2, timeout: 300, more: ["--retries", "1"], lateAfter: 250, step: 6,
            "with 0 answered after its second transmission and then once more for its first, and 1 never"
        ) {
            if $0.sequence == 1 { return Fate(.none) }
            return $0.attempt == 0 ? Fate(delay: .milliseconds(450)) : Fate()
        }
    }

    // MARK: NACKs

    /// The time-out is much longer than the check: whatever comes again comes because it was asked for.
    static func nack(_ trial: Trial) throws {
        let circumstances = "with --retries 1 --timeout 4000, and a NACK for 1, 2 and 4"
        let (report, run) = try MatchingChecks.exchange(trial, count: 7, interval: 10, timeout: 4_000, more: ["--retries", "1"]) {
            switch ($0.sequence, $0.attempt) {
            case (1, 0), (2, 0), (4, 0): Fate(.none)
            case (5, 0): Fate(requests: [1, 2, 4])
            default: Fate()
            }
        }
        guard let asked = run.packets.first(where: { $0.action == .requested })?.time else { throw fail("datagram 5 did not arrive") }
        for sequence in [1, 2, 4] {
            guard let again = run.arrivals.filter({ $0.sequence == sequence }).dropFirst().first else {
                throw fail("\(circumstances), datagram \(sequence) was not sent again")
            }
            let time = asked.duration(to: again.time)
            guard time < .seconds(2) else {
                throw fail("\(circumstances), datagram \(sequence) was sent again only \(milliseconds(time)) after it: it must be at once")
            }
        }
        try report.expect(run.tally, circumstances)
    }

    static func nackLimit(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 3, timeout: 300, more: ["--retries", "2"]) {
            // Not for ever: a sender that follows every NACK would be kept busy.
            $0.sequence == 1 ? Fate(.none, requests: $0.attempt < 6 ? [1] : []) : Fate()
        }
        let count = run.arrivals.count { $0.sequence == 1 }
        guard count == 3 else {
            throw fail(
                "with --retries 2, and a NACK for each transmission of 1, it must be sent 3 times in all; it arrived \(counted(count, "time"))"
            )
        }
        try report.expect(run.tally, "with --retries 2, and a NACK for each transmission of 1")
    }

    /// What was sent again because of a NACK has a whole time-out from then on, and not what is left of the first one.
    static func nackTimeout(_ trial: Trial) throws {
        let timeout = 800
        let (report, run) = try MatchingChecks.exchange(trial, count: 2, interval: 400, timeout: timeout, more: ["--retries", "2"]) {
            switch ($0.sequence, $0.attempt) {
            case (0, 0), (0, 1): Fate(.none)
            case (1, 0): Fate(requests: [0])
            default: Fate()
            }
        }
        let circumstances = "with --timeout \(timeout) --retries 2, and 0 lost, asked for again 400 ms later and lost again"
        guard let gap = run.gap(before: 2, of: 0) else {
            throw fail("\(circumstances), it must be sent 3 times; it arrived \(counted(run.arrivals.count { $0.sequence == 0 }, "time"))")
        }
        guard gap > .milliseconds(timeout - 150) else {
            throw fail(
                "\(circumstances), it was sent for the third time \(milliseconds(gap)) after the second: its time-out must count from the second"
            )
        }
        try report.expect(run.tally, circumstances)
    }

    /// As with ``nack(_:)``, the time-out is much longer than the check.
    static func longNack(_ trial: Trial) throws {
        let last = 99
        let circumstances = "with --retries 1 --timeout 4000, and a NACK for 0 to \(last - 1)"
        let (report, run) = try MatchingChecks.exchange(
            trial, count: last + 1, interval: 1, timeout: 4_000, more: ["--retries", "1"]
        ) {
            switch ($0.sequence, $0.attempt) {
            case (UInt32(last), 0): Fate(requests: (0..<UInt32(last)).map { $0 })
            case (_, 0): Fate(.none)
            default: Fate()
            }
        }
        guard let asked = run.packets.first(where: { $0.action == .requested })?.time else { throw fail("datagram \(last) did not arrive") }
        let prompt = run.arrivals.count { asked.duration(to: $0.time) > .zero && asked.duration(to: $0.time) < .seconds(2) }
        guard prompt >= last else {
            throw fail("\(circumstances), all \(last) must be sent again at once; \(prompt) arrived within 2 s of it")
        }
        try report.expect(run.tally, circumstances)
    }

    static func needlessNack(_ trial: Trial) throws {
        let circumstances = "with a NACK for 0, which was answered, and for 1, 70,000 and 4,294,967,295, of which only 1 was sent"
        let (report, run) = try MatchingChecks.exchange(trial, count: 4, interval: 10, timeout: 500, more: ["--retries", "3"]) {
            switch ($0.sequence, $0.attempt) {
            case (1, 0): Fate(.none)
            case (2, 0): Fate(requests: [0, 70_000, 1, 4_294_967_295])
            default: Fate()
            }
        }
        if run.arrivals.contains(where: { $0.sequence ?? 0 > 3 }) { throw fail("\(circumstances), one was sent that is not in the series") }
        guard run.arrivals.count(where: { $0.sequence == 0 }) == 1 else { throw fail("\(circumstances), datagram 0 was sent again") }
        try report.expect(run.tally, circumstances)
    }

    /// What is nearly a NACK is none; and a number that is nearly in the series is not in it.
    static func brokenNack(_ trial: Trial) throws {
        let replies: [UInt32: (word: String, rest: [UInt8])] = [
            1: ("NACK", []), 2: ("NACK", [0, 0, 0, 2, 0]), 3: ("NACK", [0, 0]), 4: ("NACK", [0xFF, 0xFF, 0xFF, 0xFE]),
            5: ("NAXX", [0, 0, 0, 5]), 6: ("LACK", [0, 0, 0, 6]), 7: ("NACK", [0, 0, 0, 8]),
        ]
        try MatchingChecks.expectExact(
            trial, count: 8, timeout: 300, more: ["--retries", "1"], step: 6,
            "with NACKs that end behind the word, within a number, have another word, or name only a number that was never sent"
        ) {
            guard $0.attempt == 0, let sequence = $0.sequence, let (word, rest) = replies[sequence] else { return Fate() }
            return Fate(.replaced(by: Array(word.utf8) + rest))
        }
    }

    static func seededFaults(_ trial: Trial) throws {
        var faults = Faults(seed: 8)
        faults.loss = 0.1
        faults.requests = 0.1
        faults.strangers = 0.05
        faults.corruption = 0.1
        faults.truncation = 0.05
        faults.duplication = 0.2
        faults.reordering = 0.1
        faults.delaySpread = .milliseconds(8)
        let seeded = faults
        try MatchingChecks.expectExact(
            trial, count: 200, interval: 1, timeout: 350, more: ["--retries", "2"], step: 6,
            "with 200 datagrams, --retries 2, and every fault that the reflector knows"
        ) { $0.sequence == 0 ? Fate(.none) : seeded.fate(of: $0) }
    }
}

extension SenderRun {
    /// From one transmission of a sequence to the next.
    fileprivate func gap(before attempt: Int, of sequence: Int) -> Duration? {
        let times = arrivals.filter { $0.sequence == sequence }.map(\.time)
        return times.indices.contains(attempt) ? times[attempt - 1].duration(to: times[attempt]) : nil
    }
}
