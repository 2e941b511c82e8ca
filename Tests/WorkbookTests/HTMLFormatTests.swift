import Foundation
import Testing

@testable import Grading
@testable import workbook

/// The page, as a reader of markup finds it; how it looks was looked at.
struct HTMLFormatTests {
    private static let tags: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "header", "nav", "section", "h1", "h2", "h3", "h4", "p", "pre", "a", "b", "bdi",
        "br",
        "div", "span", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "svg", "rect", "circle",
    ]
    private static let attributes: Set<String> = [
        "lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "scope", "colspan", "title", "open", "viewBox",
        "preserveAspectRatio", "role", "aria-label", "x", "y", "width", "height", "cx", "cy", "r",
    ]

    @Test(arguments: SampleClass.reports.keys)
    func `It is well-formed, and nothing in it does anything or comes from elsewhere`(name: String) throws {
        try examine(htmlText(try #require(SampleClass.reports[name])))
    }

    @Test(arguments: SampleClass.hostile.submissions.indices) func `So is the page of one hostile student`(index: Int) throws {
        try examine(htmlText(ClassReport(date: SampleClass.date, submissions: [SampleClass.hostile.submissions[index]])))
    }

    private func examine(_ text: String) throws {
        let page = try MarkupReader.read(text)
        for element in page.all {
            #expect(Self.tags.contains(element.name), "\(element.name)")
            #expect(Self.attributes.isSuperset(of: element.attributes.keys), "\(element.attributes.keys)")
            if let target = element.attributes["href"] { #expect(target.hasPrefix("#")) }
        }
        let names = page.all.compactMap { $0.attributes["id"] }
        #expect(names.count == Set(names).count)
        let targets = page.all.compactMap { $0.attributes["href"] }.map { String($0.dropFirst()) }
        #expect(Set(names).isSuperset(of: targets))
        let style = try #require(page.all("style").first?.text)
        #expect(!style.contains("url(") && !style.contains("@import"))
        #expect(text.contains("default-src 'none'; style-src 'unsafe-inline'"))
    }

    @Test func `The matrix has a row for each student and a sign for each check`() throws {
        let page = try MarkupReader.read(htmlText(SampleClass.report))
        let matrices = page.all("table").filter { $0.attributes["class"] == "matrix" }
        #expect(matrices.count == Lab.all.count)
        for (index, lab) in Lab.all.enumerated() {
            let rows = matrices[index].all("tr").dropFirst(2)
            #expect(rows.count == 12)
            for (row, submission) in zip(rows, SampleClass.report.submissions) {
                let cells = row.all("td").map { $0.text + $0.children.map(\.text).joined() }
                #expect(cells == submission.labs[index].checks.map { $0.status.sign })
                #expect(cells.count == lab.checks.count)
            }
        }
    }

    @Test func `Pass rates and places where the class is stuck are counted`() throws {
        let statistics = ClassStatistics(SampleClass.report)
        let lab = statistics.labs[1]
        let results = SampleClass.report.submissions.map { $0.labs[1].checks[0] }
        #expect(lab.checks[0].count(.passed) == results.count { $0.status == .passed })
        #expect(lab.checks[0].total == 12)
        #expect(lab.checks.map(\.label).prefix(3) == ["1a", "1b", "1c"] && Set(lab.checks.map(\.label)).count == lab.checks.count)
        #expect(lab.steps.map(\.count).reduce(0, +) == lab.checks.count)
        let page = htmlText(SampleClass.report)
        #expect(page.contains("<td class=\"number\">\(lab.checks[0].count(.passed))/12</td>"))
        // Whoever is stuck is named once for each lab.
        let section = stuckSection(SampleClass.report, statistics.labs)
        let stuck = SampleClass.report.submissions.flatMap(\.labs).count { $0.firstFailing != nil }
        #expect(section.matches(of: /<a href/).count == stuck)
    }

    @Test func `Reports of single steps, in any order, come together in the lab's`() {
        let checks = Lab.all[1].checks
        func submission(_ some: [Check]) -> Submission {
            Submission(student: "a", labs: [LabReport(.echoServer, program: "p", checks: some.map { CheckReport($0, .passed) })])
        }
        let report = ClassReport(
            date: SampleClass.date, submissions: [submission(Array(checks[9...])), submission(Array(checks[..<12].reversed()))])
        let lab = ClassStatistics(report).labs[0]
        #expect(lab.checks.map(\.id) == checks.map(\.id))
        #expect(lab.checks[10].total == 2 && lab.checks[0].total == 1)
        #expect(ClassStatistics(ClassReport(date: SampleClass.date, submissions: [])).labs.isEmpty)
    }

    @Test func `Evidence is there, and folded up`() throws {
        let page = try MarkupReader.read(htmlText(SampleClass.one))
        let folds = page.all("details").filter { $0.attributes["class"] == "check" }
        let failed = SampleClass.one.submissions[0].labs.reduce(0) { $0 + $1.failed }
        #expect(folds.count == failed)
        // The first of each lab is open.
        #expect(folds.count { $0.attributes["open"] != nil } == SampleClass.one.submissions[0].labs.count { $0.failed > 0 })
        #expect(folds[0].all("pre")[0].text.hasPrefix("sent 264 bytes, got back 3"))
        #expect(folds[0].all("td").contains { $0.text == "received nothing more by the deadline" })
    }

    @Test func `Long transcripts keep their beginning and their end`() throws {
        var report = SampleClass.one
        let place = try #require(report.submissions[0].labs[1].checks.firstIndex { $0.status == .failed })
        report.submissions[0].labs[1].checks[place].transcript = (0..<200).map {
            Event(timeUs: $0, who: "w", what: "event \($0)!", data: nil)
        }
        let text = htmlText(report)
        #expect(
            text.contains("event 39!") && !text.contains("event 40!") && text.contains("event 160!")
                && text.contains("(120 lines left out)"))
    }

    @Test(arguments: [(0, "0 ms"), (999, "999 ms"), (1_000, "1.0 s"), (59_949, "59.9 s"), (59_999, "1 min 0 s"), (125_400, "2 min 5 s")])
    func `Durations are readable`(milliseconds: Int, text: String) {
        #expect(duration(milliseconds) == text)
    }
}
