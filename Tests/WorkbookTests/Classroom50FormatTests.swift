import Foundation
import Testing

@testable import Grading
@testable import workbook

struct Classroom50FormatTests {
    private let environment = [
        "CLASSROOM": "net", "ASSIGNMENT": "echo", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://c", "RELEASE_URL": "https://r",
    ]

    private func object(_ submission: Submission, _ environment: [String: String]) throws -> [String: JSON] {
        let text = try classroom50Text(submission, date: SampleClass.date, environment: environment)
        guard case .object(let members)? = JSON(text) else { throw CocoaError(.coderInvalidValue) }
        return members
    }

    @Test func `It is about what the runner says`() throws {
        let submission = SampleClass.report.submissions[1]
        let result = try object(submission, environment)
        let texts = [
            "schema": "classroom50/result/v1", "classroom": "net", "assignment": "echo", "submission": "submit/1", "commit": "https://c",
            "release": "https://r", "review": "https://c", "datetime": "2026-07-01T12:00:00Z",
        ]
        for (key, value) in texts { #expect(result[key] == .text(value)) }
        #expect(result["score"] == .number(submission.points) && result["max-score"] == .number(submission.maxPoints))
        #expect(Set(result.keys) == Set(texts.keys).union(["score", "max-score", "tests"]))
        #expect(try object(submission, environment.merging(["REVIEW_URL": "https://v"]) { $1 })["review"] == .text("https://v"))
        #expect(try object(submission, ["COMMIT_URL": "https://c", "REVIEW_URL": ""])["review"] == .text("https://c"))
        #expect(try object(submission, [:])["classroom"] == .text(""))
    }

    @Test(arguments: SampleClass.report.submissions.indices) func `Its scores are whole numbers that add up`(index: Int) throws {
        let submission = SampleClass.report.submissions[index]
        guard case .list(let tests)? = try object(submission, environment)["tests"] else { throw CocoaError(.coderInvalidValue) }
        var sums = (score: 0, most: 0)
        var names: Set<String> = []
        for case .object(let test) in tests {
            guard case .number(let score)? = test["score"], case .number(let most)? = test["max-score"],
                case .text(let name)? = test["test-name"],
                case .bool(let passed)? = test["passed"]
            else {
                Issue.record("a test without what it must have: \(test)")
                continue
            }
            sums = (sums.score + score, sums.most + most)
            #expect(!passed || score == most)
            #expect(names.insert(name).inserted, "\(name) is there twice")
        }
        #expect(sums == (submission.points, submission.maxPoints))
    }

    @Test func `What could not be graded did not pass`() throws {
        for submission in [Submission(student: "Ada", labs: []), Submission(student: "Ada", labs: [], problem: "it was ended")] {
            guard case .list(let tests)? = try object(submission, [:])["tests"], case .object(let test)? = tests.first else {
                throw CocoaError(.coderInvalidValue)
            }
            #expect(tests.count == 1 && test["passed"] == .bool(false) && test["max-score"] == .number(0))
        }
    }

    @Test(arguments: SampleClass.hostile.submissions.indices) func `Hostile texts stay texts`(index: Int) throws {
        let text = try classroom50Text(
            SampleClass.hostile.submissions[index], date: SampleClass.date, environment: ["CLASSROOM": "\"\n]]>"])
        #expect(JSON(text) != nil && text.utf8.count < 60_000)
    }
}
