import Foundation

/// The results of a benchmark: every single measurement, and what follows from them. `workbook bench --json` prints it.
struct BenchReport: Codable, Sendable {
    let lab: Int
    let name: String
    /// Processors that the benchmark could use.
    let processors: Int
    let kernel: String
    /// The programs, the one that is asked about first.
    let programs: [String]
    let rows: [Row]

    /// One scenario.
    struct Row: Codable, Sendable {
        let id: String
        let title: String
        let figure: BenchScenario.Figure
        /// What was measured of each program, in the order of `programs`.
        let series: [Series]
    }

    /// One program in one scenario.
    struct Series: Codable, Sendable {
        let program: String
        /// One for each round in which it worked.
        let results: [LoadResult]
        /// Why a measurement failed, if one did.
        let failure: String?
        /// Of the figure that the row is about: messages or connections a second, microseconds (the median latency), or bytes.
        let median: Double?
        let minimum: Double?
        let maximum: Double?
        /// Microseconds of processor time for a message or connection.
        let processorTime: Double?
        /// The median latencies, in microseconds.
        let p50: Double?
        let p99: Double?
        let p999: Double?
        /// How the first program's median compares with this one's: above 1 it is ahead, whatever is measured.
        let ratio: Double?
        /// The same of the processor time.
        let processorRatio: Double?

        /// - Parameter first: The first program's series, where this is another one's.
        init(_ program: String, _ results: [LoadResult], _ failure: String?, _ figure: BenchScenario.Figure, comparedWith first: Series?) {
            self.program = program
            self.results = results
            self.failure = failure
            let values = results.map { $0.value(of: figure) }
            median = values.median
            minimum = values.min()
            maximum = values.max()
            let isMeasured = figure != .memory
            processorTime = isMeasured ? results.map { $0.processorSeconds * 1e6 / Double(max(1, $0.count)) }.median : nil
            p50 = isMeasured ? results.map(\.p50).median : nil
            p99 = isMeasured ? results.map(\.p99).median : nil
            p999 = isMeasured ? results.map(\.p999).median : nil
            let factor = Series.quotient(median, first?.median)
            ratio = figure == .rate ? factor.map { 1 / $0 } : factor
            processorRatio = Series.quotient(processorTime, first?.processorTime)
        }

        private static func quotient(_ value: Double?, _ other: Double?) -> Double? {
            guard let value, let other, value > 0, other > 0 else { return nil }
            return value / other
        }
    }
}

extension LoadResult {
    func value(of figure: BenchScenario.Figure) -> Double {
        switch figure {
        case .rate: seconds > 0 ? Double(count) / seconds : 0
        case .latency: p50
        case .memory: bytesPerClient
        }
    }
}

extension [Double] {
    /// The value in the middle, or between the two in the middle; nil if there is none.
    var median: Double? {
        guard !isEmpty else { return nil }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
