import Foundation
import Testing

@testable import Grading
@testable import workbook

struct GradebookFormatTests {
    /// The cells of a text, as RFC 4180 reads them.
    private func cells(_ text: String) throws -> [[String]] {
        var (rows, row, cell) = ([[String]](), [String](), String.UnicodeScalarView())
        var (isQuoted, wasQuote) = (false, false)
        for scalar in text.unicodeScalars {
            if isQuoted {
                if scalar != "\"" { cell.append(scalar) }
                if scalar == "\"" { (isQuoted, wasQuote) = (false, true) }
                continue
            }
            switch scalar {
            case "\"":
                // Two quotation marks are one in the cell.
                if wasQuote { cell.append(scalar) } else { try #require(cell.isEmpty) }
                isQuoted = true
            case ",":
                row.append(String(cell))
                cell = .init()
            case "\r": continue
            case "\n":
                rows.append(row + [String(cell)])
                (row, cell) = ([], .init())
            default:
                try #require(!wasQuote)
                cell.append(scalar)
            }
            wasQuote = false
        }
        try #require(!isQuoted && row.isEmpty && cell.isEmpty)
        return rows
    }

    @Test func `A row for each student`() throws {
        let rows = try cells(gradebookText(SampleClass.report))
        #expect(rows[0] == ["student"] + Lab.all.map(\.name) + ["total", "max", "problem"])
        #expect(rows.count == 13 && rows.allSatisfy { $0.count == rows[0].count })
        for (row, submission) in zip(rows.dropFirst(), SampleClass.report.submissions) {
            #expect(row[0] == submission.student)
            #expect(row.dropFirst().prefix(Lab.all.count) == submission.labs.map { "\($0.points)" }[...])
            #expect(row[Lab.all.count + 1] == "\(submission.points)")
        }
        #expect(rows[12].last?.hasPrefix("it does not build: Labs/02-echo-server") == true)
        #expect(gradebookText(SampleClass.report).hasSuffix("\r\n"))
    }

    @Test func `A lab that was not graded is an empty cell`() throws {
        let report = ClassReport(
            date: SampleClass.date,
            submissions: [
                Submission(student: "A", labs: SampleClass.report.submissions[0].labs), Submission(student: "B", labs: []),
                Submission(student: "C", labs: [SampleClass.report.submissions[0].labs[1]]),
            ])
        let rows = try cells(gradebookText(report))
        #expect(rows[2].dropFirst().prefix(3) == ["", "", ""])
        #expect(rows[3].dropFirst().prefix(3) == ["", "\(SampleClass.report.submissions[0].labs[1].points)", ""])
        #expect(try cells(gradebookText(ClassReport(date: SampleClass.date, submissions: []))) == [["student", "total", "max", "problem"]])
    }

    @Test func `Names are texts, never formulas`() throws {
        let names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\n=1"]
        let plain = ["a=1", "Ada, \"the Countess\"", "two\nlines", "1", "", "O'Neil", "\"\u{301}"]
        let report = ClassReport(date: SampleClass.date, submissions: (names + plain).map { Submission(student: $0, labs: []) })
        let rows = try cells(gradebookText(report)).dropFirst().map { $0[0] }
        #expect(rows == names.map { "'" + $0 } + plain)
    }

    @Test func `Hostile texts stay in their cells`() throws {
        let rows = try cells(gradebookText(SampleClass.hostile))
        #expect(rows.count == SampleClass.hostileTexts.count + 1 && rows.allSatisfy { $0.count == rows[0].count })
        for cell in rows.flatMap({ $0 }) {
            #expect(!["=", "+", "-", "@"].contains(cell.unicodeScalars.first { !$0.properties.isWhitespace }))
            #expect(cell.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
        }
    }
}
