import Grading
import LabProgram

extension Command {
    static let board = Command(
        name: "board", arguments: "", summary: "the labs, how far you are, and what is next (the same as no command)", details: []
    ) { options, context in
        try options.finish()
        let workspace = try context.workspace
        let progress = try context.progress()
        let view = BoardView(
            labs: Lab.all, progress: progress, style: context.console.style,
            file: { lab, step in workspace.file(ofStep: step.number, in: lab) },
            isChanged: { lab in
                guard let graded = progress.labs[lab.name]?.graded, let changed = workspace.lastChange(of: lab) else { return false }
                return changed > graded
            })
        context.console.print(view.lines)
        return 0
    }
}
