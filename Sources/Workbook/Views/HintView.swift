import Grading

/// A hint, and how many more there are.
struct HintView {
    let lab: Lab
    let check: Check
    /// How many hints have been shown, this one included.
    let shown: Int
    /// Whether all had been shown before; then they are all shown again.
    let isRepeated: Bool
    /// What the check said when it was last made.
    let verdict: Verdict
    let style: Style

    var lines: [String] {
        let step = lab.steps.first { $0.number == check.step }
        let state = verdict == .failed ? "failed" : verdict == .notRun ? "not run yet" : "not solved yet"
        let title = "Lab \(lab.number), step \(check.step)\(step.map { ", \($0.title)" } ?? "")"
        var lines = [style.bold(title)]
        lines += wrap("\(check.title) (\(state))", width: style.proseWidth, first: "\(style.mark(verdict)) ") + [""]
        let first = isRepeated ? 0 : shown - 1
        for index in first..<shown {
            let label = style.cyan("hint \(index + 1) of \(check.hints.count):")
            lines += wrap("\(label) \(check.hints[index])", width: style.proseWidth, first: "  ")
        }
        return lines + [""] + wrap(rest, width: style.proseWidth).map { style.dim($0) }
    }

    private var rest: String {
        let left = check.hints.count - shown
        if isRepeated { return "Those were all. The background is in the handout: \(Workspace.invocation) read \(lab.number)" }
        if left == 0 { return "That was the last one." }
        return "\(left) more: ask again for the next."
    }
}
