import Foundation
import Testing

@testable import Grading
@testable import workbook

/// The students' edition, as `export` makes it.
@Suite struct ExportTests {
    /// Runs a command in a folder; returns its exit code and what it wrote.
    private func run(_ words: [String], in folder: URL) async throws -> (code: Int32, output: String) {
        try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = words
            process.currentDirectoryURL = folder
            let pipe = Foundation.Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        }
    }

    @Test func `It is a package without solutions and mistakes`() async throws {
        try await Jails.withFolder { folder in
            let rules = "\(folder)/rules.json"
            try Data(#"{"labs":{"echo-server":{"hidden":["half-close","binary-data"]}}}"#.utf8).write(to: URL(fileURLWithPath: rules))
            let edition = URL(filePath: "\(folder)/edition")
            let export = try await run([Built.path("workbook"), "export", edition.path, "--class", rules], in: Built.root)
            #expect(export.code == 0 && export.output.contains("The students' edition is in"), "\(export.output)")

            let files = try FileManager.default.subpathsOfDirectory(atPath: edition.path)
            #expect(!files.contains { $0.hasPrefix("Sources/Solutions") || $0.hasPrefix("Sources/Mistakes") || $0.hasPrefix(".git/") })
            for lab in Lab.all { for file in lab.files + ["README.md", "main.swift"] { #expect(files.contains("\(lab.folder)/\(file)")) } }
            // No solution in another guise either.
            let markers = files.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Tests/") && $0 != "Sources/Grading/Starter.swift" }.filter
            { file in
                let text = FileManager.default.contents(atPath: "\(edition.path)/\(file)").map { String(decoding: $0, as: UTF8.self) } ?? ""
                return text.split(separator: "\n").contains {
                    $0.trimmingPrefix { $0 == " " }.wholeMatch(of: #/// step \d+ begins/#) != nil
                }
            }
            #expect(markers == [])
            let readme = try String(contentsOf: edition.appendingPathComponent("README.md"), encoding: .utf8)
            #expect(readme.contains("## If you are here to learn") && !readme.contains("## If you contribute"))
            let withheld = try String(contentsOf: edition.appendingPathComponent("Sources/Grading/Withheld.swift"), encoding: .utf8)
            #expect(withheld.contains(#""echo-server": ["half-close", "binary-data"],"#))

            // What is only for contributors is not spoken of.
            for document in files where document.hasSuffix(".md") {
                let text = try String(contentsOf: edition.appendingPathComponent(document), encoding: .utf8)
                #expect(!text.contains(/(swift run |`)workbook mistakes\b/), "\(document)")
                #expect(!text.contains(/\]\([^)]*(verdicts|adding-a-lab)\.md/), "\(document)")
            }

            let describe = try await run(["swift", "package", "--package-path", edition.path, "describe", "--type", "json"], in: edition)
            #expect(describe.code == 0, "\(describe.output)")
            for lab in Lab.all { #expect(describe.output.contains(#""name" : "\#(lab.name)""#), "\(lab.name) is no product") }
            for word in ["-solution\"", "-mistakes\"", "\"Mistakes\""] { #expect(!describe.output.contains(word), "\(word)") }
        }
    }

    @Test func `It overwrites nothing, and takes no slip for a rule`() async throws {
        try await Jails.withFolder { folder in
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
            let full = try await run([Built.path("workbook"), "export", folder], in: Built.root)
            #expect(full.code == 1 && full.output.contains("\(folder) is not empty"))
            try Data(#"{"labs":{"echo-server":{"hidden":["half-clos"]}}}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/rules.json"))
            let slip = try await run(
                [Built.path("workbook"), "export", "\(folder)/edition", "--class", "\(folder)/rules.json"], in: Built.root)
            #expect(slip.code == 1 && slip.output.contains("did you mean 'half-close'?"), "\(slip.output)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/edition"))
        }
    }
}
