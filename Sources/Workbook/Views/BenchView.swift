/// A benchmark's results as text: a block for each scenario, a line for each program.
struct BenchView {
    let report: BenchReport
    let style: Style

    var lines: [String] {
        var lines = [
            style.bold("Lab \(report.lab) · \(report.name)"),
            "medians (lowest to highest) on \(report.processors) processor\(report.processors == 1 ? "" : "s"), Linux \(report.kernel)",
        ]
        for row in report.rows { lines += [""] + block(row) }
        if report.programs.count > 1 {
            lines += [
                "", "A ratio says how \(report.programs[0]) compares: above 1 it is ahead.",
                "On a busy machine, that of the processor time each message takes is the steadier one.",
            ]
        }
        return lines
    }

    private func block(_ row: BenchReport.Row) -> [String] {
        let heading = style.bold(row.title)
        let cells = row.series.map { series in
            guard let median = series.median else { return [series.program, "failed: \(series.failure ?? "")"] }
            var cells = [series.program, figure(median, row.figure)]
            if row.figure != .memory { cells.append("(\(short(series.minimum ?? 0)) to \(short(series.maximum ?? 0)))") }
            cells.append(series.ratio.map { "ratio \(decimals($0, 2))" } ?? "")
            if row.figure == .rate {
                cells.append("\(decimals(series.processorTime ?? 0, 2)) µs each")
                cells.append(series.processorRatio.map { "ratio \(decimals($0, 2))" } ?? "")
            }
            if row.figure != .memory {
                cells.append(
                    "p50 \(short(series.p50 ?? 0)), p99 \(short(series.p99 ?? 0)), p99.9 \(short(series.p999 ?? 0)) µs")
            }
            return cells
        }
        return [heading] + table(cells, width: max(style.width, 120), flexible: [], rightAligned: [1]).map { "  " + $0 }
    }

    private func figure(_ value: Double, _ figure: BenchScenario.Figure) -> String {
        switch figure {
        case .rate: "\(short(value))/s"
        case .latency: "\(short(value)) µs"
        case .memory: "\(number(Int(value.rounded()))) B"
        }
    }

    /// As many digits as say something: `170,511`, `45.2`.
    private func short(_ value: Double) -> String {
        value >= 1_000 ? number(Int(value.rounded())) : decimals(value, value >= 100 ? 0 : 1)
    }
}

/// A number with so many digits behind the point.
private func decimals(_ value: Double, _ digits: Int) -> String {
    let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
    let rounded = Int((value * Double(factor)).rounded())
    guard digits > 0 else { return number(rounded) }
    let rest = String(rounded % factor)
    return "\(number(rounded / factor)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
}
