import Grading

/// What Gradescope shows to whom. The values are Gradescope's own.
enum GradescopeVisibility: String, Codable, CaseIterable, Sendable {
    case hidden
    case afterDueDate = "after_due_date"
    case afterPublished = "after_published"
    case visible
}

/// A line of Gradescope's leaderboard: something that was measured.
struct LeaderboardEntry: Codable, Equatable, Sendable {
    let name: String
    let value: Double
    /// `asc` where less is better, `desc` where more is.
    let order: String
}

/// What a teacher decides about Gradescope's results.
struct GradescopeSettings: Sendable {
    /// Who sees the results, and when. If any test is hidden, students see no total.
    var visibility = GradescopeVisibility.visible
    /// The same of the checks that are hidden from students.
    var hiddenVisibility = GradescopeVisibility.hidden
    /// What was measured, if anything was.
    var leaderboard: [LeaderboardEntry] = []
}

/// Gradescope's `results.json` of one submission: a test for each check, which earns its points or nothing.
///
/// Gradescope adds up the tests' scores itself. Where no test could be made, the score of 0 is said outright, because the format asks for it.
/// Hidden checks are tests that Gradescope keeps from students: all else is written as a student may see it.
func gradescopeText(_ submission: Submission, _ settings: GradescopeSettings = GradescopeSettings()) throws -> String {
    let whole = submission
    let submission = whole.forStudent
    let tests = zip(whole.labs, submission.labs).flatMap { whole, lab in
        let visible = Dictionary(lab.checks.map { ($0.id, $0) }) { first, _ in first }
        return whole.checks.map { check in
            GradescopeTest(visible[check.id] ?? check, of: lab, whole.isHidden(check.id) ? settings.hiddenVisibility : settings.visibility)
        }
    }
    let problem = submission.problem ?? (submission.labs.isEmpty ? "No lab was graded." : nil)
    let summary = submission.labs.map(summary)
    return try jsonLine(
        GradescopeResults(
            score: tests.isEmpty ? 0 : nil, executionTime: submission.seconds,
            output: abridged(visible(([problem].compactMap { $0 } + summary).joined(separator: "\n")), to: 20_000),
            visibility: settings.visibility, tests: tests, leaderboard: settings.leaderboard.isEmpty ? nil : settings.leaderboard,
            extraData: ["workbook": Command.version]))
}

/// A line about a lab. What hidden checks have earned is not in it: Gradescope shows no total either where a test is hidden.
private func summary(_ lab: LabReport) -> String {
    var lab = lab
    lab.hidden?.points = nil
    let (points, most) = (lab.checks.reduce(0) { $0 + $1.points }, lab.checks.reduce(0) { $0 + $1.maxPoints })
    return "Lab \(lab.lab), \(lab.title): \(points) of \(most) points; \(lab.counts)"
}

/// The file's top level.
private struct GradescopeResults: Encodable {
    let score: Int?
    /// Seconds.
    let executionTime: Double
    let output: String
    /// Plain text, so that nothing a program wrote is taken for markup.
    let outputFormat = "text"
    let testOutputFormat = "text"
    let testNameFormat = "text"
    let visibility: GradescopeVisibility
    /// What the harness itself printed is for the instructors.
    let stdoutVisibility = GradescopeVisibility.hidden
    let tests: [GradescopeTest]
    let leaderboard: [LeaderboardEntry]?
    let extraData: [String: String]

    enum CodingKeys: String, CodingKey {
        case score
        case executionTime = "execution_time"
        case output
        case outputFormat = "output_format"
        case testOutputFormat = "test_output_format"
        case testNameFormat = "test_name_format"
        case visibility
        case stdoutVisibility = "stdout_visibility"
        case tests, leaderboard
        case extraData = "extra_data"
    }
}

/// One test.
private struct GradescopeTest: Encodable {
    let score: Int
    let maxScore: Int
    let status: String
    let name: String
    let nameFormat = "text"
    /// The lab and the step.
    let number: String
    let output: String
    let outputFormat = "text"
    let tags: [String]
    let visibility: GradescopeVisibility
    let extraData: [String: String]

    init(_ check: CheckReport, of lab: LabReport, _ visibility: GradescopeVisibility) {
        score = check.points
        maxScore = check.maxPoints
        status = check.status == .passed ? "passed" : "failed"
        name = oneLine("\(check.title) (\(check.id))")
        number = check.number(inLab: lab.lab)
        output =
            switch check.status {
            case .passed: ""
            case .failed: check.evidence(limit: 10_000)
            case .graderError: "The grader failed. This is not your mistake.\n" + check.evidence(limit: 10_000)
            case .unsolved, .notRun:
                "\(check.status.word)\(check.message.map { ": " + abridged(visible($0), to: 2_000) } ?? "")"
            }
        tags = [oneLine(lab.name)]
        self.visibility = visibility
        extraData = ["id": check.id, "verdict": check.status.rawValue]
    }

    enum CodingKeys: String, CodingKey {
        case score
        case maxScore = "max_score"
        case status, name
        case nameFormat = "name_format"
        case number, output
        case outputFormat = "output_format"
        case tags, visibility
        case extraData = "extra_data"
    }
}
