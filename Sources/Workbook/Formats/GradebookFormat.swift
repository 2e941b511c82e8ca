import Grading

/// A gradebook as comma-separated values (RFC 4180): a row for each student, with the points of each lab, their sum, what can be earned,
/// and what kept the submission from being graded. A lab that was not graded is an empty cell, not a zero. What is hidden from students in a lab
/// has a column of its own, with the points of the hidden checks among the lab's.
func gradebookText(_ report: ClassReport) -> String {
    let labs = ClassStatistics(report).labs
    let most = labs.reduce(0) { $0 + $1.maxPoints }
    let head = ["student"] + labs.flatMap { $0.hasHidden ? [$0.name, "\($0.name) (hidden)"] : [$0.name] } + ["total", "max", "problem"]
    let rows = report.submissions.map { submission in
        [submission.student]
            + labs.flatMap { lab -> [String] in
                let own = submission.report(of: lab)
                let points = own.map { "\($0.points)" } ?? ""
                return lab.hasHidden ? [points, own?.hidden?.points.map { "\($0)" } ?? ""] : [points]
            }
            + ["\(submission.points)", "\(most)", submission.problem.map { oneLine($0, limit: 300) } ?? ""]
    }
    return ([head] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
}

/// A cell: in quotes where it must be, and never what a spreadsheet takes for a formula.
///
/// Programs begin a formula at these characters, some of them also after white space; an apostrophe makes it a text.
private func cell(_ text: String) -> String {
    var text = visible(text)
    let formulas: Set<Unicode.Scalar> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
    if let first, formulas.contains(first) || ["\t", "\n"].contains(text.unicodeScalars.first) { text = "'" + text }
    guard text.utf8.contains(where: { [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) }) else { return text }
    return "\"" + replacing([UInt8(ascii: "\""): "\"\""], in: text) + "\""
}
