import Foundation
import Grading

/// The variables in which Classroom 50's runner says what it is that is graded.
let classroom50Variables = ["CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"]

/// Classroom 50's `result.json` of one submission: a test for each check, all scores whole numbers.
///
/// - Parameter environment: The variables above, and `REVIEW_URL`, for which the commit's address stands in. One that is missing is an
///   empty text: a grade is worth more than its labels.
func classroom50Text(_ submission: Submission, date: Date, environment: [String: String]) throws -> String {
    var tests = submission.labs.flatMap { lab in
        lab.checks.map { Classroom50Test($0, of: lab) } + [lab.hidden.flatMap { Classroom50Test(hidden: $0, of: lab) }].compactMap { $0 }
    }
    // Without any test, it would count as passed.
    if let problem = submission.problem ?? (tests.isEmpty ? "no lab was graded" : nil) {
        tests.insert(Classroom50Test(problem: problem), at: 0)
    }
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let commit = value("COMMIT_URL") ?? ""
    return try jsonLine(
        Classroom50Result(
            classroom: value("CLASSROOM") ?? "", assignment: value("ASSIGNMENT") ?? "", submission: value("SUBMISSION_TAG") ?? "",
            commit: commit, release: value("RELEASE_URL") ?? "", review: value("REVIEW_URL") ?? commit, datetime: timestamp(date),
            score: submission.points, maxScore: submission.maxPoints, tests: tests))
}

/// The file's top level.
private struct Classroom50Result: Encodable {
    let schema = "classroom50/result/v1"
    let classroom, assignment, submission, commit, release, review, datetime: String
    let score: Int
    let maxScore: Int
    let tests: [Classroom50Test]

    enum CodingKeys: String, CodingKey {
        case schema, classroom, assignment, submission, commit, release, review, datetime, score
        case maxScore = "max-score"
        case tests
    }
}

/// One test. Keys beyond the first four are kept as they are.
private struct Classroom50Test: Encodable {
    let testName: String
    let passed: Bool
    let score: Int
    let maxScore: Int
    let status: String
    let message: String?

    init(_ check: CheckReport, of lab: LabReport) {
        testName = oneLine("\(check.number(inLab: lab.lab)) \(check.title) (\(check.id))")
        passed = check.status == .passed
        score = check.points
        maxScore = check.maxPoints
        status = check.status.rawValue
        message = check.message.map { abridged(visible($0), to: 4_000) }
    }

    /// All hidden checks of a lab, which are one test; none where a teacher reads, or they were not made.
    init?(hidden: HiddenChecks, of lab: LabReport) {
        guard hidden.names == nil, let points = hidden.points else { return nil }
        testName = "\(lab.lab) \(hidden.name)"
        passed = points == hidden.maxPoints
        (score, maxScore) = (points, hidden.maxPoints)
        status = (passed ? Verdict.passed : .failed).rawValue
        message = nil
    }

    /// What kept the submission from being graded.
    init(problem: String) {
        testName = "is built and graded"
        passed = false
        (score, maxScore) = (0, 0)
        status = Verdict.failed.rawValue
        message = abridged(visible(problem), to: 4_000)
    }

    enum CodingKeys: String, CodingKey {
        case testName = "test-name"
        case passed, score
        case maxScore = "max-score"
        case status, message
    }
}
