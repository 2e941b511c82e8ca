import Foundation
import Testing

@testable import Grading
@testable import workbook

struct TextFormatTests {
    private func style(_ width: Int = 80) -> Style { Style(width: width, hasColour: false, hasUnicode: true) }

    @Test func `A student's labs, each with what failed`() {
        let submission = SampleClass.report.submissions[1]
        let text = plainText(ClassReport(date: SampleClass.date, submissions: [submission]), style: style())
        #expect(text.hasPrefix("Results of Grace Hopper"))
        #expect(text.contains("\(submission.points) of \(submission.maxPoints) points\n"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("  ✗ ") } == submission.labs.reduce(0) { $0 + $1.failed })
    }

    @Test func `A class is a table`() {
        let lines = plainText(SampleClass.report, style: style()).split(separator: "\n")
        #expect(lines[0].hasPrefix("student") && lines.contains { $0.hasPrefix("of ") })
        let points = SampleClass.report.submissions.first { $0.student == "Ada Lovelace" }?.points ?? 0
        #expect(lines.contains { $0.hasPrefix("Ada Lovelace") && $0.contains("\(points)") })
        #expect(lines.allSatisfy { columns($0) <= 80 })
    }

    @Test func `No text reaches the terminal's controls`() {
        let each = SampleClass.hostile.submissions.map { ClassReport(date: SampleClass.date, submissions: [$0]) }
        for report in each + [SampleClass.hostile] {
            let text = plainText(report, style: style())
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || $0 == "\n" || $0 == "\t" })
        }
    }

    @Test func `Texts are cut and escaped by code points`() {
        #expect(visible("a\u{1B}[0m\r\n\u{202E}é") == "a\\x1B[0m\\x0D\n\\u{202E}é")
        #expect(visible("a" + String(repeating: "\u{301}", count: 9)) == "a" + String(repeating: "\u{301}", count: 8) + "\\u{301}")
        #expect(oneLine(" a\n\tb ") == "a b" && oneLine("\n") == "(no name)")
        #expect(oneLine(String(repeating: "a", count: 300)) == String(repeating: "a", count: 200) + "...")
        #expect(firstLine("\r\n  one\r\ntwo") == "one" && firstLine("") == "no reason given")
        #expect(abridged("short", to: 5) == "short")
        #expect(abridged(String(repeating: "x", count: 30), to: 9) == "xxxxxx\n... (21 characters left out) ...\nxxx")
        #expect(abridged("a" + String(repeating: "\u{301}", count: 100), to: 9).unicodeScalars.count < 60)
        // With an accent above, a quotation mark is another character to Swift, and the same to a browser.
        #expect(markup("\"\u{301}<\u{301}&\u{301}") == "&quot;\u{301}&lt;\u{301}&amp;\u{301}")
        #expect([seconds(0), seconds(12), seconds(61_005), seconds(-1)] == ["0.000", "0.012", "61.005", "0.000"])
    }

    @Test func `A class has no file of one student`() throws {
        for format in ReportFormat.allCases {
            let isRefused = (try? format.text(of: SampleClass.report, style: style())) == nil
            #expect(isRefused == format.isOfOneStudent)
        }
    }
}
