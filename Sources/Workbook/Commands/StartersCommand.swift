import Grading
import LabProgram

extension Command {
    static let starters = Command(
        name: "starters", arguments: "[--check]", summary: "for contributors: makes the labs' starters from the solutions",
        details: [
            "--check  changes nothing; says which starters don't fit their solutions, and ends with exit code 1 if any does not",
            "A file that is changed is kept aside in .workbook/kept/ first.",
        ]
    ) { options, context in
        let isCheck = try options.flag("check")
        try options.finish()
        let workspace = try context.workspace
        var lines: [String] = []
        var count = 0
        for lab in Lab.all where workspace.exists(lab.solutionFolder) {
            for file in lab.files {
                let path = "\(lab.folder)/\(file)"
                guard let starter = try workspace.starter(of: file, in: lab) else {
                    throw Failure("\(lab.solutionFolder)/\(file) is missing")
                }
                count += 1
                let old = workspace.text(path)
                guard let place = firstDifference(old, starter) else { continue }
                if isCheck {
                    lines.append("\(path): \(place)")
                } else {
                    let kept = old == nil ? nil : try workspace.keepAside([file], of: lab)
                    try workspace.write(starter, to: path)
                    lines.append("\(path) is written" + (kept.map { "; what was there is in \($0)" } ?? ""))
                }
            }
        }
        guard !lines.isEmpty else {
            context.console.print("All \(count) starters fit their solutions.")
            return 0
        }
        context.console.print(lines)
        if isCheck { context.console.print("To make them anew: \(Workspace.invocation) starters") }
        return isCheck ? 1 : 0
    }
}

/// Where a starter first differs from what its solution makes, in words; nil if it does not.
func firstDifference(_ old: String?, _ new: String) -> String? {
    guard let old else { return "is missing" }
    if old == new { return nil }
    let (oldLines, newLines) = (
        old.split(separator: "\n", omittingEmptySubsequences: false), new.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let index = zip(oldLines, newLines).enumerated().first { $1.0 != $1.1 }?.offset ?? min(oldLines.count, newLines.count)
    let there = index < oldLines.count ? "'\(oldLines[index].drop { $0 == " " })'" : "the end of the file"
    let wanted = index < newLines.count ? "'\(newLines[index].drop { $0 == " " })'" : "the end of the file"
    return "line \(index + 1) is \(there); its solution makes \(wanted)"
}
