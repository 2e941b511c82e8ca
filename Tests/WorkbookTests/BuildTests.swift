import Foundation
import Testing

@testable import workbook

@Suite struct BuildTests {
    /// As an editor does that formats what it has just saved, or a student who is quick.
    @Test func `A file that is saved twice in a second is built twice`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("build-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let workspace = Workspace(root: folder.path)
        try workspace.write(
            """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(name: "words", targets: [.executableTarget(name: "two-words")])
            """, to: "Package.swift")
        try workspace.write("print(word)", to: "Sources/two-words/main.swift")
        // A while ago, so that nothing is as new as the build.
        let second = Date().timeIntervalSince1970.rounded(.down) - 60
        for (word, time) in [("one", second + 0.2), ("two", second + 0.8)] {
            try workspace.write("let word = \"\(word)\"", to: "Sources/two-words/Word.swift")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: workspace.path("Sources/two-words/Word.swift"))
            #expect(try await outputOfBuild("two-words", in: workspace) == word + "\n")
        }
    }

    /// Builds a program and runs it, in a thread of its own, as both block.
    private func outputOfBuild(_ product: String, in workspace: Workspace) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        guard case .built(let path) = try Build(product, in: workspace).run(progress: { _ in }) else { return "no program" }
                        let program = try ChildProcess([path])
                        while program.exitCode == nil { program.takeMore() }
                        return String(decoding: program.output, as: UTF8.self)
                    })
            }
        }
    }
}
