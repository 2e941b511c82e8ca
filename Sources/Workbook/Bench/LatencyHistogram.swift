/// How long many things took: counted in buckets, each about one percent wide, so that a count costs no memory and no sorting.
struct LatencyHistogram {
    /// A number takes as many of its upper bits as this; the others don't count.
    private static let precision = 7
    private static let half = 1 << (precision - 1)
    private var counts = [UInt32](repeating: 0, count: (64 - precision + 2) * half)
    /// How many there are.
    private(set) var total = 0

    /// Counts one.
    ///
    /// - Parameter nanoseconds: 0 and up.
    mutating func add(_ nanoseconds: Int64) {
        let value = UInt64(max(0, nanoseconds))
        let shift = max(0, 64 - value.leadingZeroBitCount - LatencyHistogram.precision)
        counts[shift * LatencyHistogram.half + Int(value >> UInt64(shift))] += 1
        total += 1
    }

    /// The time that so many of a hundred did not exceed, in nanoseconds; 0 if there is none.
    func percentile(_ percent: Double) -> Int64 {
        var rest = Int((Double(total) * percent / 100).rounded(.up))
        for (index, count) in counts.enumerated() where count > 0 {
            rest -= Int(count)
            if rest <= 0 { return LatencyHistogram.value(at: index) }
        }
        return 0
    }

    private static func value(at index: Int) -> Int64 {
        let shift = max(0, index / half - 1)
        return Int64(index - shift * half) << shift
    }

    /// The percentiles that a result holds.
    var percentiles: Latencies {
        func microseconds(_ percent: Double) -> Double { Double(percentile(percent)) / 1_000 }
        return Latencies(
            p50: microseconds(50), p90: microseconds(90), p99: microseconds(99), p999: microseconds(99.9), p9999: microseconds(99.99))
    }
}

/// Latencies in microseconds: what so many of a hundred did not exceed.
struct Latencies: Codable, Sendable, Equatable {
    var p50 = 0.0
    var p90 = 0.0
    var p99 = 0.0
    var p999 = 0.0
    var p9999 = 0.0

    /// The medians of several; nil if there are none.
    static func medians(of all: [Latencies]) -> Latencies? {
        func median(_ part: (Latencies) -> Double) -> Double { all.map(part).median ?? 0 }
        if all.isEmpty { return nil }
        return Latencies(p50: median(\.p50), p90: median(\.p90), p99: median(\.p99), p999: median(\.p999), p9999: median(\.p9999))
    }
}
