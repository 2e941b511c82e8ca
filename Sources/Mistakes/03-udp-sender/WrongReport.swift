import Glibc
import LabProgram
import Sockets

/// Counts and times, and how they are printed.
struct WrongReport {
    var sent = 0, received = 0, duplicates = 0, reordered = 0, retransmitted = 0, ignored = 0
    /// In milliseconds, in the order of arrival.
    private var times: [(sequence: UInt32, time: Double)] = []

    mutating func add(_ milliseconds: Double, _ sequence: UInt32, _ settings: Settings, _ peer: SocketAddress) {
        let time = makes("half-the-round-trip") ? milliseconds / 2 : milliseconds
        // As the line shows it, so that the summary agrees with the lines.
        times.append((sequence, (time * 1_000).rounded() / 1_000))
        if settings.json && !makes("lines-with-json") { return }
        let shown = decimal(makes("microseconds-as-milliseconds") ? time * 1_000 : time)
        let line = "\(settings.size) bytes from \(peer): seq=\(sequence) rtt=\(shown) ms"
        write(makes("line-reworded") ? "reply \(sequence) after \(shown) ms" : line)
    }

    func print(_ settings: Settings, _ duration: Duration) {
        let lost = makes("lost-are-unknown") ? 0 : sent - received
        if settings.json { return write(json(lost, duration)) }
        let perMille = sent == 0 ? 0 : (lost * 1_000 + sent / 2) / sent
        let share = makes("whole-percents") ? "\(perMille / 10)" : "\(perMille / 10).\(perMille % 10)"
        write(
            "\(sent) sent, \(received) received, \(share)% lost, \(duplicates) duplicated, \(reordered) reordered, \(retransmitted) retransmitted, \(ignored) ignored"
        )
        if times.isEmpty { return }
        let (low, average, high, deviation) = statistics
        write(
            "rtt min/avg/max/stddev = \(decimal(low))/\(decimal(average))/\(decimal(high))/\(decimal(deviation)) ms, jitter \(decimal(jitter)) ms"
        )
    }

    private func json(_ lost: Int, _ duration: Duration) -> String {
        let unit = makes("json-in-milliseconds") ? 1.0 : 1_000.0
        let (low, average, high, deviation) = statistics
        var rtt =
            "{\"min\":\(decimal(low * unit)),\"avg\":\(decimal(average * unit)),\"max\":\(decimal(high * unit)),\"stddev\":\(decimal(deviation * unit))}"
        if times.isEmpty && !makes("zeros-without-replies") { rtt = "null" }
        let more = makes("key-misspelled") ? "retransmits" : "retransmitted"
        let time = duration / .milliseconds(1) * (makes("duration-in-seconds") ? 0.001 : 1)
        return
            "{\"sent\":\(sent),\"received\":\(received),\"lost\":\(lost),\"duplicates\":\(duplicates),\"reordered\":\(reordered),\"\(more)\":\(retransmitted),\"ignored\":\(ignored),\"rtt_us\":\(rtt),\"jitter_us\":\(decimal(jitter * unit)),\"duration_ms\":\(decimal(time))}"
    }

    private var statistics: (Double, Double, Double, Double) {
        let series = times.map(\.time)
        guard let low = series.min(), let high = series.max() else { return (0, 0, 0, 0) }
        let average = series.reduce(0, +) / Double(series.count)
        let squares = series.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        let divisor = makes("deviation-of-a-sample") ? max(1, series.count - 1) : series.count
        return (low, makes("average-of-extremes") ? (low + high) / 2 : average, high, (squares / Double(divisor)).squareRoot())
    }

    private var jitter: Double {
        let series = (makes("jitter-by-sequence") ? times.sorted { $0.sequence < $1.sequence } : times).map(\.time)
        let differences = zip(series, series.dropFirst()).map { abs($1 - $0) }
        if makes("jitter-is-the-mean") { return differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count) }
        if makes("jitter-is-the-deviation") { return statistics.3 }
        return differences.reduce(0) { $0 + ($1 - $0) / 16 }
    }

    private func write(_ line: String) { try? StandardStream.output.write(Array("\(line)\n".utf8).span) }
}

/// Three places after the point.
private func decimal(_ number: Double) -> String {
    let (whole, rest) = Int((number * 1_000).rounded()).quotientAndRemainder(dividingBy: 1_000)
    return "\(whole).\(rest < 10 ? "00" : rest < 100 ? "0" : "")\(rest)"
}
