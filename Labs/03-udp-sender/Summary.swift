// Given: what is printed at the end.
import LabProgram
import Sockets

/// What became of a series.
struct Summary: Sendable {
    /// How many datagrams were sent, those sent again not counted.
    var sent = 0
    /// How many of them were answered.
    var received = 0
    /// Replies to what had been answered before.
    var duplicates = 0
    /// First replies that came after the first reply to a later datagram.
    var reordered = 0
    /// How often a datagram was sent again.
    var retransmitted = 0
    /// Datagrams that were neither a reply nor a request to send again.
    var ignored = 0
    /// How long the first replies took; nil if there were none.
    var roundTrips: RoundTrips?
    /// From the first datagram to the end, in nanoseconds.
    var duration: Int64 = 0

    /// How many datagrams were not answered.
    var lost: Int { sent - received }

    /// Two lines, or one where no reply came.
    var text: String {
        let perMille = sent == 0 ? 0 : (lost * 1_000 + sent / 2) / sent
        let counts = """
            \(sent) sent, \(received) received, \(perMille / 10).\(perMille % 10)% lost, \(duplicates) duplicated, \
            \(reordered) reordered, \(retransmitted) retransmitted, \(ignored) ignored
            """
        guard let times = roundTrips else { return counts }
        let figures = [times.min, times.average, times.max, times.deviation].map(milliseconds).joined(separator: "/")
        return counts + "\nrtt min/avg/max/stddev = \(figures) ms, jitter \(milliseconds(times.jitter)) ms"
    }

    /// One JSON object.
    var json: String {
        let times = roundTrips.map {
            """
            {"min":\(microseconds($0.min)),"avg":\(microseconds($0.average)),\
            "max":\(microseconds($0.max)),"stddev":\(microseconds($0.deviation))}
            """
        }
        return """
            {"sent":\(sent),"received":\(received),"lost":\(lost),"duplicates":\(duplicates),"reordered":\(reordered),\
            "retransmitted":\(retransmitted),"ignored":\(ignored),"rtt_us":\(times ?? "null"),\
            "jitter_us":\(microseconds(roundTrips?.jitter ?? 0)),"duration_ms":\(milliseconds(Double(duration)))}
            """
    }
}

/// The round trip times of a series, in nanoseconds.
struct RoundTrips: Sendable {
    /// How many there are.
    var count = 0
    /// The shortest.
    var min = Double.infinity
    /// The longest.
    var max = 0.0
    /// Their sum divided by their number.
    var average = 0.0
    /// The sum of the squared differences from the average.
    var squares = 0.0
    /// The latest; nil before the first.
    var latest: Double?
    /// The estimate of RFC 3550, section 6.4.1.
    var jitter = 0.0

    /// The standard deviation of all of them (not an estimate from a sample).
    var deviation: Double { (squares / Double(count)).squareRoot() }
}

/// The peer has not answered one datagram.
struct NoReply: Error, CustomStringConvertible {
    let endpoint: Endpoint
    var description: String { "no reply from \(endpoint)" }
}

/// Prints the summary, and then fails if the series failed or nothing came back.
func finish(_ summary: Summary, _ settings: Settings, failure: SocketError?) throws {
    try StandardStream.output.write(Array("\(settings.json ? summary.json : summary.text)\n".utf8).span)
    if let failure { throw failure }
    // Only where step 5 is not solved yet.
    if summary.received > 0, summary.roundTrips == nil { unsolved(step: 5, file: "Labs/03-udp-sender/Ledger.swift") }
    if summary.received == 0 { throw NoReply(endpoint: settings.endpoint) }
}

/// The line for a reply: `64 bytes from 127.0.0.1:7003: seq=0 rtt=0.041 ms`.
func replyLine(_ settings: Settings, from peer: SocketAddress, sequence: UInt32, roundTrip: Int64) -> String {
    "\(settings.size) bytes from \(peer): seq=\(sequence) rtt=\(milliseconds(Double(roundTrip))) ms\n"
}

/// Nanoseconds as milliseconds, to the microsecond.
func milliseconds(_ nanoseconds: Double) -> String { thousandths(nanoseconds / 1_000) }

/// Nanoseconds as microseconds, to the nanosecond.
func microseconds(_ nanoseconds: Double) -> String { thousandths(nanoseconds) }

/// So many thousandths, as a decimal fraction with three places: 41 is 0.041.
private func thousandths(_ number: Double) -> String {
    let (whole, rest) = Int64(number.rounded()).quotientAndRemainder(dividingBy: 1_000)
    return "\(whole).\(rest < 10 ? "00" : rest < 100 ? "0" : "")\(rest)"
}
