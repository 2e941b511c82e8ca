import Grading

/// Everything about one check: the verdict, what happened, the packets, the hints so far, and how to do it by hand.
struct ExplanationView {
    let lab: Lab
    let check: Check
    let report: CheckReport
    /// What the check did, where that was kept.
    let exchange: Exchange?
    let hintsShown: Int
    let style: Style
    var shortened: (String) -> String = { $0 }

    var lines: [String] { heading + message + happened + packets + hints + byHand }

    private var heading: [String] {
        let step = lab.steps.first { $0.number == check.step }
        return [style.bold("Lab \(lab.number), step \(check.step)\(step.map { ", \($0.title)" } ?? "")")]
            + wrap("\(check.id): \(check.title) (\(words(report.status)))", width: style.proseWidth, first: "\(style.mark(report.status)) ")
    }

    private var message: [String] {
        guard let message = report.message else { return [] }
        return [""]
            + message.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
                // Bytes under bytes stay as they are, to be compared.
                line.hasPrefix("  ") ? ["  " + line] : wrap(shortened(String(line)), width: style.proseWidth, first: "  ")
            }
            + report.remarks.flatMap { wrap(shortened($0), width: style.proseWidth, first: "  \(style.cyan("seen:")) ") }
    }

    private var happened: [String] {
        guard !report.transcript.isEmpty else { return [] }
        var narrow = style
        narrow.width = style.width - 2
        return section("What happened") + transcriptTable(report.transcript, style: narrow, shortened: shortened).map { "  " + $0 }
    }

    private var packets: [String] {
        guard report.ladder != nil || report.capture != nil else { return [] }
        var lines = section("The packets") + (report.ladder ?? []).map { "  " + $0 }
        if let capture = report.capture {
            if report.ladder != nil { lines.append("") }
            lines += ["  those that were kept, for Wireshark, tcpdump -r or lab 1's tracer:", "  \(shortened(capture))"]
        }
        return lines
    }

    private var hints: [String] {
        guard report.status != .passed else { return [] }
        var lines = section("Hints")
        for index in 0..<min(hintsShown, check.hints.count) {
            lines += wrap(check.hints[index], width: style.proseWidth, first: "  \(index + 1) of \(check.hints.count): ")
        }
        let left = check.hints.count - hintsShown
        if left > 0 {
            lines.append("  \(hintsShown == 0 ? "none so far" : "\(left) more"): \(Workspace.invocation) hint \(lab.number).\(check.step)")
        }
        return lines
    }

    private var byHand: [String] {
        var lines = section("The same again")
        lines.append("  \(Workspace.invocation) check \(lab.number) --check \(check.id)")
        if let replay = report.replay, exchange?.isPlayable ?? true {
            lines.append("  \(Workspace.invocation) replay \(shortened(replay))")
        }
        guard let exchange else { return lines }
        let command = shortened((["swift run \(lab.name)"] + exchange.options).joined(separator: " "))
        let serves = exchange.byHand
        lines += [
            "",
            "  by hand\(serves == nil ? "" : ", in one terminal and another")\(style.hasUnicode ? " –" : ":") the program, as the check started it:",
        ]
        lines.append("  \(shortened(command))")
        if let serves { lines.append("  \(serves)PORT") }
        return lines
    }

    private func section(_ title: String) -> [String] { ["", style.bold(title)] }

    private func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .passed: "passed when it was last made"
        case .failed: "failed when it was last made"
        case .unsolved: "not solved yet"
        case .notRun: "not run"
        case .graderError: "the grader failed"
        }
    }
}
