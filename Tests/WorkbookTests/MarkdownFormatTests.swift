import Foundation
import Testing

@testable import Grading
@testable import workbook

struct MarkdownFormatTests {
    private func lines(_ text: String) -> [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) } }

    /// A line without the characters that a backslash has made plain.
    private func unescaped(_ line: String) -> String {
        var (result, isEscaped) = (String.UnicodeScalarView(), false)
        for scalar in line.unicodeScalars {
            if !isEscaped, scalar != "\\" { result.append(scalar) }
            isEscaped = !isEscaped && scalar == "\\"
        }
        return String(result)
    }

    /// How many borders a row of a table has.
    private func borders(_ row: String) -> Int { unescaped(row).unicodeScalars.count { $0 == "|" } }

    /// The lines that are not in a fence.
    private func markup(_ text: String) throws -> [String] {
        var (outside, fence) = ([String](), "")
        for line in lines(text) {
            let mark = String(line.prefix { $0 == "`" })
            if fence.isEmpty {
                if mark.count >= 3 { fence = mark } else { outside.append(line) }
            } else if line == fence {
                fence = ""
            }
        }
        try #require(fence.isEmpty, "a fence is not closed")
        return outside
    }

    @Test func `A student's labs, then what failed`() throws {
        let submission = SampleClass.report.submissions[1]
        let text = markdownText(ClassReport(date: SampleClass.date, submissions: [submission]))
        let lines = lines(text)
        #expect(lines[0] == "# Results of Grace Hopper")
        #expect(lines.contains("| **total** | **\(submission.points)** | **\(submission.maxPoints)** |  |  |  |  |"))
        #expect(lines.count { $0.hasPrefix("### ✗ ") } == submission.labs.reduce(0) { $0 + $1.failed })
        #expect(lines.contains("sent 264 bytes, got back 3: stopped before the NUL byte at offset 3"))
    }

    @Test func `A row for each student of a class`() throws {
        let text = markdownText(SampleClass.report)
        let rows = try markup(text).filter { $0.hasPrefix("|") }
        #expect(rows.count == 14 && rows.allSatisfy { borders($0) == Lab.all.count + 4 })
        #expect(rows.contains { $0.hasPrefix("| Leonard Kleinrock |") && $0.contains("**it does not build: ") })
        #expect(text.contains("## Leonard Kleinrock\n\n```text\nit does not build:\nLabs/"))
        #expect(text.contains("the grader failed: not the student's mistake"))
    }

    @Test func `Nothing in a text is markup`() throws {
        let outside = try markup(markdownText(SampleClass.hostile))
        // The class, then each student with two checks.
        #expect(outside.count { $0.hasPrefix("#") } == 1 + SampleClass.hostileTexts.count * 3)
        let plain = outside.map { unescaped($0).replacing(/^(# |## |### )/, with: "") }
        for line in plain where !line.hasPrefix("|") { #expect(line.utf8.allSatisfy { !"`*_[]<>|~&#$".utf8.contains($0) }, "\(line)") }
        let rows = outside.filter { $0.hasPrefix("|") }
        #expect(rows.count == SampleClass.hostileTexts.count + 2 && rows.allSatisfy { borders($0) == 5 })
        #expect(outside.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test func `It fits into a job's summary`() {
        let text = markdownText(SampleClass.report, limit: 3_000)
        #expect(text.utf8.count < 3_100)
        #expect(text.hasSuffix("more, for which there is no room here.\n"))
        let many = ClassReport(
            date: SampleClass.date, submissions: Array(repeating: SampleClass.hostile.submissions, count: 40).flatMap { $0 })
        #expect(markdownText(many).utf8.count < 1 << 20)
    }
}
