import Grading

/// Markdown as GitHub reads it, for a job's summary: the points as a table, then every check that failed, with its message.
///
/// A summary may have 1 MiB; what does not fit is counted and left out.
func markdownText(_ report: ClassReport, limit: Int = 900_000) -> String {
    let labs = ClassStatistics(report).labs
    let isClass = report.submissions.count != 1
    var parts = [isClass ? classTable(report, labs) : studentTable(report.submissions[0])]
    var size = parts[0].utf8.count
    var left = 0
    for submission in report.submissions {
        for section in sections(submission, isClass: isClass) {
            guard left == 0, size + section.utf8.count < limit else {
                left += 1
                continue
            }
            parts.append(section)
            size += section.utf8.count
        }
    }
    if left > 0 { parts.append("... and \(left) more, for which there is no room here.\n") }
    return parts.joined(separator: "\n")
}

/// One row for each student.
private func classTable(_ report: ClassReport, _ labs: [LabStatistics]) -> String {
    let rows = report.submissions.map { submission in
        let points = labs.map { lab in submission.report(of: lab).map { "\($0.points)" } ?? "" }
        let stuck =
            submission.firstFailing.map { "\($0.check.number(inLab: $0.lab.lab)) \(escaped($0.check.title))\($0.lab.mark($0.check.id))" }
            ?? ""
        let note = submission.problem.map { "**\(escaped($0))**" } ?? stuck
        return [escaped(submission.student)] + points + ["\(submission.points)", note]
    }
    let head = ["student"] + labs.map { "\(escaped($0.name)) (\($0.maxPoints))" } + ["total", "first check that does not pass"]
    return "# Results of \(report.submissions.count) students\n\n" + markdownTable(head, rows, numbers: 1...(labs.count + 1))
}

/// One row for each lab.
private func studentTable(_ submission: Submission) -> String {
    let rows = submission.labs.map { lab in
        ["\(lab.lab) \(escaped(lab.title))", "\(lab.points)", "\(lab.maxPoints)"]
            + [lab.passed, lab.failed, lab.unsolved, lab.notRun + lab.graderErrors].map { "\($0)" }
    }
    let total = ["**total**", "**\(submission.points)**", "**\(submission.maxPoints)**", "", "", "", ""]
    let head = ["lab", "points", "of", "passed", "failed", "not solved yet", "not run"]
    let hidden = submission.labs.compactMap { lab in lab.hiddenWords.map { "\nLab \(lab.lab) has \($0).\n" } }
    return "# Results of \(escaped(submission.student))\n\n" + markdownTable(head, rows + [total], numbers: 1...6) + hidden.joined()
}

func markdownTable(_ head: [String], _ rows: [[String]], numbers: ClosedRange<Int>) -> String {
    let rule = head.indices.map { numbers.contains($0) ? "---:" : "---" }
    return ([head, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}

/// What went wrong, a text for each check.
private func sections(_ submission: Submission, isClass: Bool) -> [String] {
    var sections: [String] = []
    if let problem = submission.problem { sections.append(fenced(abridged(visible(problem), to: 2_000))) }
    for lab in submission.labs {
        for check in lab.checks where check.status == .failed || check.status == .graderError {
            let title = "\(check.number(inLab: lab.lab)) \(escaped(check.id))\(lab.mark(check.id)): \(escaped(check.title))"
            let word = check.status == .graderError ? " (the grader failed: not the student's mistake)" : ""
            let text = ([check.message ?? "no reason given"] + check.remarks.map { "seen: \($0)" }).joined(separator: "\n")
            sections.append("### ✗ \(title)\(word)\n\n" + fenced(abridged(visible(text), to: 2_000)))
        }
    }
    if isClass, !sections.isEmpty { sections[0] = "## \(escaped(submission.student))\n\n" + sections[0] }
    return sections
}

/// Text as it is, in a fence longer than any in it.
func fenced(_ text: String) -> String {
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
        run = byte == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)text\n\(text)\n\(fence)\n"
}

/// Text in one line, in which nothing is markup.
func escaped(_ text: String) -> String { replacing(markdownReplacements, in: oneLine(text)) }

private let markdownReplacements = Dictionary(uniqueKeysWithValues: "\\`*_[]<>|~&#$".utf8.map { ($0, "\\\(Unicode.Scalar($0))") })
