import Foundation
import Testing

@testable import Grading
@testable import workbook

/// What the documents say is there, and what they say to type can be typed.
struct DocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every document of the workbook, by its path from the root on.
    static let documents: [String] = {
        let folders = ["", "Docs/", "Tests/Fuzzing/"] + Lab.all.map { "\($0.folder)/" }
        return folders.flatMap { folder -> [String] in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
            return names.filter { $0.hasSuffix(".md") }.sorted().map { folder + $0 }
        }
    }()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test(arguments: documents) func `Every link leads somewhere`(document: String) throws {
        let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
        for match in try text(document).matches(of: /\]\(([^)\s]+)\)/) {
            let target = String(match.1)
            if target.hasPrefix("http://") || target.hasPrefix("https://") || target.hasPrefix("#") { continue }
            let path = folder.appendingPathComponent(String(target.prefix { $0 != "#" })).path
            #expect(FileManager.default.fileExists(atPath: path), "\(document): \(target) leads nowhere")
        }
    }

    @Test(arguments: documents) func `Every command and option is there`(document: String) throws {
        for match in try text(document).matches(of: /(?:swift run workbook|`workbook|debug\/workbook) ([^`\n|#]*)/) {
            let words = shellWords(String(match.1).trimmingCharacters(in: .whitespaces)) ?? []
            guard let name = words.first(where: { $0.allSatisfy(\.isLetter) && $0.allSatisfy(\.isLowercase) }) else { continue }
            guard let command = Command.all.first(where: { $0.name == name }) else {
                Issue.record("\(document): there is no command '\(name)' (\(match.0))")
                continue
            }
            let known = ([command.arguments, command.name == "help" ? "--version" : ""] + command.details).joined(separator: " ")
            for option in words where option.hasPrefix("--") {
                let option = option.prefix { $0 != "=" }
                #expect(known.contains(option) || option == "--help", "\(document): \(name) has no option \(option)")
            }
        }
    }

    @Test(arguments: Lab.all.map(\.folder)) func `Every handout has the same parts in the same order`(folder: String) throws {
        let parts = [
            "Goal", "Background", "Steps", "Try it by hand", "What is checked", "Questions to think about", "Further reading", "Decisions",
        ]
        let headings = try text("\(folder)/README.md").split(separator: "\n").filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
        #expect(headings.filter(parts.contains) == parts, "\(folder)/README.md")
    }

    @Test(.enabled(if: Command.all.contains { $0.name == "mistakes" }, "the students' edition has fewer pages to make"))
    func `The pages that are made from the code are up to date`() throws {
        for page in generatedPages(reading: { try? text($0) }) {
            let place = firstDifference(try? text(page.path), page.text)
            #expect(place == nil, "\(page.path): \(place ?? ""); to make it anew: workbook documents")
        }
    }
}
