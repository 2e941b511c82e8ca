import Foundation

@testable import Grading
@testable import workbook

/// A workbook of its own in a temporary folder, gone with the last reference to it.
final class Fixture: Sendable {
    let workspace: Workspace

    init() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        let root = folder.appendingPathComponent("workbook-test-\(UUID().uuidString)")
        workspace = Workspace(root: root.path)
        try workspace.write("// a package", to: "Package.swift")
        for lab in Lab.all {
            for file in lab.files {
                let solution = "func f() {\n    // step 1 begins\n    solved()\n    // step 1 ends\n}\n"
                try workspace.write(solution, to: "\(lab.solutionFolder)/\(file)")
                try workspace.write(try Starter.make(from: solution), to: "\(lab.folder)/\(file)")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: workspace.root) }

    /// What a command did.
    struct Outcome: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    /// Runs the `workbook` that was built beside the tests, in this workbook's folder, with its streams in files.
    func run(_ words: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await run(words, environment: environment)
    }

    /// Runs the `workbook` with words that a test has in an array.
    func run(_ words: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let process = Process()
        process.executableURL = Bundle.main.bundleURL.appendingPathComponent("workbook")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.root)
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8", "COLUMNS": "80"]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let paths = [workspace.path("stdout-\(UUID().uuidString)"), workspace.path("stderr-\(UUID().uuidString)")]
        for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: paths[0])
        process.standardError = FileHandle(forWritingAtPath: paths[1])
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let texts = paths.map { String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
