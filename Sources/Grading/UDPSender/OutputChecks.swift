import Foundation
import Glibc
import Reflector
import Sockets

/// What the sender prints, and when it ends.
enum OutputChecks {
    static func replyLines(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "5", "--interval", "5", "--size", "100"])
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "all 5 datagrams were answered")
        run.finish()
        let text = try SenderText(run.program.outputLines)
        guard text.replies.count == 5 else {
            throw fail(
                "5 datagrams were answered, and \(counted(text.replies.count, "line")) of the form `100 bytes from ...` came on stdout"
                    + (text.counts.map { "\nthe summary: \($0)" } ?? ""))
        }
        for (index, line) in text.replies.enumerated() {
            guard line.size == 100, line.peer == "\(run.address)", line.sequence == index else {
                throw fail(
                    "line \(index + 1) must begin `100 bytes from \(run.address): seq=\(index)`; it begins `\(line.size) bytes from \(line.peer): seq=\(line.sequence)`"
                )
            }
        }
        try run.expectExit(0, step: 4, "after replies")
    }

    /// A copy and a damaged reply have no line; the counts are in the summary.
    static func summary(_ trial: Trial) throws {
        let options = ["--count", "7", "--interval", "20", "--timeout", "600"]
        let run = try MatchingChecks.punctualRun(trial, options, within: .seconds(1), lateAfter: .milliseconds(450)) {
            switch $0.sequence {
            case 1: Fate(copies: 3)
            case 2: Fate(isOvertaken: true)
            case 4: Fate(.truncated(to: 20))
            case 5, 6: Fate(.none)
            default: Fate()
            }
        }
        let text = try SenderText(run.program.outputLines)
        // Nearly always 7 sent, 4 received, ..., in the order 0 1 3 2; but where the sender pauses for long, 2 is not overtaken.
        let tally = run.tally
        let lost = String(format: "%.1f", Double(tally.lost) * 100 / Double(max(1, tally.sent)))
        let expected =
            "\(tally.sent) sent, \(tally.received) received, \(lost)% lost, \(tally.duplicates) duplicated, \(tally.reordered) reordered,"
            + " \(tally.retransmitted) retransmitted, \(tally.ignored) ignored"
        guard let counts = text.counts else { throw fail("the line `\(expected)` is missing on stdout") }
        guard counts == expected else { throw fail("the summary must be\n  \(expected)\nit is\n  \(counts)") }
        var order: [Int] = []
        for case let sequence? in run.packets.map({ $0.action == .replied ? $0.sequence : nil }) where !order.contains(sequence) {
            order.append(sequence)
        }
        guard text.replies.map(\.sequence) == order else {
            throw fail(
                "the first replies came in the order \(order.map { "\($0)" }.joined(separator: " ")); the lines have seq \(text.replies.map(\.sequence))"
            )
        }
    }

    static func json(_ trial: Trial) throws {
        let (report, run) = try MatchingChecks.exchange(trial, count: 5) { _ in Fate() }
        try report.expect(run.tally, "with 5 datagrams that all came back")
        guard run.program.outputLines.count == 1, let duration = report.duration else {
            throw fail("with --json there must be one line on stdout; it were \(run.program.outputLines.count)")
        }
        let lived = run.lifetime
        guard duration >= 20, .milliseconds(duration) < lived else {
            throw fail(
                "'duration_ms' is \(duration); 5 datagrams 5 ms apart take 20 ms at least, and the whole program ran for \(milliseconds(lived))"
            )
        }
    }

    static func noReply(_ trial: Trial) throws {
        for format in [[], ["--json"]] {
            let run = try SenderRun(trial, ["--count", "3", "--interval", "1", "--timeout", "200"] + format) { _ in Fate(.none) }
            try run.waitForEnd(within: .seconds(1) + Trial.patience, because: "with --timeout 200 and no reply")
            run.finish()
            if format.isEmpty {
                let expected = "3 sent, 0 received, 100.0% lost, 0 duplicated, 0 reordered, 0 retransmitted, 0 ignored"
                guard run.program.outputLines == [expected] else {
                    throw fail(
                        "without any reply stdout must hold\n  \(expected)\nit holds\n  \(run.program.outputLines.joined(separator: "\n  "))"
                    )
                }
            } else {
                let report = try SenderReport(json: run.program.outputText)
                try report.expect(run.tally, "without any reply")
                guard report.roundTrips == nil else { throw fail("without any reply 'rtt_us' must be null") }
            }
            let line = "error: no reply from \(run.address)"
            guard run.program.errorLines.contains(line) else {
                throw fail("without any reply stderr must say `\(line)`; it says \(readable(run.program.errors, limit: 120))")
            }
            try run.expectExit(1, step: 4, "without any reply")
        }
    }

    // MARK: The end

    static func endsWhenAnswered(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "3", "--interval", "1", "--timeout", "60000"])
        try run.waitForEnd(within: .seconds(1) + Trial.patience, because: "with --timeout 60000 all 3 datagrams were answered at once")
        run.finish()
        _ = try SenderText(run.program.outputLines)
    }

    /// The last reply comes late, but within the time-out, which counts from the last datagram and not from the first.
    static func waitsForLate(_ trial: Trial) throws {
        let (report, _) = try MatchingChecks.exchange(trial, count: 9, interval: 100, timeout: 1_100) {
            $0.sequence == 8 ? Fate(delay: .milliseconds(650)) : Fate()
        }
        // The reflector's own count is no measure here: it ends with the sender.
        guard report.received == 9 else {
            throw fail(
                "with --timeout 1100, and the last of 9 datagrams, sent after 800 ms, answered 650 ms later, it reports \(report.received) of 9 received"
            )
        }
    }

    /// Neither much sooner than the time-out nor much later.
    static func waitsForTimeout(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "2", "--interval", "1", "--timeout", "700"]) {
            $0.sequence == 0 ? Fate() : Fate(.none)
        }
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "with --timeout 700 and a datagram that is not answered")
        let end = ContinuousClock.now
        run.finish()
        guard let last = run.arrivals.last else { throw fail("nothing arrived") }
        let waited = last.time.duration(to: end)
        guard waited > .milliseconds(450) else {
            throw fail(
                "with --timeout 700 it ended \(milliseconds(waited)) after its last datagram had arrived, which was not answered yet")
        }
        guard waited < .seconds(3.5) else {
            throw fail("with --timeout 700 it ended only \(milliseconds(waited)) after its last datagram, which was never answered")
        }
    }

    /// Ended while it waits for the time of its next datagram, and while it waits for a reply: what it knows then depends on no luck.
    static func interrupted(_ trial: Trial) throws {
        try interrupt(trial, ["--count", "10", "--interval", "20000"], after: 1)
        try interrupt(trial, ["--count", "2", "--interval", "1", "--timeout", "60000"], after: 2)
    }

    private static func interrupt(_ trial: Trial, _ options: [String], after count: Int) throws {
        let run = try SenderRun(trial, options + ["--json"]) { $0.sequence == 1 ? Fate(.none) : Fate() }
        guard try run.waitForArrivals(count) else {
            run.finish()
            throw fail("with \(options.joined(separator: " ")) only \(run.arrivals.count) datagrams arrived")
        }
        var none: [PollEntry] = []
        _ = try trial.waitForSilence(of: &none)
        run.program.send(signal: SIGINT)
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "after SIGINT it must print the summary and end")
        run.finish()
        if run.program.ending == .killed(signal: SIGINT) { throw fail("SIGINT ended the program, and no summary came") }
        try SenderReport(json: run.program.outputText).expect(run.tally, "ended by SIGINT")
        try run.expectExit(0, step: 4, "after SIGINT, with replies,")
    }

    /// Stopped three times while it waits, once for a while: calls may fail with EINTR, replies pile up, and nothing is lost.
    static func stoppedAndContinued(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "20", "--interval", "20", "--timeout", "5000", "--json"])
        for number in 1...3 {
            guard try run.waitForArrivals(number * 4) else { break }
            try SurvivalChecks.stopped(run.program, trial) {}
        }
        try run.waitForEnd(
            within: .seconds(5) + Trial.patience, because: "stopped and continued (SIGSTOP, SIGCONT), with every datagram answered")
        run.finish()
        let report = try SenderReport(json: run.program.outputText)
        try report.expect(run.tally, "stopped and continued (SIGSTOP, SIGCONT) three times")
        guard report.sent == 20 else { throw fail("stopped and continued (SIGSTOP, SIGCONT), it sent \(report.sent) of 20 datagrams") }
    }
}
