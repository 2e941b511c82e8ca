import Foundation
import Grading

/// Docs/performance.md with its tables, and its pictures: made from what `workbook bench --output` has kept, Docs/performance/lab-N.json.
///
/// The page's own words stay. A table stands between two comments that name the lab.
///
/// - Parameter read: The text of a file by its path in the workbook, or nil if there is none.
func performancePages(reading read: (String) -> String?) -> [(path: String, text: String)] {
    guard var page = read("Docs/performance.md") else { return [] }
    var pictures: [(path: String, text: String)] = []
    for lab in Lab.all {
        let path = "Docs/performance/lab-\(lab.number).json"
        guard let json = read(path), let report = try? BenchReport(json: Data(json.utf8)) else { continue }
        page = replacing(sectionOf: "lab \(lab.number)", in: page, with: performanceSection(report))
        pictures += report.plots.map { ("Docs/pictures/\($0.file)", $0.svg) }
    }
    return [("Docs/performance.md", page)] + pictures
}

/// The text with another content between `<!-- NAME begins -->` and `<!-- NAME ends -->`; as it was where it has no such place.
func replacing(sectionOf name: String, in text: String, with content: String) -> String {
    guard let start = text.range(of: "<!-- \(name) begins -->\n"),
        let end = text.range(of: "<!-- \(name) ends -->", range: start.upperBound..<text.endIndex)
    else { return text }
    return text[..<start.upperBound] + content + text[end.lowerBound...]
}

/// When and where, a table, and the pictures.
private func performanceSection(_ report: BenchReport) -> String {
    let day = report.date.formatted(.iso8601.year().month().day())
    let rows = report.rows.flatMap { row in
        row.series.enumerated().map { index, series in
            let cells = [index == 0 ? row.title : "", series.program] + performanceCells(series, row.figure)
            return "| \(cells.joined(separator: " | ")) |"
        }
    }
    let pictures = report.plots.map { plot in
        "![lab \(report.lab), \(plot.file.contains("latency") ? "latency by percentile" : "cost by the number of clients")]"
            + "(pictures/\(plot.file))\n"
    }
    let place =
        "Measured on \(day) on \(report.machine.description); load \(decimals(report.machine.load, 2)) in the minute before; "
        + "medians of \(report.rounds) round\(report.rounds == 1 ? "" : "s")."
    return """

        \(place)

        | scenario | program | median | lowest to highest | ratio | processor time | ratio | p50, p99, p99.9 in µs |
        |---|---|---|---|---|---|---|---|
        \(rows.joined(separator: "\n"))

        \(pictures.joined(separator: "\n"))\(pictures.isEmpty ? "" : "\n")
        """
}

private func performanceCells(_ series: BenchReport.Series, _ figure: BenchScenario.Figure) -> [String] {
    guard let median = series.median, series.failure == nil else {
        return ["failed: \((series.failure ?? "").replacing("|", with: "\\|"))", "", "", "", "", ""]
    }
    let isMemory = figure == .memory
    let time = series.processorTime.map { "\(decimals($0, 2)) µs\(figure == .throughput ? "/MB" : "")" }
    let latencies = series.latencies.map { "\(short($0.p50)), \(short($0.p99)), \(short($0.p999))" }
    return [
        figure.text(median), isMemory ? "" : "\(short(series.minimum ?? 0)) to \(short(series.maximum ?? 0))",
        series.ratio.map { decimals($0, 2) } ?? "", time ?? "", series.processorRatio.map { decimals($0, 2) } ?? "", latencies ?? "",
    ]
}
