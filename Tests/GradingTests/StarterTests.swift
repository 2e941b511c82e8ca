import Foundation
import Grading
import Testing

/// Starters are made from the solutions. Each compiles without a warning, and says of every step that it is unsolved.
@Suite struct StarterTests {
    @Test func `takes regions out and puts stand-ins in`() throws {
        let solution = """
            a
              // step 1 begins
              solved()
              // step 1 ends
            b
              // step 2 begins
              // starter: first()
              // starter: second()
              outer()
              // step 3 begins
              // starter: never()
              inner()
              // step 3 ends
              // step 2 ends
            """
        #expect(try Starter.make(from: solution) == "a\n  unsolved(step: 1)\nb\n  first()\n  second()")
        #expect(Starter.withoutMarkers(solution) == "a\n  solved()\nb\n  outer()\n  inner()")
    }

    @Test(arguments: ["// step 1 begins", "// step 1 ends", "// starter: x", "// step 1 begins\n// step 2 ends"])
    func `refuses markers without a counterpart`(_ text: String) {
        #expect(throws: Starter.MarkerError.self) { try Starter.make(from: text) }
    }

    @Test(arguments: Lab.all)
    func `is unsolved in every step, and builds without warnings`(_ lab: Lab) async throws {
        let program = try await onThread { try Pristine.build(lab) }
        let report = try await onThread { Built.grader.grade(lab, .command([program])) }
        for check in report.checks {
            #expect(check.status == .unsolved, story(check))
            #expect(check.message?.contains("open \(lab.folder)/") == true, story(check))
        }
    }
}

/// The starters as they are handed out, whatever the student has made of them since.
private enum Pristine {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Builds a lab's starter in a copy of the package beside the tests' own programs, and returns the executable.
    static func build(_ lab: Lab) throws -> String {
        let files = FileManager.default
        let copy = Built.folder.appendingPathComponent("pristine-\(lab.name)")
        try? files.removeItem(at: copy.appendingPathComponent("Labs"))
        let folder = copy.appendingPathComponent(lab.folder)
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["Package.swift", "Sources", "Tests"] where !files.fileExists(atPath: copy.appendingPathComponent(name).path) {
            try files.createSymbolicLink(at: copy.appendingPathComponent(name), withDestinationURL: root.appendingPathComponent(name))
        }
        for name in try files.contentsOfDirectory(atPath: root.appendingPathComponent(lab.folder).path) {
            let target = folder.appendingPathComponent(name)
            if lab.files.contains(name) {
                let solution = try String(contentsOf: root.appendingPathComponent("\(lab.solutionFolder)/\(name)"), encoding: .utf8)
                try Starter.make(from: solution).write(to: target, atomically: true, encoding: .utf8)
            } else {
                try files.copyItem(at: root.appendingPathComponent("\(lab.folder)/\(name)"), to: target)
            }
        }
        let (code, output) = try swiftBuild(product: lab.name, in: copy)
        #expect(code == 0, "\(output)")
        #expect(!output.contains("warning:"), "\(output)")
        return copy.appendingPathComponent(".build/debug/\(lab.name)").path
    }

    private static func swiftBuild(product: String, in folder: URL) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swift", "build", "--package-path", folder.path, "--scratch-path", folder.appendingPathComponent(".build").path, "--product",
            product,
        ]
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
