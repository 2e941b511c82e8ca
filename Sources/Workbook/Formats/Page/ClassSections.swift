import Grading

// The parts of a class's page that are about all students together.

/// Each student's points in each lab, and where the student is stuck.
func pointsSection(_ report: ClassReport, _ labs: [LabStatistics]) -> String {
    let most = labs.reduce(0) { $0 + $1.maxPoints }
    let longest = report.submissions.map(\.seconds).max() ?? 0
    let rows = report.submissions.enumerated().map { index, submission in
        let points = labs.map { lab in
            "<td class=\"number\">\(submission.report(of: lab).map { "\($0.points)" } ?? "<span class=\"quiet\">none</span>")</td>"
        }
        let time = Int(submission.seconds * 1_000)
        let clock = longest > 0 ? "<td class=\"number\">\(submission.seconds > 0 ? duration(time) : "")</td>" : ""
        return "<tr><th scope=\"row\"><a href=\"#s\(index)\">\(name(submission.student))</a></th>"
            + "<td class=\"wide\">\(bar(submission.points, of: most, "passed", "\(submission.points) of \(most) points"))</td>"
            + points.joined() + "<td class=\"number\"><b>\(submission.points)</b></td><td>\(stuck(submission, labs))</td>\(clock)</tr>"
    }
    let heads =
        ["<th scope=\"col\">student</th><th class=\"wide\"></th>"]
        + labs.map { "<th scope=\"col\" class=\"number\">lab \($0.number)<br/><span class=\"quiet\">of \($0.maxPoints)</span></th>" } + [
            "<th scope=\"col\" class=\"number\">total<br/><span class=\"quiet\">of \(most)</span></th>",
            "<th scope=\"col\">first check that does not pass</th>",
            longest > 0 ? "<th scope=\"col\" class=\"number\">graded in</th>" : "",
        ]
    return "<section id=\"points\"><h2>Points</h2>" + scrolled("points", heads: "<tr>\(heads.joined())</tr>", rows) + "</section>"
}

/// The problem, or the first failing check of the first lab that has one.
private func stuck(_ submission: Submission, _ labs: [LabStatistics]) -> String {
    if let problem = submission.problem { return "<span class=\"failed\">\(markup(oneLine(problem, limit: 160)))</span>" }
    guard let (lab, check) = submission.firstFailing else {
        return submission.points == submission.maxPoints && submission.maxPoints > 0 ? "<span class=\"quiet\">none</span>" : ""
    }
    return "\(check.status.cell) lab \(lab.lab), \(label(check, lab, labs)) \(markup(oneLine(check.id)))"
}

private func label(_ check: CheckReport, _ lab: LabReport, _ labs: [LabStatistics]) -> String {
    labs.first { $0.name == lab.name }?.checks.first { $0.id == check.id }?.label ?? ""
}

/// Of each lab: which checks are the first that a student does not pass.
func stuckSection(_ report: ClassReport, _ labs: [LabStatistics]) -> String {
    let parts = labs.map { lab -> String in
        var students: [String: [Int]] = [:]
        for (index, submission) in report.submissions.enumerated() {
            guard let check = submission.report(of: lab)?.firstFailing else { continue }
            students[check.id, default: []].append(index)
        }
        let places = lab.checks.enumerated().filter { students[$0.element.id] != nil }
            .sorted { (-(students[$0.element.id]?.count ?? 0), $0.offset) < (-(students[$1.element.id]?.count ?? 0), $1.offset) }
        let rows = places.map { _, check -> String in
            let here = students[check.id] ?? []
            let names = here.prefix(12).map { "<a href=\"#s\($0)\">\(name(report.submissions[$0].student))</a>" }
            let more = here.count > 12 ? " and \(here.count - 12) more" : ""
            let words = "\(here.count) of \(report.submissions.count) students"
            return "<tr><th scope=\"row\">\(check.label) \(markup(oneLine(check.title)))\(check.hiddenWord)</th>"
                + "<td class=\"wide\">\(bar(here.count, of: report.submissions.count, "failed", words))</td>"
                + "<td class=\"number\">\(here.count)</td><td class=\"names\">\(names.joined(separator: ", "))\(more)</td></tr>"
        }
        let head = "<h3>Lab \(lab.number) · \(markup(oneLine(lab.title)))</h3>"
        guard !rows.isEmpty else { return head + "<p>Nobody is stuck in it.</p>" }
        let heads =
            "<tr><th scope=\"col\">check</th><th class=\"wide\"></th><th scope=\"col\" class=\"number\">students</th>"
            + "<th scope=\"col\">who</th></tr>"
        return head + scrolled("stuck", heads: heads, rows)
    }
    return "<section id=\"stuck\"><h2>Where the class is stuck</h2>"
        + "<p class=\"quiet\">The first check that each student does not pass.</p>" + parts.joined() + "</section>"
}

/// One lab: every student and every check, then every check with its pass rate and its time.
func labSection(_ lab: LabStatistics, _ report: ClassReport) -> String {
    "<section class=\"lab\" id=\"lab-\(lab.number)\"><h2>Lab \(lab.number) · \(markup(oneLine(lab.title)))</h2>"
        + matrix(lab, report)
        + (lab.hasHidden ? "<p class=\"quiet\">* hidden: counted like the others, and not described to students.</p>" : "")
        + checksTable(lab) + "</section>"
}

private func matrix(_ lab: LabStatistics, _ report: ClassReport) -> String {
    let steps = lab.steps.map { step in
        "<th scope=\"colgroup\" colspan=\"\(step.count)\" title=\"\(markup(oneLine(step.title, ifEmpty: "")))\">"
            + (step.count > 2 ? "step \(step.number)" : "\(step.number)") + "</th>"
    }
    let labels = lab.checks.map { check in
        let start = check.label.hasSuffix("a") && check.label.dropLast().allSatisfy(\.isNumber)
        return
            "<th scope=\"col\"\(start ? " class=\"first\"" : "") title=\"\(markup(oneLine(check.id)))\(check.hiddenWord)\">\(check.label)\(check.isHidden ? "*" : "")</th>"
    }
    let rows = report.submissions.enumerated().map { index, submission -> String in
        let results = Dictionary((submission.report(of: lab)?.checks ?? []).map { ($0.id, $0) }) { _, last in last }
        let cells = lab.checks.enumerated().map { place, check -> String in
            guard let result = results[check.id] else { return "<td></td>" }
            let sign = result.status.sign
            guard result.hasDetails else { return "<td class=\"\(result.status.styleName)\">\(sign)</td>" }
            let link = anchor(student: index, lab: lab, place: place)
            return "<td class=\"\(result.status.styleName)\"><a href=\"#\(link)\">\(sign)</a></td>"
        }
        return "<tr><th scope=\"row\"><a href=\"#s\(index)\">\(name(submission.student))</a></th>\(cells.joined())</tr>"
    }
    let heads = "<tr><th></th>\(steps.joined())</tr><tr><th scope=\"col\">student</th>\(labels.joined())</tr>"
    return scrolled("matrix", heads: heads, rows)
}

private func checksTable(_ lab: LabStatistics) -> String {
    let rows = lab.checks.map { check in
        let time = check.durations.isEmpty ? "" : duration(median(check.durations))
        return "<tr><td class=\"number\">\(check.label)</td>"
            + "<th scope=\"row\">\(markup(oneLine(check.title))) <span class=\"quiet\">\(markup(oneLine(check.id)))\(check.hiddenWord)</span></th>"
            + "<td class=\"wide\">\(verdictBar(check))</td><td class=\"number\">\(check.count(.passed))/\(check.total)</td>"
            + "<td class=\"number\">\(time)</td><td class=\"wide\">\(durationStrip(check.durations))</td></tr>"
    }
    let heads =
        "<tr><th></th><th scope=\"col\">check</th><th></th><th scope=\"col\" class=\"number\">passed</th>"
        + "<th scope=\"col\" class=\"number\">time, median</th>"
        + "<th class=\"scale\"><span>1 ms</span><span>0.1 s</span><span>10 s</span></th></tr>"
    return scrolled("checks", heads: heads, rows)
}

/// A table that scrolls sideways in its own frame where it is wider than the page.
func scrolled(_ style: String, heads: String, _ rows: [String]) -> String {
    "<div class=\"frame\"><table class=\"\(style)\"><thead>\(heads)</thead>\n<tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div>\n"
}

/// Where the details of a check stand in the page.
func anchor(student: Int, lab: LabStatistics, place: Int) -> String { "s\(student)-\(lab.number)-\(place)" }

extension CheckStatistics {
    /// `, hidden` behind the name of a check that is.
    fileprivate var hiddenWord: String { isHidden ? ", hidden" : "" }
}

extension CheckReport {
    /// Whether there is more to say than the verdict.
    var hasDetails: Bool { status == .failed || status == .graderError }
}
