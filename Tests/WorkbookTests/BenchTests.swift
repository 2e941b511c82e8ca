import Foundation
import Grading
import LabProgram
import Testing

@testable import workbook

@Suite struct BenchTests {
    @Test func `counts latencies to one percent`() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(50) == 0)
        for value in 1...100_000 { histogram.add(Int64(value) * 1_000) }
        #expect(histogram.total == 100_000)
        for percent in [1, 50, 99, 99.9, 100] {
            let expected = percent * 1_000_000
            #expect(abs(Double(histogram.percentile(percent)) / expected - 1) < 0.02, "\(percent)")
        }
        histogram.add(.max)
        #expect(histogram.percentile(100) > .max / 2)
    }

    @Test(arguments: [([], nil), ([3], 3), ([4, 1], 2.5), ([9, 1, 2], 2)] as [([Double], Double?)])
    func `takes the value in the middle`(_ values: [Double], _ median: Double?) {
        #expect(values.median == median)
    }

    @Test func `compares the other programs with the first, and shows it`() {
        func result(_ count: Int) -> LoadResult {
            LoadResult(count: count, seconds: 1, processorSeconds: 0.5, latencies: Latencies(p50: 10, p99: 20, p999: 30))
        }
        let first = BenchReport.Series("ours", [result(110), result(90), result(100)], nil, .rate, comparedWith: nil)
        let other = BenchReport.Series("theirs", [result(55), result(30), result(50)], nil, .rate, comparedWith: first)
        #expect(first.median == 100)
        #expect(first.minimum == 90)
        #expect(first.maximum == 110)
        #expect(other.ratio == 2)
        #expect(other.ratioMinimum == 2 && other.ratioMaximum == 3)
        #expect(other.processorRatio == 2)
        #expect(other.latencies?.p999 == 30)
        let quick = BenchReport.Series("ours", [LoadResult(latencies: Latencies(p50: 20))], nil, .latency, comparedWith: nil)
        let slow = BenchReport.Series("theirs", [LoadResult(latencies: Latencies(p50: 30))], nil, .latency, comparedWith: quick)
        #expect(slow.ratio == 1.5)
        let broken = BenchReport.Series("gone", [], "recv: Connection reset", .rate, comparedWith: first)
        #expect(broken.median == nil)
        let report = sample([("messages-1", 1, [first, other, broken])])
        let text = BenchView(report: report, style: Style(width: 80)).lines.joined(separator: "\n")
        #expect(text.contains("ratio 2.00"))
        #expect(text.contains("failed: recv: Connection reset"))
        #expect(text.contains("5,000.00 µs each"))
    }

    /// A report with these rows.
    private func sample(_ rows: [(id: String, clients: Int, series: [BenchReport.Series])]) -> BenchReport {
        let machine = BenchReport.Machine(processors: 2, model: "A & B", kernel: "6", compiler: "Swift version 6", load: 0.5)
        return BenchReport(
            lab: 6, name: "x", machine: machine, date: Date(timeIntervalSince1970: 1_800_000_000), rounds: 3,
            programs: rows.first?.series.map(\.program) ?? [],
            rows: rows.map {
                BenchReport.Row(
                    id: $0.id, title: "messages <\($0.clients)>", figure: .rate, unit: "messages", clients: $0.clients, series: $0.series)
            })
    }

    @Test func `draws what it has measured, and draws it again from what it has kept`() throws {
        func series(_ name: String, _ count: Int) -> BenchReport.Series {
            let latencies = Latencies(p50: 10, p90: 20, p99: 40, p999: 80, p9999: 4_000)
            let result = LoadResult(count: count, seconds: 1, processorSeconds: 0.5, latencies: latencies)
            return BenchReport.Series(name, [result], nil, .rate, comparedWith: nil)
        }
        let names = ["ours", "a name that is much too long for a chart", "third"]
        let report = sample([("messages-1", 1, names.map { series($0, 100_000) }), ("messages-64", 64, names.map { series($0, 250_000) })])
        #expect(report.plots.map(\.file) == ["bench-6-latency.svg", "bench-6-clients.svg"])
        for plot in report.plots {
            let drawing = try MarkupReader.read(plot.svg)
            let texts = drawing.all("text").map(\.text)
            #expect(texts.contains("ours") && texts.contains("a name that is much…") && texts.contains("A & B") == false)
            #expect(Set(drawing.all("polyline").compactMap { $0.attributes["stroke-dasharray"] }).count == 2, "the first is drawn through")
            for label in drawing.all("text") {
                let x = try #require(Double(label.attributes["x"] ?? ""))
                #expect((0...940).contains(x))
            }
        }
        let clients = try #require(report.plots.last?.svg)
        #expect(clients.contains(">50,000<") && clients.contains(">64<") && clients.contains(">microseconds<"))
        let again = try BenchReport(json: Data(report.json().utf8))
        #expect(again.plots.map(\.svg) == report.plots.map(\.svg))
        #expect(throws: Failure.self) { try BenchReport(savedIn: "/dev/null") }
        #expect(sample([("connections", 16, [])]).plots.isEmpty)
    }

    @Test(
        arguments: [([10, 100], [10, 100]), ([50, 50, 50], [50, 67, 84]), ([95, 96], [83, 100]), ([], [])] as [([Double], [Double])])
    func `keeps names from lying on each other`(_ heights: [Double], _ places: [Double]) {
        #expect(spread(heights, in: 0...100) == places)
    }

    @Test func `has rows for every lab, each with a name of its own`() throws {
        for lab in Lab.all {
            let rows = try #require(BenchScenario.all(of: lab))
            #expect(Set(rows.map(\.id)).count == rows.count && !rows.isEmpty)
        }
    }

    @Test func `takes an option several times`() throws {
        var options = Options(["--against", "a", "word", "--against=b c", "--other"])
        #expect(try options.values("against") == ["a", "b c"])
        #expect(try options.flag("other"))
        #expect(options.argument() == "word")
        try options.finish()
        #expect(throws: UsageError.self) {
            var options = Options(["--against"])
            _ = try options.values("against")
        }
    }
}
