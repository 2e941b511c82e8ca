import Grading
import LabProgram

extension Command {
    static let watch = Command(
        name: "watch", arguments: "[LAB]", summary: "grades the step at hand again whenever you save",
        details: [
            "One key each: r run, h hint, e explain, d handout, l list, n next step (once this one has passed), x reset, q quit.",
            "Where stdin or stdout is no terminal, it prints each result and takes no keys; Ctrl-C ends it.",
            "Without LAB: the one that the board points at.",
        ]
    ) { options, context in
        let chosen = try options.lab()
        try options.finish()
        let lab = try chosen ?? context.progress().currentLab
        try WatchSession(lab, context).run()
        context.console.status.clear()
        return 0
    }
}
