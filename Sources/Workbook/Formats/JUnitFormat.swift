import Foundation
import Grading

/// JUnit's XML, as continuous integration reads it: a suite for each lab of each student, a test case for each check.
///
/// It holds to the strict schema of Ant's JUnit task and to that of Jenkins' xUnit plugin alike, which is why `testsuites` has no
/// attributes. A failed check is a failure, an error of the grader an error, and what is unsolved or was not run is skipped, with the reason.
/// What kept a submission from being graded is a failure of its own: nothing that was not run may look green.
func junitText(_ report: ClassReport) -> String {
    let isClass = report.submissions.count > 1
    let all = report.submissions.flatMap { suites(of: $0, isClass: isClass) }
    // The schema wants a time without a zone.
    let date = String(timestamp(report.date).dropLast())
    let texts = all.enumerated().map { number, suite in suite.text(number: number, date: date) }
    return (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites>"] + texts + ["</testsuites>", ""]).joined(separator: "\n")
}

/// The suites of one student. Among others', the student's name stands before everything else.
private func suites(of submission: Submission, isClass: Bool) -> [Suite] {
    let student = oneLine(submission.student)
    var suites: [Suite] = []
    if let problem = submission.problem ?? (submission.labs.isEmpty ? "no lab was graded" : nil) {
        let failure = Case(
            name: "is built and graded", group: isClass ? student : "submission", element: .failure, type: "not graded", reason: problem,
            text: problem)
        suites.append(Suite(name: isClass ? "\(student): submission" : "submission", cases: [failure], properties: [("student", student)]))
    }
    for lab in submission.labs {
        let name = oneLine(lab.name)
        let group = (isClass ? "\(student)." : "") + name
        var cases = lab.checks.map { Case($0, of: lab, group: "\(group).step-\($0.step)") }
        if let words = lab.hiddenWords {
            cases.append(Case(name: words, group: group, element: .skipped, type: "hidden", reason: "hidden", text: ""))
        }
        let properties = [
            ("student", student), ("program", lab.program), ("points", "\(lab.points)"), ("max_points", "\(lab.maxPoints)"),
        ]
        suites.append(Suite(name: isClass ? "\(student): \(name)" : name, cases: cases, properties: properties))
    }
    return suites
}

/// A suite, before it is written.
private struct Suite {
    let name: String
    let cases: [Case]
    let properties: [(name: String, value: String)]

    func text(number: Int, date: String) -> String {
        func count(_ element: Case.Element) -> Int { cases.count { $0.element == element } }
        let attributes = [
            ("id", "\(number)"), ("name", name), ("package", "workbook"), ("tests", "\(cases.count)"), ("failures", "\(count(.failure))"),
            ("errors", "\(count(.error))"), ("skipped", "\(count(.skipped))"),
            ("time", seconds(cases.reduce(0) { $0 + $1.milliseconds })), ("timestamp", date), ("hostname", "localhost"),
        ]
        let facts = properties.map { "      \(tag("property", [("name", $0.name), ("value", $0.value)], isEmpty: true))" }
        let lines =
            ["  \(tag("testsuite", attributes))", "    <properties>"] + facts + ["    </properties>"] + cases.map(\.text)
            + ["    <system-out></system-out>", "    <system-err></system-err>", "  </testsuite>"]
        return lines.joined(separator: "\n")
    }
}

/// A test case, before it is written.
private struct Case {
    /// What it holds, if it did not pass.
    enum Element: String { case failure, error, skipped }

    let name: String
    let group: String
    var milliseconds = 0
    let element: Element?
    let type: String
    /// One line; the first of what is given.
    let reason: String
    let evidence: String

    init(name: String, group: String, milliseconds: Int = 0, element: Element?, type: String, reason: String, text: String) {
        self.name = name
        self.group = group
        self.milliseconds = max(0, milliseconds)
        self.element = element
        self.type = type
        self.reason = firstLine(reason)
        evidence = abridged(visible(text), to: 20_000)
    }

    init(_ check: CheckReport, of lab: LabReport, group: String) {
        let element: Element? =
            switch check.status {
            case .passed: nil
            case .failed: .failure
            case .graderError: .error
            case .unsolved, .notRun: .skipped
            }
        let hasText = element == .failure || element == .error
        self.init(
            name: "\(check.number(inLab: lab.lab)) \(check.id)\(lab.mark(check.id)): \(check.title)", group: group,
            milliseconds: check.durationMs,
            element: element, type: check.status.rawValue, reason: check.message ?? check.status.word,
            text: hasText ? check.evidence(limit: 20_000) : "")
    }

    var text: String {
        let attributes = [("name", name), ("classname", group), ("time", seconds(milliseconds))]
        guard let element else { return "    \(tag("testcase", attributes, isEmpty: true))" }
        let start = "    \(tag("testcase", attributes))\n      "
        let end = "\n    </testcase>"
        guard element != .skipped else { return start + tag("skipped", [("message", reason)], isEmpty: true) + end }
        return start + tag(element.rawValue, [("message", reason), ("type", type)]) + markup(evidence) + "</\(element.rawValue)>" + end
    }
}

/// A tag with its attributes; line breaks in their values become spaces.
private func tag(_ name: String, _ attributes: [(name: String, value: String)], isEmpty: Bool = false) -> String {
    let values = attributes.map { " \($0.name)=\"\(markup(oneLine($0.value, limit: 1_000)))\"" }.joined()
    return "<\(name)\(values)\(isEmpty ? "/" : "")>"
}
