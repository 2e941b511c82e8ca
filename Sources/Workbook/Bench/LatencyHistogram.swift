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
}
