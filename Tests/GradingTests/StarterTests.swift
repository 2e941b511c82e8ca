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
        #expect(try Starter.make(from: solution, solvedUpTo: 1) == "a\n  solved()\nb\n  first()\n  second()")
        #expect(try Starter.make(from: solution, solvedUpTo: 2) == "a\n  solved()\nb\n  outer()\n  never()")
        #expect(try Starter.make(from: solution, solvedUpTo: 3) == Starter.withoutMarkers(solution))
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
    /// Builds a lab's starter in a copy of the package beside the tests' own programs, and returns the executable.
    static func build(_ lab: Lab) throws -> String {
        let copy = Built.folder.appendingPathComponent("pristine-\(lab.name)")
        try StagedLab.make(lab, solvedUpTo: 0, of: Built.root, in: copy)
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
