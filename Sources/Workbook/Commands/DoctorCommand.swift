import Grading
import LabProgram

extension Command {
    static let doctor = Command(
        name: "doctor", arguments: "", summary: "what this machine can do, and how to mend what it can't",
        details: ["Exit code: 0 if everything that is needed is there, 1 if not."]
    ) { options, context in
        try options.finish()
        let workspace = try? context.workspace
        var findings: [Finding] = []
        for examination in Examination.all(workspace) {
            context.console.status.show("looking at \(examination.name)")
            findings.append(examination.look())
        }
        context.console.status.clear()
        context.console.print(doctorReport(findings, style: context.console.style))
        return findings.contains { $0.state == .missing } ? 1 : 0
    }
}

/// One thing that was looked at.
struct Finding: Equatable, Sendable {
    let name: String
    let state: State
    /// What was found.
    let detail: String
    /// What to do if it is not there.
    var mend: String?

    enum State: Sendable {
        /// It is there.
        case present
        /// It is not there, and one can do without.
        case absent
        /// It is not there, and it is needed.
        case missing
    }
}

/// The findings, each with its mend, and what they come to.
func doctorReport(_ findings: [Finding], style: Style) -> [String] {
    let nameWidth = findings.map { columns($0.name) }.max() ?? 0
    var lines: [String] = []
    for finding in findings {
        let mark =
            switch finding.state {
            case .present: style.mark(.passed)
            case .absent: style.mark(.notRun)
            case .missing: style.mark(.failed)
            }
        let first = "\(mark) \(padded(finding.name, to: nameWidth))  "
        lines += wrap(finding.detail, width: style.proseWidth, first: first)
        guard finding.state != .present, let mend = finding.mend else { continue }
        lines += wrap(mend, width: style.proseWidth, first: String(repeating: " ", count: nameWidth + 4) + style.cyan("mend:") + " ")
    }
    let missing = findings.count { $0.state == .missing }
    let absent = findings.count { $0.state == .absent }
    lines.append("")
    if missing > 0 {
        let number = missing == 1 ? "One thing that is needed is" : "\(missing) things that are needed are"
        lines.append(style.red("\(number) missing."))
    } else {
        let number = absent == 1 ? "One thing that is good to have is" : "\(absent) things that are good to have are"
        let rest = absent == 0 ? "" : " \(number) not."
        lines.append("\(style.green("Everything that is needed is there."))\(rest)")
    }
    return lines
}
