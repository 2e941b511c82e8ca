import Foundation
import Grading

/// The results as one page that needs nothing else: no script, no font, no picture from anywhere.
///
/// It says so itself in its content security policy; so even if something that a program wrote were taken for markup, it could do nothing.
/// All tags are closed and all attributes quoted, as in XML, so that it can be checked by machine.
func htmlText(_ report: ClassReport) -> String {
    let statistics = ClassStatistics(report)
    let isClass = report.submissions.count != 1
    let title = isClass ? "Results of \(report.submissions.count) students" : "Results of \(oneLine(report.submissions[0].student))"
    let body = isClass ? classBody(report, statistics) : studentBody(report.submissions[0], statistics)
    return htmlPage(title, "\(readable(report.date)) · workbook \(markup(oneLine(report.workbook)))", body)
}

/// A whole page.
///
/// - Parameters:
///   - title: A text.
///   - facts: Markup, in small letters under the title.
///   - body: Markup.
func htmlPage(_ title: String, _ facts: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(markup(title))</title>
    <style>
    \(pageStyle)
    </style>
    </head>
    <body>
    <header>
    <h1>\(name(title))</h1>
    <p class="quiet">\(facts)</p>
    </header>
    \(body)
    </body>
    </html>

    """
}

/// The page of a class: how far it is, where it is stuck, each lab check by check, then each student.
private func classBody(_ report: ClassReport, _ statistics: ClassStatistics) -> String {
    let labs = statistics.labs
    let links =
        [("points", "Points"), ("stuck", "Where it is stuck")] + labs.map { ("lab-\($0.number)", "Lab \($0.number)") }
        + [("students", "Students")]
    let navigation = links.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }.joined(separator: " ")
    return
        (["<nav>\(navigation)</nav>", tiles(report, labs), legend, pointsSection(report, labs), stuckSection(report, labs)]
        + labs.map { labSection($0, report) } + [studentsSection(report, labs)]).joined(separator: "\n")
}

/// The page of one student: each lab, step by step.
private func studentBody(_ submission: Submission, _ statistics: ClassStatistics) -> String {
    let facts =
        [tile("\(submission.points)", "of \(submission.maxPoints) points")]
        + submission.labs.map { tile("\($0.points)", "of \($0.maxPoints) in lab \($0.lab)") }
    let labs = statistics.labs.compactMap { lab in
        submission.report(of: lab).map { StudentLab(report: $0, statistics: lab, student: 0).inFull }
    }
    return ([tileRow(facts), legend, problem(of: submission)] + labs).filter { !$0.isEmpty }.joined(separator: "\n")
}

/// A few figures in large type.
private func tiles(_ report: ClassReport, _ labs: [LabStatistics]) -> String {
    let most = labs.reduce(0) { $0 + $1.maxPoints }
    let points = report.submissions.map(\.points).sorted()
    let all = report.submissions.count { $0.points == most && most > 0 }
    let troubled = report.submissions.count { $0.problem != nil }
    let graderErrors = report.submissions.flatMap(\.labs).reduce(0) { $0 + $1.graderErrors }
    var facts = [
        tile("\(report.submissions.count)", "students"), tile("\(median(points))", "of \(most) points is the median"),
        tile("\(all)", "passed every check"), tile("\(troubled)", "could not be graded as they should"),
    ]
    if graderErrors > 0 { facts.append(tile("\(graderErrors)", "checks on which the grader itself failed")) }
    return tileRow(facts)
}

private func tile(_ figure: String, _ words: String) -> String { "<div><b>\(figure)</b> <span>\(markup(words))</span></div>" }
private func tileRow(_ tiles: [String]) -> String { "<div class=\"tiles\">\(tiles.joined())</div>" }

/// What the signs mean.
let legend: String = {
    let signs = Verdict.inOrder.map { "<span>\($0.cell) \($0.word)</span>" }
    return "<p class=\"legend\">\(signs.joined(separator: " "))</p>"
}()

/// What kept a submission from being graded; empty if nothing did.
func problem(of submission: Submission) -> String {
    guard let problem = submission.problem else { return "" }
    return "<pre class=\"problem\">\(markup(abridged(problem, to: 4_000)))</pre>"
}

/// A text that somebody chose, kept from running into its neighbours whichever way it is written.
func name(_ text: String) -> String { "<bdi>\(markup(oneLine(text)))</bdi>" }

/// The one in the middle; 0 if there is none.
func median(_ sorted: [Int]) -> Int { sorted.isEmpty ? 0 : sorted[(sorted.count - 1) / 2] }

/// `31 ms`, `5.0 s`, `2 min 5 s`.
func duration(_ milliseconds: Int) -> String {
    if milliseconds < 1_000 { return "\(max(0, milliseconds)) ms" }
    if milliseconds < 59_950 { return "\((milliseconds + 50) / 1_000).\((milliseconds + 50) / 100 % 10) s" }
    return "\((milliseconds + 500) / 60_000) min \((milliseconds + 500) / 1_000 % 60) s"
}

/// `2026-07-01 12:03 UTC`.
func readable(_ date: Date) -> String {
    let text = timestamp(date)
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
}

extension Verdict {
    /// In the order of a bar.
    static let inOrder: [Verdict] = [.passed, .failed, .unsolved, .notRun, .graderError]

    /// What it is called in the page's style.
    var styleName: String { rawValue }

    /// A sign that can be told from the others without colour.
    var sign: String { Style(hasColour: false, hasUnicode: true).mark(self) }

    /// The sign, in its colour.
    var cell: String { "<span class=\"sign \(styleName)\">\(sign)</span>" }
}
