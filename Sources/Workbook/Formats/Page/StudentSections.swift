import Grading

// The parts of the page that are about one student.

/// Every student, folded up. What links lead to is inside of the folds: then a browser opens them.
func studentsSection(_ report: ClassReport, _ labs: [LabStatistics]) -> String {
    let most = labs.reduce(0) { $0 + $1.maxPoints }
    let students = report.submissions.enumerated().map { index, submission -> String in
        let parts = labs.compactMap { lab in
            submission.report(of: lab).map { StudentLab(report: $0, statistics: lab, student: index).inShort }
        }
        return "<details class=\"student\"><summary><b>\(name(submission.student))</b> "
            + "<span class=\"quiet\">\(submission.points) of \(most) points</span></summary>\n<div id=\"s\(index)\">"
            + problem(of: submission) + parts.joined(separator: "\n") + "</div></details>"
    }
    return "<section id=\"students\"><h2>Students</h2>\n\(students.joined(separator: "\n"))\n</section>"
}

/// What one student has done in one lab.
struct StudentLab {
    let report: LabReport
    let statistics: LabStatistics
    /// The student's place in the class.
    let student: Int

    /// What failed, with all that is known about it; the rest in a line.
    var inShort: String {
        let checks = statistics.checks.enumerated().compactMap { place, check in
            result(check.id).flatMap { $0.hasDetails ? details(of: $0, check.label, place) : nil }
        }
        return heading + "<p class=\"quiet\">\(report.counts)\(unsolved)</p>\n" + checks.joined(separator: "\n")
    }

    /// Every check, step by step.
    var inFull: String {
        var parts = ["<section class=\"lab\">", heading, "<p class=\"quiet\">\(report.counts)</p>"]
        let first = report.checks.first(where: \.hasDetails)?.id
        for step in statistics.steps {
            let results = report.checks.filter { $0.step == step.number }
            let (points, most) = (results.reduce(0) { $0 + $1.points }, results.reduce(0) { $0 + $1.maxPoints })
            parts.append(
                "<h4>Step \(step.number) \(markup(oneLine(step.title, ifEmpty: ""))) <span class=\"quiet\">\(points) of \(most)</span></h4>"
            )
            for (place, check) in statistics.checks.enumerated() where check.step == step.number {
                guard let result = result(check.id) else { continue }
                parts.append(
                    result.hasDetails ? details(of: result, check.label, place, isOpen: check.id == first) : line(result, check.label))
            }
        }
        return (parts + ["</section>"]).joined(separator: "\n")
    }

    private func result(_ id: String) -> CheckReport? { report.checks.last { $0.id == id } }

    private var heading: String {
        let words = "\(report.points) of \(report.maxPoints) points"
        return "<h3>Lab \(report.lab) · \(markup(oneLine(report.title))) <span class=\"quiet\">\(words)</span></h3>"
            + bar(report.points, of: report.maxPoints, "passed", words)
    }

    /// `; not solved yet from 4a on`.
    private var unsolved: String {
        guard let first = report.checks.first(where: { $0.status == .unsolved }),
            let label = statistics.checks.first(where: { $0.id == first.id })?.label
        else { return "" }
        return "; the first that is not solved yet is \(label)"
    }

    /// A check of which there is little to say.
    private func line(_ check: CheckReport, _ label: String) -> String {
        let reason = check.status == .passed ? duration(check.durationMs) : check.message.map(firstLine) ?? check.status.word
        return "<p class=\"check\">\(check.status.cell) \(label) \(markup(oneLine(check.title)))\(report.mark(check.id)) "
            + "<span class=\"quiet\">\(markup(reason))</span></p>"
    }

    /// A check that failed, folded up under its title unless it is to be open.
    private func details(of check: CheckReport, _ label: String, _ place: Int, isOpen: Bool = false) -> String {
        let message = check.message ?? "no reason given"
        var parts = [
            "<details class=\"check\"\(isOpen ? " open=\"open\"" : "")>"
                + "<summary>\(check.status.cell) \(label) "
                + "\(markup(oneLine(check.title)))\(report.mark(check.id)) <span class=\"quiet\">\(markup(oneLine(check.id)))</span></summary>",
            "<pre id=\"\(anchor(student: student, lab: statistics, place: place))\">\(markup(abridged(message, to: 4_000)))</pre>",
        ]
        parts += check.remarks.map { "<p><b>seen</b> \(markup(abridged($0, to: 1_000)))</p>" }
        if let hint = check.hint { parts.append("<p><b>hint</b> \(markup(abridged(hint, to: 1_000)))</p>") }
        if !check.transcript.isEmpty { parts.append(transcript(check.transcript)) }
        if let ladder = check.ladder, !ladder.isEmpty {
            let text = markup(abridged(ladder.map { abridged($0, to: 300) }.joined(separator: "\n"), to: 20_000))
            parts.append("<details class=\"more\"><summary>packets</summary><pre>\(text)</pre></details>")
        }
        return parts.joined(separator: "\n") + "</details>"
    }

    /// What happened: the beginning and the end of it, if it was much.
    private func transcript(_ events: [Event]) -> String {
        let most = 80
        let isLong = events.count > most
        let shown = isLong ? Array(events.prefix(most / 2) + events.suffix(most / 2)) : events
        var rows = shown.map { event in
            "<tr><td class=\"number\">\(milliseconds(event.timeUs))</td><td>\(markup(oneLine(event.who, ifEmpty: "")))</td>"
                + "<td>\(markup(abridged(event.what, to: 1_000)))</td><td>\(markup(abridged(event.data ?? "", to: 1_000)))</td></tr>"
        }
        if isLong { rows.insert("<tr><td></td><td></td><td>(\(events.count - most) lines left out)</td><td></td></tr>", at: most / 2) }
        return "<details class=\"more\"><summary>what happened, in \(events.count) lines</summary><div class=\"frame\">"
            + "<table class=\"transcript\"><thead><tr><th>time</th><th>who</th><th>what</th><th>data</th></tr></thead><tbody>\n"
            + rows.joined(separator: "\n") + "</tbody></table></div></details>"
    }
}
