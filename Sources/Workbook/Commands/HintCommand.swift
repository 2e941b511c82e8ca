import Grading
import LabProgram

extension Command {
    static let hint = Command(
        name: "hint", arguments: "[LAB[.STEP]]", summary: "the next hint, gentle ones first",
        details: [
            "For the first check that failed when it was last made, else the first that has not passed. Each time it says a little more."
        ]
    ) { options, context in
        let reference = try options.labOrStep()
        try options.finish()
        _ = try context.workspace
        var progress = try context.progress()
        let place = reference ?? LabReference(lab: progress.currentLab)
        guard let check = progress.stuckCheck(in: place) else {
            let command = "\(Workspace.invocation) check \(place.description)"
            context.console.print(
                try progress.isChanged(place.lab, in: context.workspace)
                    ? "Every check passed when it was last made; lab \(place.lab.number) has changed since: \(command)"
                    : "Every check passed when it was last made: no hint needed.")
            return 0
        }
        let shown = min(progress[check, of: place.lab].hintsShown + 1, check.hints.count)
        let isRepeated = progress[check, of: place.lab].hintsShown >= check.hints.count
        progress[check, of: place.lab].hintsShown = shown
        try context.save(progress)
        let view = HintView(
            lab: place.lab, check: check, shown: shown, isRepeated: isRepeated,
            verdict: progress[check, of: place.lab].last ?? .unsolved, style: context.console.style)
        context.console.print(view.lines)
        return 0
    }
}

extension StudentProgress {
    /// The check that a student who asks for help is at: the first that failed, whose evidence is on the screen; else the first
    /// that has not passed.
    func stuckCheck(in place: LabReference) -> Check? {
        place.checks.first { self[$0, of: place.lab].last == .failed } ?? place.checks.first { !hasPassed($0, of: place.lab) }
    }
}
