import Foundation
import Grading
import LabProgram

extension Command {
    static let documents = Command(
        name: "documents", arguments: "[--check]", summary: "for contributors: writes the pages of Docs that follow from the code",
        details: ["--check  changes nothing; says which pages are not what the code makes, and ends with exit code 1 if any is not"]
    ) { options, context in
        let isCheck = try options.flag("check")
        try options.finish()
        let workspace = try context.workspace
        var lines: [String] = []
        for page in generatedPages(reading: workspace.text) {
            guard let place = firstDifference(workspace.text(page.path), page.text) else { continue }
            if !isCheck { try workspace.write(page.text, to: page.path) }
            lines.append(isCheck ? "\(page.path): \(place)" : "\(page.path) is written")
        }
        context.console.print(lines.isEmpty ? ["The pages of Docs are what the code makes."] : lines)
        return isCheck && !lines.isEmpty ? 1 : 0
    }
}

/// Pages and pictures that are made from what the code says, or from results that are kept, so that the two never part.
///
/// - Parameter read: The text of a file by its path in the workbook, or nil if there is none.
func generatedPages(reading read: (String) -> String?) -> [(path: String, text: String)] {
    var pages = [("Docs/reference.md", referencePage())] + performancePages(reading: read)
    #if canImport(Mistakes)
        pages.append(("Docs/common-mistakes.md", commonMistakesPage()))
    #endif
    return pages
}

/// How a page that is made says so.
let generatedNote = "<!-- Made by `workbook documents` from the code: change it there. -->"
