import Foundation
import Grading
import Mistakes
import Testing

/// The matrices in Docs/kill-matrix are those of the mistakes and checks that there are: `workbook mistakes N > Docs/kill-matrix/...`
@Suite struct KillMatrixTests {
    @Test(arguments: Lab.all)
    func `names every check and every mistake`(_ lab: Lab) throws {
        let file = Built.root.appending(path: "Docs/kill-matrix/\(lab.folderName).txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let ids = lab.checks.enumerated().map { "\($0 + 1) step \($1.step) \($1.id) catches" }
        let columns = lines.dropFirst().prefix(lab.checks.count).map { $0.split(separator: " ").dropLast().joined(separator: " ") }
        #expect(columns == ids, "workbook mistakes \(lab.number) has not been run since the checks changed")
        let rows = lines.compactMap { line -> (id: String, cells: String)? in
            let words = line.split(separator: " ")
            return words.count == 5 && words[2] == "caught" ? (String(words[0]), String(words[1])) : nil
        }
        let mistakes = Mistake.of(lab: lab.number)
        #expect(rows.map(\.id) == mistakes.map(\.id), "workbook mistakes \(lab.number) has not been run since the mistakes changed")
        for (row, mistake) in zip(rows, mistakes) {
            let cells = Dictionary(uniqueKeysWithValues: zip(lab.checks.map(\.id), row.cells))
            #expect(cells[mistake.check].map { "Xx".contains($0) } == true, "\(mistake.id)")
        }
    }
}
