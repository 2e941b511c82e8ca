import Foundation
import Grading
import LabProgram

extension Command {
    static let steps = Command(
        name: "steps", arguments: "[LAB]",
        summary: "for contributors: grades each lab solved up to each step, as a student has it on the way",
        details: [
            "Up to the last solved step every check must pass, after it none may fail.",
            "What this machine can't check is counted.",
            "Ends with exit code 1 if that is not so, or if a stage does not build.",
        ]
    ) { options, context in
        let labs = try options.labOrStep().map { [$0.lab] } ?? Lab.all
        try options.finish()
        let grader = Grader(runner: Workspace.executable)
        var isSound = true
        for lab in labs {
            for solved in 0...lab.steps.count {
                let (problems, notRun) = try grade(lab, solvedUpTo: solved, grader, context)
                context.console.status.clear()
                let stage = "lab \(lab.number) solved up to step \(solved)"
                let rest = notRun == 0 ? "" : ", but \(notRun) not run"
                context.console.print(problems.isEmpty ? "\(stage): as it should be\(rest)" : "\(stage):")
                context.console.print(problems.map { "  \($0)" })
                isSound = isSound && problems.isEmpty
            }
        }
        return isSound ? 0 : 1
    }

    /// What is not as it should be in one stage of a lab, and how many checks this machine can't make.
    private static func grade(
        _ lab: Lab, solvedUpTo solved: Int, _ grader: Grader, _ context: Context
    ) throws -> (problems: [String], notRun: Int) {
        let workspace = try context.workspace
        let folder = URL(fileURLWithPath: workspace.path(".build/stages/\(lab.name)"))
        try StagedLab.make(lab, solvedUpTo: solved, of: URL(fileURLWithPath: workspace.root), in: folder)
        let build = Build(lab.name, in: Workspace(root: folder.path))
        guard case .built(let path) = try build.run(progress: context.console.status.show) else { return (["does not build"], 0) }
        context.console.status.show("grading \(lab.name), solved up to step \(solved)")
        let checks = grader.grade(lab, .command([path])).checks
        func isImpossible(_ check: CheckReport) -> Bool {
            guard check.isWaiting else { return check.status == .notRun }
            return checks.first { check.waits(for: $0.id) }.map(isImpossible) ?? false
        }
        let problems = checks.filter { check in
            check.status != .passed && !isImpossible(check) && !(check.step > solved && check.status == .unsolved)
        }
        return (
            problems.map { "\($0.id) (step \($0.step)): \($0.status.rawValue): \($0.message ?? "")" }, checks.count(where: isImpossible)
        )
    }
}
