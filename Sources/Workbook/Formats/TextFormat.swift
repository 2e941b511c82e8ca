import Foundation
import Grading

/// The results for a person at a terminal: of one student, each lab with what did not pass; of a class, a table.
func plainText(_ report: ClassReport, style: Style) -> String {
    let lines = report.submissions.count == 1 ? studentLines(report.submissions[0], style) : classLines(report, style)
    return lines.map { $0 + "\n" }.joined()
}

private func studentLines(_ submission: Submission, _ style: Style) -> [String] {
    let total = "\(submission.points) of \(submission.maxPoints) points"
    var lines = [spread(style.bold("Results of \(oneLine(submission.student))"), total, width: style.proseWidth)]
    if let problem = submission.problem {
        lines += [""] + wrap(style.red(abridged(visible(problem), to: 4_000)), width: style.proseWidth)
    }
    for lab in submission.labs {
        let bar = style.bar(lab.points, of: lab.maxPoints, columns: 10)
        let title = style.bold("Lab \(lab.lab)\(style.separator)\(oneLine(lab.title))")
        lines += ["", spread(title, "\(bar) \(lab.points) of \(lab.maxPoints) points", width: style.proseWidth)]
        // Of a lab that was not graded at all, why.
        let reason = lab.notRun == lab.checks.count ? lab.checks.first?.message.map { firstLine($0).trimmingCharacters(in: [":"]) } : nil
        lines += wrap(style.dim(lab.counts(because: reason)), width: style.proseWidth, first: "  ")
        for check in lab.checks where check.status == .failed || check.status == .graderError {
            let name = "\(style.bold(oneLine(check.id)))\(lab.mark(check.id)) (step \(check.step)): \(oneLine(check.title))"
            lines += wrap(name, width: style.proseWidth, first: "  \(style.mark(check.status)) ")
            lines += wrap(firstLine(check.message ?? ""), width: style.proseWidth, first: "    ")
        }
    }
    return lines
}

private func classLines(_ report: ClassReport, _ style: Style) -> [String] {
    let labs = ClassStatistics(report).labs
    let head = ["student"] + labs.map { "lab \($0.number)" } + ["total", "first check that does not pass"]
    let most = ["of"] + labs.map { "\($0.maxPoints)" } + ["\(labs.reduce(0) { $0 + $1.maxPoints })", ""]
    let rows = report.submissions.map { submission in
        let stuck =
            submission.firstFailing.map { "\($0.check.number(inLab: $0.lab.lab)) \(oneLine($0.check.id))\($0.lab.mark($0.check.id))" } ?? ""
        return [oneLine(submission.student)] + labs.map { lab in submission.report(of: lab).map { "\($0.points)" } ?? "" }
            + ["\(submission.points)", submission.problem.map { oneLine($0) } ?? stuck]
    }
    let last = labs.count + 2
    return table([head, most] + rows, width: style.width, flexible: [last, 0], rightAligned: Set(1..<last))
}
