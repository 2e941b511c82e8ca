import Foundation

extension BenchReport {
    /// Pictures of the results, each a whole SVG file: latency by percentile, and cost by the number of clients. Only those
    /// for which there is something to draw.
    var plots: [(file: String, svg: String)] {
        [("latency", "latency by percentile", latencyCharts), ("clients", "cost by the number of clients", costCharts)]
            .filter { !$0.2.isEmpty }
            .map { (file: "bench-\(lab)-\($0.0).svg", svg: picture("Lab \(lab), \(name): \($0.1)", $0.2)) }
    }

    /// Charts beside and below each other, under one title.
    private func picture(_ title: String, _ charts: [LineChart]) -> String {
        let (width, height) = (460.0, 290.0)
        let columns = min(2, charts.count)
        let place = "over loopback, \(rounds == 1 ? "measured once" : "medians of \(rounds) rounds")"
        let lines = wrap("\(place); \(machine.description)", width: Int((width * Double(columns) + 16) / 7.2))
        let head = 60 + 18 * Double(lines.count)
        let size = (width: width * Double(columns) + 16, height: head + height * Double((charts.count + 1) / 2) + 8)
        let frames = charts.enumerated().map { index, chart in
            chart.elements(x: 8 + width * Double(index % 2), y: head + height * Double(index / 2), width: width, height: height)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(coordinate(size.width)) \(coordinate(size.height))" \
            width="\(coordinate(size.width))" height="\(coordinate(size.height))" role="img" aria-label="\(markup(title))">
            <title>\(markup(title))</title>
            <style>
            \(LineStyle.sheet)
            </style>
            <rect class="paper" width="100%" height="100%"/>
            \(text(title, x: 16, y: 32, "title"))
            \(lines.enumerated().map { text($1, x: 16, y: 54 + 18 * Double($0), "quiet") }.joined(separator: "\n"))
            \(frames.joined(separator: "\n"))
            </svg>

            """
    }

    // MARK: What is drawn

    /// A chart for each scenario with latencies; first those that were measured at a pace that does not depend on the answers.
    private var latencyCharts: [LineChart] {
        // How many nines: half of a hundred is 0.3, 90 is 1, 99 is 2.
        let percentiles: [(share: Double, label: String, part: KeyPath<Latencies, Double>)] = [
            (0.5, "p50", \.p50), (0.9, "p90", \.p90), (0.99, "p99", \.p99), (0.999, "p99.9", \.p999), (0.9999, "p99.99", \.p9999),
        ]
        func nines(_ share: Double) -> Double { -log10(1 - share) }
        let measured = rows.filter { $0.series.contains { $0.latencies != nil } }
        return (measured.filter { $0.figure == .latency } + measured.filter { $0.figure != .latency }).map { row in
            LineChart(
                title: row.title, quantity: "microseconds", scale: .logarithmic(least: 0.1),
                marks: percentiles.map { (nines($0.share), $0.label) }, axis: "percentile, by its number of nines",
                lines: row.series.map { series in
                    let points = series.latencies.map { latencies in
                        percentiles.map { LineChart.Point(x: nines($0.share), y: latencies[keyPath: $0.part]) }
                    }
                    return LineChart.Line(name: series.program, points: points ?? [])
                })
        }
    }

    /// What a message and a silent client cost, where that was measured with several numbers of clients.
    private var costCharts: [LineChart] {
        [
            chart("messages-", "processor time for a message of 64 bytes", "microseconds", .linear) { series in
                series.processorTime.map { ($0, nil) }
            },
            chart(
                "messages-", "messages of 64 bytes, one in flight for each client",
                "messages a second; upright lines: lowest to highest round", .linear
            ) { series in
                guard let median = series.median, let low = series.minimum, let high = series.maximum else { return nil }
                return (median, low...high)
            },
            chart("memory-", "the server's own memory for a client that is silent", "bytes a client", .logarithmic(least: 10)) { series in
                series.median.map { ($0, nil) }
            },
        ].compactMap { $0 }
    }

    private func chart(
        _ family: String, _ title: String, _ quantity: String, _ scale: LineChart.Scale,
        _ value: (Series) -> (Double, ClosedRange<Double>?)?
    ) -> LineChart? {
        let rows = rows.filter { $0.id.hasPrefix(family) && $0.clients > 0 }.sorted { $0.clients < $1.clients }
        guard rows.count > 1 else { return nil }
        return LineChart(
            title: title, quantity: quantity, scale: scale, marks: rows.map { (log10(Double($0.clients)), number($0.clients)) },
            axis: "clients at a time",
            lines: programs.indices.map { index in
                let points = rows.compactMap { row -> LineChart.Point? in
                    guard row.series.indices.contains(index), let (y, range) = value(row.series[index]) else { return nil }
                    return LineChart.Point(x: log10(Double(row.clients)), y: y, range: range)
                }
                return LineChart.Line(name: programs[index], points: points)
            })
    }
}
