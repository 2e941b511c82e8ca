import Grading
import LabProgram

extension Command {
    static let reset = Command(
        name: "reset", arguments: "LAB", summary: "a lab's files as they were in the beginning",
        details: ["What was there is kept aside in .workbook/kept/, and the command says where."]
    ) { options, context in
        guard let lab = try options.lab() else { throw UsageError("LAB is missing") }
        try options.finish()
        let workspace = try context.workspace
        var starters: [(file: String, text: String)] = []
        for file in lab.files {
            guard let text = try workspace.starter(of: file, in: lab) else {
                throw Failure(
                    "this edition of the workbook has no solutions, and a starter is made from one",
                    mend: "get the file back from where the workbook came from: git restore \(lab.folder)/\(file)")
            }
            starters.append((file, text))
        }
        let changed = starters.filter { workspace.text("\(lab.folder)/\($0.file)") != $0.text }
        guard !changed.isEmpty else {
            context.console.print("Lab \(lab.number) is as it was in the beginning: nothing to do.")
            return 0
        }
        let hasOld = lab.files.contains { workspace.exists("\(lab.folder)/\($0)") }
        let kept = hasOld ? try workspace.keepAside(lab.files, of: lab) : nil
        for starter in changed { try workspace.write(starter.text, to: "\(lab.folder)/\(starter.file)") }
        context.console.print(["Lab \(lab.number) is as it was in the beginning."] + changed.map { "  \(lab.folder)/\($0.file)" })
        if let kept { context.console.print("What was there is in \(kept)") }
        return 0
    }
}
