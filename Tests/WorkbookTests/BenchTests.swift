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
        func result(_ count: Int) -> LoadResult { LoadResult(count: count, seconds: 1, processorSeconds: 0.5, p50: 10, p99: 20, p999: 30) }
        let first = BenchReport.Series("ours", [result(110), result(90), result(100)], nil, .rate, comparedWith: nil)
        let other = BenchReport.Series("theirs", [result(50)], nil, .rate, comparedWith: first)
        #expect(first.median == 100)
        #expect(first.minimum == 90)
        #expect(first.maximum == 110)
        #expect(other.ratio == 2)
        #expect(other.processorRatio == 2)
        let quick = BenchReport.Series("ours", [LoadResult(p50: 20)], nil, .latency, comparedWith: nil)
        #expect(BenchReport.Series("theirs", [LoadResult(p50: 30)], nil, .latency, comparedWith: quick).ratio == 1.5)
        let broken = BenchReport.Series("gone", [], "recv: Connection reset", .rate, comparedWith: first)
        #expect(broken.median == nil)
        let row = BenchReport.Row(id: "x", title: "messages", figure: .rate, series: [first, other, broken])
        let report = BenchReport(lab: 6, name: "x", processors: 2, kernel: "6", programs: ["ours", "theirs", "gone"], rows: [row])
        let text = BenchView(report: report, style: Style(width: 80)).lines.joined(separator: "\n")
        #expect(text.contains("ratio 2.00"))
        #expect(text.contains("failed: recv: Connection reset"))
        #expect(text.contains("5,000.00 µs each"))
    }

    @Test func `has rows for the servers, each with a name of its own`() throws {
        for lab in Lab.all {
            guard let rows = BenchScenario.all(of: lab) else { continue }
            #expect(Set(rows.map(\.id)).count == rows.count)
        }
        #expect(Lab.all.filter { BenchScenario.all(of: $0) != nil }.map(\.name) == ["echo-server", "multiplexed-server"])
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
