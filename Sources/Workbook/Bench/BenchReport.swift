import Foundation
import Grading

/// The results of a benchmark: every single measurement, and what follows from them. `workbook bench --json` prints it, `--output`
/// keeps it, and `--from` takes it up again.
struct BenchReport: Codable, Sendable {
    let lab: Int
    let name: String
    let machine: Machine
    let date: Date
    /// How often each row was measured; memory once.
    let rounds: Int
    /// The programs, the one that is asked about first.
    let programs: [String]
    let rows: [Row]

    /// What was measured on.
    struct Machine: Codable, Sendable {
        /// How many processors the benchmark could use, and of which kind.
        let processors: Int
        let model: String
        let kernel: String
        let compiler: String
        /// How many others wanted a processor in the minute before: the first number of /proc/loadavg.
        let load: Double
    }

    /// One scenario.
    struct Row: Codable, Sendable {
        let id: String
        let title: String
        let figure: BenchScenario.Figure
        /// What is counted: `messages`.
        let unit: String
        /// How many clients there are at a time; 0 where there are none.
        let clients: Int
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
        /// Of the figure that the row is about: units or megabytes a second, microseconds (the median latency), or bytes.
        let median: Double?
        let minimum: Double?
        let maximum: Double?
        /// Microseconds of processor time for a unit, or for a megabyte.
        let processorTime: Double?
        /// The medians of each percentile, where latencies were measured.
        let latencies: Latencies?
        /// How the first program compares with this one: above 1 it is ahead, whatever is measured. Each round is compared by itself, since
        /// the two were measured one after the other there; this is the median, and the others the extremes.
        let ratio: Double?
        let ratioMinimum: Double?
        let ratioMaximum: Double?
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
            let times = results.compactMap { $0.processorTime(of: figure) }
            processorTime = times.median
            latencies = Latencies.medians(of: results.compactMap(\.latencies))
            let others = first?.results ?? []
            let factors = Series.quotients(values, others.map { $0.value(of: figure) })
            let isMoreBetter = figure == .rate || figure == .throughput
            let ratios = isMoreBetter ? factors.map { 1 / $0 } : factors
            ratio = ratios.median
            ratioMinimum = ratios.min()
            ratioMaximum = ratios.max()
            processorRatio = Series.quotients(times, others.compactMap { $0.processorTime(of: figure) }).median
        }

        private static func quotients(_ values: [Double], _ others: [Double]) -> [Double] {
            zip(values, others).compactMap { $0 > 0 && $1 > 0 ? $0 / $1 : nil }
        }
    }

    /// As JSON: one object on one line.
    func json() throws -> String { try jsonLine(self) }

    /// What ``json()`` has written.
    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(BenchReport.self, from: json)
    }

    /// What was kept in a file.
    ///
    /// - Throws: ``Failure`` that names the file.
    init(savedIn path: String) throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure("\(path): there is no such file", code: 1) }
        do { try self.init(json: data) } catch {
            throw Failure(
                "\(path) is not what a benchmark printed", mend: "make one: \(Workspace.invocation) bench 2 --output \(path)", code: 1)
        }
    }

    init(lab: Int, name: String, machine: Machine, date: Date, rounds: Int, programs: [String], rows: [Row]) {
        (self.lab, self.name, self.machine, self.date) = (lab, name, machine, date)
        (self.rounds, self.programs, self.rows) = (rounds, programs, rows)
    }
}

extension BenchReport.Machine {
    /// This machine.
    static var own: Self {
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        let model = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
        let version = try? Grader.collect(["swift", "--version"], until: .after(.seconds(10))).output
        let compiler = String(decoding: version ?? [], as: UTF8.self).firstMatch(of: /Swift version [0-9.]+/).map { String($0.0) }
        return Self(
            processors: ProcessInfo.processInfo.activeProcessorCount,
            model: model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown",
            kernel: text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines),
            compiler: compiler ?? "unknown", load: text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0)
    }

    /// `2 processors (Intel Xeon), Linux 6.1, Swift version 6.3`.
    var description: String {
        "\(processors) processor\(processors == 1 ? "" : "s") (\(model)), Linux \(kernel), \(compiler)"
    }
}

extension LoadResult {
    func value(of figure: BenchScenario.Figure) -> Double {
        switch figure {
        case .rate, .throughput: seconds > 0 ? amount(of: figure) / seconds : 0
        case .latency: latencies?.p50 ?? 0
        case .memory: bytesPerClient
        }
    }

    /// Microseconds for a unit, or for a megabyte; nil where that was not measured.
    func processorTime(of figure: BenchScenario.Figure) -> Double? {
        figure == .memory || amount(of: figure) == 0 ? nil : processorSeconds * 1e6 / amount(of: figure)
    }

    private func amount(of figure: BenchScenario.Figure) -> Double { figure == .throughput ? Double(bytes) / 1e6 : Double(count) }
}

extension [Double] {
    /// The value in the middle, or between the two in the middle; nil if there is none.
    var median: Double? {
        guard !isEmpty else { return nil }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
