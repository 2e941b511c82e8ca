import Grading
import LabProgram

extension Command {
    static let read = Command(
        name: "read", arguments: "[LAB]", summary: "a lab's handout",
        details: ["On a terminal, page by page, with $PAGER or less. Without LAB: the one that the board points at."]
    ) { options, context in
        let chosen = try options.lab()
        try options.finish()
        let workspace = try context.workspace
        let lab = try chosen ?? context.progress().currentLab
        let path = "\(lab.folder)/README.md"
        guard let text = workspace.text(path), text.contains(where: { !$0.isWhitespace }) else {
            throw Failure("there is no handout: \(path) is missing or empty")
        }
        Pager(console: context.console).show(MarkdownView(text, style: context.console.style).lines)
        return 0
    }
}
