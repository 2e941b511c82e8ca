import Foundation
import Grading
import LabProgram

extension Command {
    static let steps = Command(
        name: "steps", arguments: "[LAB]",
        summary: "for contributors: grades each lab solved up to each step, as a student has it on the way",
        details: [
            "Up to the last solved step every check must pass, after it none may fail.",
            "Ends with exit code 1 if that is not so, or if a stage does not build.",
        ]
    ) { options, context in
        let labs = try options.labOrStep().map { [$0.lab] } ?? Lab.all
        try options.finish()
        let grader = Grader(runner: Workspace.executable)
        var isSound = true
        for lab in labs {
            for solved in 0...lab.steps.count {
                let problems = try problems(of: lab, solvedUpTo: solved, grader, context)
                context.console.status.clear()
                let stage = "lab \(lab.number) solved up to step \(solved)"
                context.console.print(problems.isEmpty ? "\(stage): as it should be" : "\(stage):")
                context.console.print(problems.map { "  \($0)" })
                isSound = isSound && problems.isEmpty
            }
        }
        return isSound ? 0 : 1
    }

    /// What is not as it should be in one stage of a lab.
    private static func problems(of lab: Lab, solvedUpTo solved: Int, _ grader: Grader, _ context: Context) throws -> [String] {
        let workspace = try context.workspace
        let folder = URL(fileURLWithPath: workspace.path(".build/stages/\(lab.name)"))
        try StagedLab.make(lab, solvedUpTo: solved, of: URL(fileURLWithPath: workspace.root), in: folder)
        let build = Build(lab.name, in: Workspace(root: folder.path))
        guard case .built(let path) = try build.run(progress: context.console.status.show) else { return ["does not build"] }
        context.console.status.show("grading \(lab.name), solved up to step \(solved)")
        return grader.grade(lab, .command([path])).checks.compactMap { check in
            let isAsItShould = check.step <= solved ? check.status == .passed : check.status == .passed || check.status == .unsolved
            return isAsItShould ? nil : "\(check.id) (step \(check.step)): \(check.status.rawValue): \(check.message ?? "")"
        }
    }
}
