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
            isChanged: { progress.isChanged($0, in: workspace) }, lacksOpenSSL: !OpenSSL.isBuiltIn)
        context.console.print(view.lines)
        return 0
    }
}
