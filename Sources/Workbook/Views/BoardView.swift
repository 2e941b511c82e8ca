import Grading

/// The labs as a ladder: how far the student is, what is next, and what to type.
struct BoardView {
    let labs: [Lab]
    let progress: StudentProgress
    let style: Style
    /// The file in which a step is solved.
    let file: (Lab, Lab.Step) -> String
    /// Whether the lab was changed after it was last graded.
    let isChanged: (Lab) -> Bool
    /// Whether lab 5 is left out, because OpenSSL's headers are missing.
    var lacksOpenSSL = false

    var lines: [String] {
        let current = progress.labToWorkOn(of: labs)
        let ladder = heading + labs.flatMap { lab in rung(lab, isOpen: lab.number == current?.number) } + leftOut
        return ladder + (ladder.last == "" ? [] : [""]) + next(current)
    }

    private var leftOut: [String] {
        guard lacksOpenSSL else { return [] }
        let words = "needs OpenSSL's headers: \(OpenSSL.mend)"
        return ["  \(style.bold("Lab \(OpenSSL.lab.number)"))  \(OpenSSL.lab.title)"]
            + wrap(words, width: style.proseWidth, first: "         ").map { style.dim($0) } + [""]
    }

    private var heading: [String] {
        let earned = labs.reduce(0) { $0 + progress.points(in: $1) }
        let most = labs.reduce(0) { $0 + $1.maxPoints }
        return [spread(style.bold("The networking workbook"), "\(earned) of \(most) points", width: style.proseWidth), ""]
    }

    /// One lab: its bar, and, if it is the one to work on, its steps.
    private func rung(_ lab: Lab, isOpen: Bool) -> [String] {
        let done = lab.steps.count { progress.verdict(ofStep: $0, in: lab) == .passed }
        let isDone = progress.isFinished(lab)
        let mark = isDone ? style.mark(.passed) : isOpen ? style.cyan(style.hasUnicode ? "▸" : ">") : " "
        let title = "\(mark) \(style.bold("Lab \(lab.number)"))  \(lab.title)"
        let points = progress.points(in: lab)
        let bar = style.proseWidth < 64 ? "" : style.bar(points, of: lab.maxPoints, columns: style.proseWidth < 76 ? 10 : 20)
        let counts = "\(padded("\(done)/\(lab.steps.count) steps", to: 9)) \(right("\(points)/\(lab.maxPoints)", 7)) points"
        let line = spread(title, bar.isEmpty ? counts : "\(bar)  \(counts)", width: style.proseWidth)
        guard isOpen else { return [line] + hidden(lab) }
        let nextStep = progress.nextStep(in: lab)
        return [line] + wrap(lab.summary, width: style.proseWidth, first: "    ").map { style.dim($0) } + [""]
            + lab.steps.flatMap { step in stepLines(step, of: lab, isNext: step.number == nextStep?.number) } + hidden(lab) + [""]
    }

    /// What this workbook leaves to whoever grades.
    private func hidden(_ lab: Lab) -> [String] {
        (lab.hidden?.words).map {
            wrap("\($0), run when your work is graded", width: style.proseWidth, first: "      ").map { style.dim($0) }
        } ?? []
    }

    private func stepLines(_ step: Lab.Step, of lab: Lab, isNext: Bool) -> [String] {
        let checks = lab.checks(ofStep: step.number)
        let passed = checks.count { progress.hasPassed($0, of: lab) }
        let failed = checks.count { progress[$0, of: lab].last == .failed }
        let verdict = progress.verdict(ofStep: step, in: lab)
        let points = checks.reduce(0) { $0 + (progress.hasPassed($1, of: lab) ? $1.points : 0) }
        let most = checks.reduce(0) { $0 + $1.points }
        var words = "step \(step.number)  \(step.title)"
        if isNext { words = style.bold(words) }
        if failed > 0 { words += "  \(style.red("\(failed) of \(checks.count) checks failed"))" }
        let lost = checks.count { progress[$0, of: lab].last == .failed && progress[$0, of: lab].everPassed }
        if lost > 0 { words += style.red(lost == failed ? ", passed before" : ", \(lost) passed before") }
        if failed == 0, passed > 0, passed < checks.count { words += style.dim("  \(passed) of \(checks.count) checks passed") }
        if isNext { words += style.cyan(style.hasUnicode ? "  ← next" : "  <- next") }
        let worth = style.dim("\(points)/\(most)" + (style.proseWidth < 64 ? "" : " points"))
        return [spread("    \(style.mark(verdict)) \(words)", worth, width: style.proseWidth)]
    }

    private func next(_ current: Lab?) -> [String] {
        guard let lab = current, let step = progress.nextStep(in: lab) else {
            return [style.green("Every lab is solved. Well done.")]
        }
        let command = { (words: String) in style.bold("\(Workspace.invocation) \(words)") }
        var rows: [[String]] = []
        if isChanged(lab) { rows.append(["note", "lab \(lab.number) has changed since it was last checked"]) }
        let isFresh = progress.labs[lab.name]?.graded == nil
        if isFresh { rows.append(["read", command("read \(lab.number)")]) }
        rows.append(["open", file(lab, step)])
        rows.append(["check", command("check \(lab.number)")])
        if !isFresh { rows.append(["stuck?", command("hint \(lab.number)")]) }
        return rows.map { trimmedEnd("  \(padded($0[0], to: 7))\($0[1])") }
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension Lab {
    /// What the whole lab is worth.
    var maxPoints: Int { checks.reduce(0) { $0 + $1.points } }
}
