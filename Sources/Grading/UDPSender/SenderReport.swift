import Foundation
import Reflector

/// What the sender says that it counted and measured.
struct SenderReport {
    var sent = 0, received = 0, lost = 0, duplicates = 0, reordered = 0, retransmitted = 0, ignored = 0
    /// In microseconds; nil without replies.
    var roundTrips: RoundTrips?
    /// In microseconds.
    var jitter: Double?
    /// In milliseconds.
    var duration: Double?

    /// In microseconds.
    struct RoundTrips {
        let min, average, max, deviation: Double
    }

    /// Takes `--json`'s one object out of everything on stdout.
    ///
    /// - Throws: A ``Finding`` that says what is wrong with it.
    init(json text: String) throws {
        let shown = readable(Array(text.utf8), limit: 300)
        guard let parsed = try? JSONSerialization.jsonObject(with: Data(text.utf8)), let object = parsed as? [String: Any] else {
            let first = text.split(separator: "\n").first ?? ""
            let found =
                text.isEmpty
                ? "it holds nothing" : first.first == "{" ? "it holds \(shown)" : "the first line is \(readable(first.utf8, limit: 100))"
            throw fail("with --json stdout must hold one JSON object and nothing else; \(found)")
        }
        func number(_ key: String, in object: [String: Any], _ path: String = "") throws -> Double {
            guard let value = object[key] else { throw fail("the JSON object has no key '\(path)\(key)': \(shown)") }
            guard let number = value as? NSNumber else { throw fail("'\(path)\(key)' must be a number, not \(value): \(shown)") }
            return number.doubleValue
        }
        func count(_ key: String) throws -> Int {
            let number = try number(key, in: object)
            guard let count = Int(exactly: number) else { throw fail("'\(key)' must be a whole number, not \(number): \(shown)") }
            return count
        }
        sent = try count("sent")
        received = try count("received")
        lost = try count("lost")
        duplicates = try count("duplicates")
        reordered = try count("reordered")
        retransmitted = try count("retransmitted")
        ignored = try count("ignored")
        jitter = try number("jitter_us", in: object)
        duration = try number("duration_ms", in: object)
        guard let times = object["rtt_us"] else { throw fail("the JSON object has no key 'rtt_us': \(shown)") }
        if times is NSNull { return }
        guard let times = times as? [String: Any] else { throw fail("'rtt_us' must be an object or null: \(shown)") }
        roundTrips = RoundTrips(
            min: try number("min", in: times, "rtt_us."), average: try number("avg", in: times, "rtt_us."),
            max: try number("max", in: times, "rtt_us."), deviation: try number("stddev", in: times, "rtt_us."))
    }

    /// Compares each number with what the reflector did.
    ///
    /// - Throws: A ``Finding`` that names every number that differs.
    func expect(_ tally: Tally, _ circumstances: String) throws {
        let pairs: [(String, Int, Int, String)] = [
            ("sent", sent, tally.sent, "different sequence numbers arrived at the reflector"),
            ("received", received, tally.received, "of them were answered"),
            ("lost", lost, tally.lost, "of them were not"),
            ("duplicates", duplicates, tally.duplicates, "further copies of replies came back"),
            ("reordered", reordered, tally.reordered, "first replies came after one to a higher sequence number"),
            ("retransmitted", retransmitted, tally.retransmitted, "datagrams arrived that had been sent before"),
            ("ignored", ignored, tally.ignored, "datagrams came back that equal none that was sent"),
        ]
        let wrong = pairs.filter { $0.1 != $0.2 }.map { "  '\($0.0)' is \($0.1), but \($0.2) \($0.3)" }
        if wrong.isEmpty { return }
        throw fail("\(circumstances), the report differs from what happened:\n" + wrong.joined(separator: "\n"))
    }
}

/// The text that the sender prints: a line for each reply, and the summary.
struct SenderText {
    /// A line for a reply.
    struct Reply {
        let size: Int
        let peer: String
        let sequence: Int
        /// In milliseconds.
        let time: Double
    }
    private(set) var replies: [Reply] = []
    /// The line `10 sent, ...`; nil if there is none.
    private(set) var counts: String?
    /// min, avg, max, stddev and jitter in milliseconds; nil if there is no line `rtt ...`.
    private(set) var times: [Double]?

    /// Takes apart what stands on stdout.
    ///
    /// - Throws: A ``Finding`` that shows the first line that is none of those.
    init(_ lines: [String]) throws {
        for line in lines {
            if let match = line.wholeMatch(of: #/(\d+) bytes from (\S+): seq=(\d+) rtt=(\d+\.\d+) ms/#),
                let size = Int(match.1), let sequence = Int(match.3), let time = Double(match.4), counts == nil
            {
                replies.append(Reply(size: size, peer: String(match.2), sequence: sequence, time: time))
            } else if counts == nil, line.contains(" sent, ") {
                counts = line
            } else if counts != nil, times == nil,
                let match = line.wholeMatch(
                    of: #/rtt min/avg/max/stddev = (\d+\.\d+)/(\d+\.\d+)/(\d+\.\d+)/(\d+\.\d+) ms, jitter (\d+\.\d+) ms/#)
            {
                times = [match.1, match.2, match.3, match.4, match.5].compactMap { Double($0) }
            } else if let counts, line.contains(" bytes from ") {
                throw fail(
                    """
                    a reply's line came on stdout behind the summary: \(readable(Array(line.utf8), limit: 160))
                    the summary, which must be the last: \(counts)
                    a line that waits in a buffer (print does that where stdout is no terminal) comes late: write it at once
                    """)
            } else {
                throw fail(
                    """
                    this line on stdout has none of the forms that it may have: \(readable(Array(line.utf8), limit: 160))
                    for a reply: 64 bytes from 127.0.0.1:7003: seq=0 rtt=0.041 ms
                    then: 10 sent, 9 received, 10.0% lost, 0 duplicated, 1 reordered, 0 retransmitted, 0 ignored
                    then, if anything was received: rtt min/avg/max/stddev = 0.041/0.052/0.090/0.012 ms, jitter 0.008 ms
                    """)
            }
        }
    }
}
