import Reflector
import Sockets

/// What comes back, counted: each check scripts the reflector and expects the sender's numbers to be the reflector's own.
enum MatchingChecks {
    /// How long the sender waits for replies in these checks, in milliseconds. Some replies never come, so all of it is waited for.
    private static let timeout = 600

    /// Runs a series with `--json`, and returns its report with what the reflector did.
    ///
    /// - Parameter patience: On a machine so busy that a reply went out later than this after the last datagram, in milliseconds,
    ///   the series is run again: the sender may not have heard it. Without it, three quarters of the time-out.
    static func exchange(
        _ trial: Trial, count: Int, interval: Int = 5, timeout: Int = timeout, more: [String] = [], lateAfter patience: Int? = nil,
        fate: @escaping @Sendable (Arrival) -> Fate
    ) throws -> (report: SenderReport, run: SenderRun) {
        let options = ["--json", "--count", "\(count)", "--interval", "\(interval)", "--timeout", "\(timeout)"] + more
        let run = try punctualRun(
            trial, options, within: .milliseconds(count * interval + timeout * 4), lateAfter: .milliseconds(patience ?? timeout * 3 / 4),
            fate: fate)
        return (try SenderReport(json: run.program.outputText), run)
    }

    /// A whole run; once more if a reply went out so long after the last datagram that the sender may have ended before.
    static func punctualRun(
        _ trial: Trial, _ options: [String], within time: Duration, lateAfter limit: Duration, fate: @escaping @Sendable (Arrival) -> Fate
    ) throws -> SenderRun {
        var tries = 0
        while true {
            tries += 1
            let run = try SenderRun(trial, options, fate: fate)
            try run.waitForEnd(
                within: time + Trial.patience, because: "with \(options.joined(separator: " ")) it must end by itself")
            run.finish()
            if tries == 3 || !run.wasLate(by: limit) { return run }
        }
    }

    /// A series whose report must equal the reflector's own numbers.
    @discardableResult
    static func expectExact(
        _ trial: Trial, count: Int, interval: Int = 5, timeout: Int = timeout, more: [String] = [], lateAfter patience: Int? = nil,
        step: Int = 4, _ circumstances: String, fate: @escaping @Sendable (Arrival) -> Fate
    ) throws -> (report: SenderReport, run: SenderRun) {
        let (report, run) = try exchange(
            trial, count: count, interval: interval, timeout: timeout, more: more, lateAfter: patience, fate: fate)
        try report.expect(run.tally, circumstances)
        if run.tally.received > 0 { try run.expectExit(0, step: step, "\(circumstances), where replies came,") }
        return (report, run)
    }

    // MARK: Loss, copies, order

    static func loss(_ trial: Trial) throws {
        try expectExact(trial, count: 10, "with 10 datagrams, of which 2, 5 and 9 get no reply") {
            [2, 5, 9].contains($0.sequence) ? Fate(.none) : Fate()
        }
    }

    static func duplicates(_ trial: Trial) throws {
        try expectExact(trial, count: 10, "with 10 datagrams, of which 1 comes back twice, 4 four times, and 8 not at all") {
            switch $0.sequence {
            case 1: Fate(copies: 2)
            case 4: Fate(copies: 4)
            case 8: Fate(.none)
            default: Fate()
            }
        }
    }

    /// The replies come in the order 3 0 1 2 5 4 6 7, with a copy of 4; 8 is lost. 0, 1, 2 and 4 come after a higher one.
    static func reordering(_ trial: Trial) throws {
        try expectExact(trial, count: 9, interval: 20, "with replies in the order 3 0 1 2 5 4 4 6 7") {
            switch $0.sequence {
            case 0, 1, 2: Fate(isOvertaken: true)
            case 4: Fate(copies: 2, isOvertaken: true)
            case 8: Fate(.none)
            default: Fate()
            }
        }
    }

    /// 3, 4 and 5 are lost: a gap in the numbers is no reordering, and neither is a copy that comes late.
    static func gaps(_ trial: Trial) throws {
        try expectExact(trial, count: 8, "with 8 datagrams, of which 1 comes back twice and 3, 4 and 5 get no reply") {
            switch $0.sequence {
            case 1: Fate(copies: 2)
            case 3, 4, 5: Fate(.none)
            default: Fate()
            }
        }
    }

    // MARK: What is no reply

    /// A datagram is changed in its sequence number, so that it looks like the one before, in its timestamp, and in its filler.
    static func altered(_ trial: Trial) throws {
        // Not into 2, which a sender that is late sends together with 3, at the same microsecond: then that is no lie. 0 was sent long before.
        let changes: [(UInt32, Int, UInt8, String)] = [
            (3, 3, 0x03, "its sequence number turned into 0"), (4, 8, 0x80, "a byte of its timestamp"),
            (5, 12, 0x01, "the first byte of its filler"), (6, 63, 0x80, "its last byte"),
        ]
        let words = changes.map { "datagram \($0.0) came back with \($0.3)" }.joined(separator: ", ")
        try expectExact(trial, count: 8, interval: 10, words + " (altered)") { arrival in
            changes.first { $0.0 == arrival.sequence }.map { Fate(.corrupted(at: $0.1, mask: $0.2)) } ?? Fate()
        }
    }

    /// Too short for a header, empty, and longer than what was sent.
    static func wrongSizes(_ trial: Trial) throws {
        try expectExact(trial, count: 8, "with replies cut to 63, 11, 3 and 0 bytes, one with a byte more and one with 65,000 bytes") {
            switch $0.sequence {
            case 1: Fate(.truncated(to: 63))
            case 2: Fate(.truncated(to: 11))
            case 3: Fate(.truncated(to: 3))
            case 4: Fate(.truncated(to: 0))
            case 5: Fate(.extended(by: 1))
            case 6: Fate(.extended(by: 64_936))
            default: Fate()
            }
        }
    }

    /// Numbers that no datagram has had (yet), up to the highest there is.
    static func unknownSequences(_ trial: Trial) throws {
        try expectExact(trial, count: 6, "with replies whose sequence numbers were never sent (6, 4,294,967,295, and others)") {
            switch $0.sequence {
            case 1: Fate(.replaced(by: [UInt8](repeating: 0xFF, count: 64)))
            case 2: Fate(.corrupted(at: 0, mask: 0x80))
            case 3: Fate(.corrupted(at: 2, mask: 0x40))
            case 4: Fate(.corrupted(at: 3, mask: 0x10))
            // The last one's, as if there had been one more.
            case 5: Fate(.corrupted(at: 3, mask: 5 ^ 6))
            default: Fate()
            }
        }
    }

    static func strangers(_ trial: Trial) throws {
        try expectExact(trial, count: 6, "with the replies to 1 and 3 sent from another port than the reflector's") {
            $0.sequence == 1 || $0.sequence == 3 ? Fate(.fromStranger) : Fate()
        }
    }

    /// Everything at once, by chance, but always the same chance.
    static func seededFaults(_ trial: Trial) throws {
        var faults = Faults(seed: 3)
        faults.loss = 0.08
        faults.strangers = 0.05
        faults.corruption = 0.12
        faults.truncation = 0.08
        faults.duplication = 0.25
        faults.reordering = 0.15
        faults.delaySpread = .milliseconds(8)
        let seeded = faults
        try expectExact(trial, count: 300, interval: 1, "with 300 datagrams and every fault that the reflector knows") {
            $0.sequence == 0 ? Fate(.none) : seeded.fate(of: $0)
        }
    }
}

extension SenderRun {
    /// Whether a reply went out so late after the last datagram was sent that the sender may have ended before it came.
    fileprivate func wasLate(by limit: Duration) -> Bool {
        let packets = packets
        guard let sent = packets.compactMap({ $0.action == .arrived ? $0.timestamp : nil }).max(),
            let replied = packets.last(where: { $0.action != .arrived })
        else { return false }
        return Int(replied.wallTime) - sent > Int(limit / .microseconds(1))
    }
}
