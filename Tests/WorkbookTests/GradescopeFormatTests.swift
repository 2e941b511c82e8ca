import Foundation
import Testing

@testable import Grading
@testable import workbook

struct GradescopeFormatTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func `A test for each check, with its points`() throws {
        let submission = SampleClass.report.submissions[1]
        let result = try object(try gradescopeText(submission))
        let tests = try #require(result["tests"] as? [[String: Any]])
        #expect(tests.count == submission.labs.reduce(0) { $0 + $1.checks.count })
        #expect(tests.reduce(0) { $0 + ($1["score"] as? Int ?? 0) } == submission.points)
        #expect(tests.reduce(0) { $0 + ($1["max_score"] as? Int ?? 0) } == submission.maxPoints)
        for (test, check) in zip(tests, submission.labs.flatMap(\.checks)) {
            #expect(test["status"] as? String == (check.status == .passed ? "passed" : "failed"))
            #expect(test["output_format"] as? String == "text" && test["visibility"] as? String == "visible")
            #expect((test["output"] as? String)?.isEmpty == (check.status == .passed))
        }
        #expect(tests[0]["number"] as? String == "1.1")
        // Gradescope adds the scores up itself, and there was nothing to measure.
        #expect(result["score"] == nil && result["leaderboard"] == nil)
        #expect(result["stdout_visibility"] as? String == "hidden")
        #expect(result["execution_time"] as? Double == submission.seconds)
    }

    @Test func `Visibility and leaderboard are as asked for`() throws {
        let entry = LeaderboardEntry(name: "echoes per second", value: 12.5, order: "desc")
        let result = try object(
            try gradescopeText(
                SampleClass.report.submissions[0], GradescopeSettings(visibility: .afterDueDate, leaderboard: [entry])))
        let tests = try #require(result["tests"] as? [[String: Any]])
        #expect(result["visibility"] as? String == "after_due_date")
        #expect(tests.allSatisfy { $0["visibility"] as? String == "after_due_date" })
        let board = try #require(result["leaderboard"] as? [[String: Any]])
        #expect(board.count == 1 && board[0]["value"] as? Double == 12.5 && board[0]["order"] as? String == "desc")
    }

    @Test func `What could not be graded has no points, and says why`() throws {
        let nothing = try object(try gradescopeText(Submission(student: "Ada", labs: [], problem: "it does not build")))
        #expect(nothing["score"] as? Int == 0 && (nothing["tests"] as? [Any])?.isEmpty == true)
        #expect(nothing["output"] as? String == "it does not build")
        #expect(try object(try gradescopeText(Submission(student: "Ada", labs: [])))["output"] as? String == "No lab was graded.")
    }

    @Test func `The grader's own failure is not the student's`() throws {
        let check = CheckReport(Lab.echoServer.checks[0], .graderError, message: "the grader failed: x")
        let lab = LabReport(.echoServer, program: "p", checks: [check])
        #expect(try gradescopeText(Submission(student: "Ada", labs: [lab])).contains("This is not your mistake."))
    }

    @Test(arguments: SampleClass.hostile.submissions.indices) func `Hostile texts stay texts`(index: Int) throws {
        let text = try gradescopeText(SampleClass.hostile.submissions[index])
        let tests = try #require(try object(text)["tests"] as? [[String: Any]])
        #expect(tests.count == 4)
        for case let output as String in tests.map({ $0["output"] as Any }) {
            #expect(output.unicodeScalars.count < 11_000)
            #expect(output.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
        }
    }
}
