import Grading

/// A graded lab as text: each step with its checks, then what went wrong with its evidence, then the points.
struct ReportView {
    let lab: Lab
    let report: LabReport
    /// What the reported checks build on, shown only where that is why one of them was not made.
    var needs: [CheckReport] = []
    let style: Style
    /// Whether every failed check is shown with its transcript, and not only the first.
    var isVerbose = false
    /// Whether what was graded is the student's own lab, so that hints and the next step are about it.
    var isStudents = true
    /// Whether the workbook has the lab's reference solution: the students' edition has none.
    var hasSolution = true
    /// The step that the student comes to next; nil if that is the one behind those that were reported.
    var nextStep: Lab.Step?
    /// The names of checks that had passed in an earlier run.
    var passedBefore: Set<String> = []
    /// Makes paths in texts short.
    var shortened: @Sendable (String) -> String = { $0 }

    var lines: [String] {
        [heading, style.dim("program: \(shortened(report.program))"), ""] + steps + evidence + summary
    }

    private var heading: String { style.bold("Lab \(lab.number)\(style.separator)\(lab.title)") }

    // MARK: Steps

    private var steps: [String] {
        var lines: [String] = []
        var group: (status: Verdict, steps: [Lab.Step]) = (.unsolved, [])
        func flush() {
            if !group.steps.isEmpty { lines += [groupLine(group.status, group.steps), ""] }
            group.steps = []
        }
        for step in lab.steps {
            let results = report.checks.filter { $0.step == step.number }
            if results.isEmpty { continue }
            if let status = commonStatus(of: results) {
                if status != group.status { flush() }
                group = (status, group.steps + [step])
                continue
            }
            flush()
            lines += stepLines(step, results)
            lines.append("")
        }
        flush()
        return lines
    }

    /// What can be said of a whole step in one line: that nothing of it is solved, or that all of it waits for checks that failed.
    private func commonStatus(of results: [CheckReport]) -> Verdict? {
        if results.allSatisfy({ $0.status == .unsolved }) { return .unsolved }
        // Where a step is all that was asked for, each check's own reason is the answer.
        guard !isVerbose, Set(report.checks.map(\.step)).count > 1 else { return nil }
        return results.allSatisfy(\.isWaiting) ? .notRun : nil
    }

    private func groupLine(_ status: Verdict, _ steps: [Lab.Step]) -> String {
        let (first, last) = (steps[0], steps[steps.count - 1])
        let numbers =
            steps.count == 1
            ? "Step \(first.number), \(first.title),"
            : "Steps \(first.number) \(steps.count == 2 ? "and" : "to") \(last.number)"
        let verb =
            switch (status, steps.count) {
            case (.unsolved, 1): "is not solved yet"
            case (.unsolved, _): "are not solved yet"
            case (_, 1): "was not run: it builds on what failed"
            default: "were not run: they build on what failed"
            }
        return "\(style.mark(status)) \(style.dim("\(numbers) \(verb)"))"
    }

    private func stepLines(_ step: Lab.Step, _ results: [CheckReport]) -> [String] {
        let points = results.reduce(0) { $0 + $1.points }
        let most = results.reduce(0) { $0 + $1.maxPoints }
        let title = style.bold("Step \(step.number)  \(step.title)")
        return [spread(title, style.dim("\(points)/\(most) points"), width: style.proseWidth)] + results.flatMap(checkLines)
    }

    private func checkLines(_ result: CheckReport) -> [String] {
        let first = "  \(style.mark(result.status)) "
        switch result.status {
        case .passed, .graderError: return wrap(result.title, width: style.proseWidth, first: first)
        case .failed:
            let before = passedBefore.contains(result.id) ? " \(style.red("(passed before)"))" : ""
            return wrap(result.title + before, width: style.proseWidth, first: first)
        case .unsolved: return wrap("\(result.title) (unsolved)", width: style.proseWidth, first: first)
        case .notRun:
            let reason = result.waitsFor ?? result.message ?? "no reason given"
            return wrap("\(result.title) \(style.dim("(not run: \(reason))"))", width: style.proseWidth, first: first)
        }
    }

    // MARK: Evidence

    private var troubles: [CheckReport] { report.checks.filter { $0.status == .failed || $0.status == .graderError } }

    /// The checks outside of the report that are why some in it were not made: not those that wait for others themselves.
    private var causes: [CheckReport] {
        guard report.notRun > 0 else { return [] }
        let ids = Set(needs.map(\.id)).union(report.checks.map(\.id))
        return needs.filter { need in
            [.failed, .graderError, .notRun].contains(need.status)
                && !ids.contains(where: need.waits)
        }
    }

    private var evidence: [String] {
        var hinted: Set<Int> = []
        return (causes + troubles).enumerated().flatMap { index, result in
            evidence(of: result, inFull: index == 0 || isVerbose, hasHint: hinted.insert(result.step).inserted)
        }
    }

    private func evidence(of result: CheckReport, inFull: Bool, hasHint: Bool) -> [String] {
        let word = result.status == .graderError ? style.red("the grader failed") + " " : ""
        let explanation = "\(Workspace.invocation) explain \(lab.number).\(result.step) \(result.id)"
        let title = "\(style.bold(result.id)) (step \(result.step)): \(result.title)"
        var lines = wrap(word + title, width: style.proseWidth, first: "\(style.mark(result.status)) ")
        for line in (result.message ?? "no reason given").split(separator: "\n", omittingEmptySubsequences: false) {
            // Bytes under bytes: those lines are to be compared, and stay as they are.
            if line.hasPrefix("  ") {
                lines.append("  " + line)
            } else {
                lines += wrap(shortened(String(line)), width: style.proseWidth, first: "  ")
            }
        }
        lines += result.remarks.flatMap { wrap(shortened($0), width: style.proseWidth, first: "  \(style.cyan("seen:")) ") }
        if inFull, !result.transcript.isEmpty {
            var narrow = style
            narrow.width = style.width - 2
            let (events, leftOut) = isVerbose ? (result.transcript, 0) : excerpt(of: result.transcript, about: result.message ?? "")
            lines += [""] + transcriptTable(events, style: narrow, shortened: shortened).map { "  " + $0 }
            if leftOut > 0 {
                let rest = isStudents ? ": \(explanation)" : " (--verbose shows them)"
                lines += wrap("(\(leftOut) more lines\(rest))", width: style.proseWidth, first: "  ")
            }
        } else if isStudents, !result.transcript.isEmpty {
            lines += wrap("what happened: \(explanation)", width: style.proseWidth, first: "  ")
        }
        if inFull, let ladder = result.ladder { lines += [""] + ladder.map { "  " + $0 } }
        if let capture = result.capture { lines += ["", "  packets: \(shortened(capture))"] }
        if let hint = hint(for: result, hasHint: hasHint) { lines += [""] + hint }
        return lines + [""]
    }

    private func hint(for result: CheckReport, hasHint: Bool) -> [String]? {
        guard result.status == .failed else { return nil }
        if isStudents {
            return hasHint ? ["  \(style.cyan("a hint:")) \(Workspace.invocation) hint \(lab.number).\(result.step)"] : nil
        }
        return result.hint.map { wrap($0, width: style.proseWidth, first: "  \(style.cyan("hint:")) ") }
    }

    // MARK: Summary

    private var summary: [String] {
        let counts = [
            (report.passed, "passed"), (report.failed, "failed"), (report.unsolved, "unsolved"), (report.notRun, "not run"),
            (report.graderErrors, "not judged"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let bar = style.bar(report.points, of: report.maxPoints, columns: 20)
        var lines = ["\(bar) \(style.bold("\(report.points) of \(report.maxPoints) points"))\(style.separator)\(counts)"]
        lines += hidden + conclusion
        return lines
    }

    /// What this workbook leaves to whoever grades.
    private var hidden: [String] { (report.hidden?.words).map { [style.dim("\($0), run when your work is graded")] } ?? [] }

    private var conclusion: [String] {
        if report.graderErrors > 0 {
            return wrap("The grader itself failed. That says nothing about your program; please report it.", width: style.proseWidth)
        }
        if report.passed == report.checks.count {
            let isWhole = report.checks.count == lab.checks.count
            let praise = style.green(isWhole ? "Every check of the lab passed." : "All of these checks passed.")
            return [praise] + (isStudents ? afterwards(isWhole: isWhole) : [])
        }
        guard isStudents, troubles.isEmpty, let next = nextUnsolved else { return [] }
        return wrap(next, width: style.proseWidth)
    }

    /// What to look at once all is well.
    private func afterwards(isWhole: Bool) -> [String] {
        if isWhole {
            let solution = "compare with the reference: \(Workspace.invocation) solution \(lab.number)"
            return [hasSolution ? solution : "see what comes next: \(Workspace.invocation)"]
        }
        let last = report.checks.map(\.step).max() ?? 0
        guard let next = nextStep ?? lab.steps.first(where: { $0.number == last + 1 }) else { return [] }
        return ["then comes step \(next.number), \(next.title): \(Workspace.invocation) check \(lab.number).\(next.number)"]
    }

    /// `step 4 is next: open Labs/02-echo-server/EchoServer.swift`, as the starter says it.
    private var nextUnsolved: String? {
        guard let message = report.checks.first(where: { $0.status == .unsolved })?.message else { return nil }
        return message.replacing(" is not solved yet: ", with: " is next: ")
    }
}
