/// A benchmark's results as text: a block for each scenario, a line for each program.
struct BenchView {
    let report: BenchReport
    let style: Style

    var lines: [String] {
        var lines = [
            style.bold("Lab \(report.lab) · \(report.name)"),
            "\(report.machine.description), load \(decimals(report.machine.load, 2)) before",
            "medians of \(report.rounds) round\(report.rounds == 1 ? "" : "s") (lowest to highest)",
        ]
        for row in report.rows { lines += [""] + block(row) }
        if report.programs.count > 1 {
            lines += [
                "",
                "A ratio says how \(report.programs[0]) compares: above 1 it is ahead. Each round is compared by itself; this is the median.",
                "On a busy machine, that of the processor time each message takes is the steadier one.",
            ]
        }
        return lines
    }

    private func block(_ row: BenchReport.Row) -> [String] {
        let heading = style.bold(row.title)
        let cells = row.series.map { series in
            guard let median = series.median, series.failure == nil else { return [series.program, "failed: \(series.failure ?? "")"] }
            var cells = [series.program, row.figure.text(median)]
            if row.figure != .memory { cells.append("(\(short(series.minimum ?? 0)) to \(short(series.maximum ?? 0)))") }
            cells.append(series.ratio.map { "ratio \(decimals($0, 2))" } ?? "")
            if row.figure == .rate || row.figure == .throughput {
                cells.append("\(decimals(series.processorTime ?? 0, 2)) µs \(row.figure == .rate ? "each" : "for each MB")")
                cells.append(series.processorRatio.map { "ratio \(decimals($0, 2))" } ?? "")
            }
            if let latencies = series.latencies {
                cells.append("p50 \(short(latencies.p50)), p99 \(short(latencies.p99)), p99.9 \(short(latencies.p999)) µs")
            }
            return cells
        }
        // A failure's words are long, and no column of figures.
        let (failed, measured) = (cells.filter { $0.count == 2 }, cells.filter { $0.count > 2 })
        let lines = table(measured, width: max(style.width, 120), flexible: [], rightAligned: [1])
        return [heading] + (lines + failed.flatMap { wrap($0[1], width: style.proseWidth - 2, first: $0[0] + "  ") }).map { "  " + $0 }
    }
}

extension BenchScenario.Figure {
    /// A value with its unit: `170,511/s`.
    func text(_ value: Double) -> String {
        switch self {
        case .rate: "\(short(value))/s"
        case .throughput: "\(short(value)) MB/s"
        case .latency: "\(short(value)) µs"
        case .memory: "\(number(Int(value.rounded()))) B"
        }
    }
}

/// As many digits as say something: `170,511`, `45.2`.
func short(_ value: Double) -> String {
    value >= 1_000 ? number(Int(value.rounded())) : decimals(value, value >= 100 ? 0 : 1)
}

/// A number with so many digits behind the point.
func decimals(_ value: Double, _ digits: Int) -> String {
    let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
    let rounded = Int((value * Double(factor)).rounded())
    guard digits > 0 else { return number(rounded) }
    let rest = String(rounded % factor)
    return "\(number(rounded / factor)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
}
