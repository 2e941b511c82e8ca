import Grading
import LabProgram

extension Command {
    static let solution = Command(
        name: "solution", arguments: "LAB [--reveal]", summary: "the reference solution, once the lab is passed",
        details: ["--reveal  shows it now"]
    ) { options, context in
        let isRevealed = try options.flag("reveal")
        guard let lab = try options.lab() else { throw UsageError("LAB is missing") }
        try options.finish()
        let workspace = try context.workspace
        let files = lab.files.map { "\(lab.solutionFolder)/\($0)" }.compactMap { path in
            workspace.text(path).map { (path: path, text: Starter.withoutMarkers($0)) }
        }
        guard !files.isEmpty else { throw Failure("this edition of the workbook has no solution of lab \(lab.number)", code: 1) }
        let missing = try context.progress().neverPassed(in: lab)
        guard isRevealed || missing.isEmpty else {
            context.console.print(lockedSolution(lab, missing: missing, style: context.console.style))
            return 1
        }
        let style = context.console.style
        let lines = files.flatMap { file in
            [style.bold("// \(file.path)"), ""] + file.text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        }
        Pager(console: context.console).show(lines)
        return 0
    }
}

/// What is missing before the solution is shown.
func lockedSolution(_ lab: Lab, missing: [Check], style: Style) -> [String] {
    let count = "\(missing.count) of \(lab.checks.count) checks"
    var lines = wrap(
        "The solution of lab \(lab.number) is shown once every check has passed. Still missing: \(count).", width: style.proseWidth)
    lines.append("")
    for step in lab.steps {
        let open = missing.filter { $0.step == step.number }
        if open.isEmpty { continue }
        let names = open.count == lab.checks(ofStep: step.number).count ? "all of it" : open.map(\.id).joined(separator: ", ")
        lines += wrap(names, width: style.proseWidth, first: "  step \(step.number)  ")
    }
    return lines + ["", "  next:            \(Workspace.invocation) check \(lab.number)"]
        + ["  to see it now:   \(Workspace.invocation) solution \(lab.number) --reveal"]
}
