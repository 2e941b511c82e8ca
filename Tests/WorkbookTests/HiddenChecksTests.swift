import Foundation
import Testing

@testable import Grading
@testable import workbook

/// Checks that are hidden from students: counted, and not described to them.
struct HiddenChecksTests {
    /// `half-close` failed and is hidden, as is `binary-data`, which passed; a check that needs `half-close` was not made.
    private static let submission: Submission = {
        let checks = Lab.echoServer.checks.map { check -> CheckReport in
            if check.id == "half-close" { return CheckReport(check, .failed, message: "the secret of half-close") }
            guard check.needs.contains("half-close") else { return CheckReport(check, .passed, durationMs: 3) }
            return CheckReport(check, .notRun, message: "builds on 'half-close', which did not pass")
        }
        var lab = LabReport(.echoServer, program: "p", checks: checks)
        lab.hide(["half-close", "binary-data", "of-another-lab"])
        return Submission(student: "Ada", labs: [lab])
    }()
    private static let one = ClassReport(date: SampleClass.date, submissions: [submission])
    private static let secrets = ["half-close,", "half-close)", "'half-close'", "half-close:", "binary-data", "the secret", "NUL included"]
    private static let style = Style(width: 100, hasColour: false, hasUnicode: true)

    private func text(_ format: ReportFormat, _ audience: Audience? = nil, of report: ClassReport = one) throws -> String {
        try format.text(of: report, for: audience, style: Self.style)
    }

    @Test func `They are counted, by their names in the lab's order`() throws {
        let lab = Self.submission.labs[0]
        #expect(lab.hidden?.names == ["binary-data", "half-close"] && lab.hidden?.count == 2)
        let worth = ["binary-data", "half-close"].compactMap { Lab.echoServer.check($0)?.points }
        #expect(lab.hidden?.points == worth[0] && lab.hidden?.maxPoints == worth[0] + worth[1])
        let told = lab.forStudent
        #expect(told.checks.count == lab.checks.count - 2 && told.points == lab.points && told.maxPoints == lab.maxPoints)
        #expect(told.failed == 0 && told.passed == lab.passed - 1 && told.hidden?.names == nil && told.hidden?.count == 2)
        #expect(told.checks.contains { $0.message == "builds on a hidden check, which did not pass" })
    }

    @Test(arguments: [ReportFormat.text, .json, .junit, .classroom50, .markdown, .html])
    func `A student is told how many there are, and nothing else`(format: ReportFormat) throws {
        let told = try text(format, .student)
        for secret in Self.secrets { #expect(!told.contains(secret), "\(secret)") }
        #expect(told.contains(format == .json ? #""hidden":{"count":2,"max_points":"# : "2 hidden checks"))
    }

    @Test(arguments: [ReportFormat.text, .json, .junit, .markdown, .html])
    func `A teacher sees them, marked`(format: ReportFormat) throws {
        let told = try text(format, .teacher)
        #expect(told.contains("the secret of half-close"))
        #expect(told.contains(format == .json ? #""names":["binary-data","half-close"]"# : "(hidden)"))
    }

    @Test func `What is about one student is for the student, unless programs read it`() throws {
        for format in ReportFormat.allCases where format != .gradescope {
            let audience = format == .json || format == .csv ? Audience.teacher : .student
            #expect(try text(format) == text(format, audience))
        }
        let several = ClassReport(date: SampleClass.date, submissions: [Self.submission, SampleClass.report.submissions[0]])
        for format in [ReportFormat.text, .junit, .markdown, .html] { #expect(try text(format, of: several).contains("half-close")) }
        let gradebook = try text(.csv, of: several)
        #expect(gradebook.contains("echo-server,echo-server (hidden),"))
    }

    @Test(arguments: [GradescopeVisibility.hidden, .afterDueDate]) func `Gradescope keeps them from students`(
        _ hidden: GradescopeVisibility
    ) throws {
        let settings = GradescopeSettings(hiddenVisibility: hidden)
        let text = try ReportFormat.gradescope.text(of: Self.one, style: Self.style, gradescope: settings)
        let result = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let tests = try #require(result["tests"] as? [[String: Any]])
        #expect(tests.count == Lab.echoServer.checks.count)
        for test in tests {
            let id = try #require((test["extra_data"] as? [String: Any])?["id"] as? String)
            let isHidden = ["half-close", "binary-data"].contains(id)
            #expect(test["visibility"] as? String == (isHidden ? hidden.rawValue : "visible"))
            if !isHidden { #expect((test["output"] as? String)?.contains("'half-close'") == false) }
        }
        let output = try #require(result["output"] as? String)
        #expect(output.contains("2 hidden checks (") && !output.contains("half-close"))
    }

    @Test(arguments: [
        (#"{"labs":{"echo-server":{"hidden":["half-clos"]}}}"#, "echo-server has no check 'half-clos' to hide; did you mean 'half-close'?"),
        (#"{"labs":{"echo-server":{"hiden":["half-close"]}}}"#, "echo-server: nothing is known of 'hiden'; did you mean 'hidden'?"),
        (#"{"lab":{}}"#, "nothing is known of 'lab'; did you mean 'labs'?"),
        (#"{"labs":{"echo-sever":{}}}"#, "there is no lab 'echo-sever'; did you mean 'echo-server'?"),
        (#"{"labs":{"echo-server":{"hidden":"half-close"}}}"#, "is no class file: labs.echo-server.hidden"),
    ])
    func `A slip in the class file is named`(text: String, message: String) throws {
        let fixture = try Fixture()
        try fixture.workspace.write(text, to: "class.json")
        let failure = #expect(throws: Failure.self) { try ClassFile(path: fixture.workspace.path("class.json")) }
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }

    @Test func `A class file decides on a submission`() throws {
        let fixture = try Fixture()
        try fixture.workspace.write(#"{"labs":{"echo-server":{"hidden":["half-close"]}}}"#, to: "class.json")
        var submission = Self.submission
        try ClassFile(path: fixture.workspace.path("class.json")).apply(to: &submission, handedInAt: nil)
        #expect(submission.labs[0].hidden?.names == ["half-close"])
        ClassFile().apply(to: &submission, handedInAt: nil)
        #expect(submission.labs[0].hidden == nil)
    }

    @Test func `A student's workbook has them not, and says so`() throws {
        let lab = Lab.echoServer.withholding(["half-close", "binary-data"])
        #expect(lab.checks.count == Lab.echoServer.checks.count - 2 && lab.hidden?.count == 2)
        let names = Set(lab.checks.map(\.id))
        for check in lab.checks { #expect(names.isSuperset(of: check.needs), "\(check.id) waits for a check that is not there") }
        let followers = Lab.echoServer.checks.filter { $0.needs.contains("half-close") }
        #expect(!followers.isEmpty)
        let before = try #require(Lab.echoServer.check("half-close")).needs
        for check in followers { #expect(lab.check(check.id).map { Set($0.needs).isSuperset(of: before) } == true) }
        let report = LabReport(lab, program: "p", checks: lab.checks.map { CheckReport($0, .passed) })
        let lines = ReportView(lab: lab, report: report, style: Self.style).lines
        #expect(lines.contains { $0.hasPrefix("2 hidden checks (") && $0.hasSuffix("), run when your work is graded") })
        let board = BoardView(labs: [lab], progress: StudentProgress(), style: Self.style, file: { _, _ in "" }, isChanged: { _ in false })
        #expect(board.lines.contains { $0.contains("2 hidden checks (") })
        #expect(Lab.echoServer.withholding([]).hidden == nil)
    }
}
