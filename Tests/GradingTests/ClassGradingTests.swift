import Foundation
import Synchronization
import Testing

@testable import Grading
@testable import workbook

/// A small class, graded as `grade` does it, in jails; only the compiler's part is played by ``FakeStage``.
@Suite struct ClassGradingTests {
    /// Two checks of lab 2, for speed.
    private static let lab = Lab.echoServer.withholding(
        Lab.echoServer.checks.map(\.id).filter { !["ready-line", "echo-at-once"].contains($0) })

    /// What is handed in, by students: the text of a file names the wrong program that it is "built" to.
    private func handIn(_ texts: [String: String], in folder: String) throws {
        for (student, text) in texts {
            try Data(text.utf8).write(to: URL(fileURLWithPath: withFolder("\(folder)/submissions/\(student)/EchoServer.swift")))
        }
    }

    /// Grades what lies in the folder.
    ///
    /// - Returns: The results, and which students' files were built for it.
    private func grade(
        in folder: String, only students: [String]? = nil, rules: ClassFile = ClassFile(), isAnew: Bool = false
    ) async throws -> (results: [String: Submission], built: [String]) {
        let tools = try Jails.tools()
        return try await onThread {
            let log = FakeStage.Log()
            let plan = ClassGrading.Plan(
                labs: [Self.lab], jobs: 2, results: "\(folder)/grades", classFile: rules, tools: tools, isAnew: isAnew,
                makeStage: { FakeStage(folder: "\(folder)/stage-\(UUID().uuidString)", log: log) })
            let finder = SubmissionFinder(labs: plan.labs, jail: tools)
            let submissions = try finder.find(in: ["\(folder)/submissions"]).filter { students?.contains($0.student) ?? true }
            let console = Console(environment: ["TERM": "dumb"])
            let graded = try ClassGrading(plan, submissions, scratch: folder, console).run()
            return (Dictionary(uniqueKeysWithValues: graded.map { ($0.student, $0) }), log.students.withLock { $0.sorted() })
        }
    }

    @Test func `Each gets a result of its own, whatever the others do`() async throws {
        try await Jails.withFolder { folder in
            try handIn(["ada": "right", "bob": "waits-for-newline", "carol": "does not build", "dave": "hostile"], in: folder)
            let (results, built) = try await grade(in: folder)
            #expect(built == ["ada", "bob", "carol", "dave"] && results.count == 4)
            let verdicts = results.mapValues { $0.labs[0].checks.map(\.status) }
            #expect(verdicts["ada"] == [.passed, .passed], "\(verdicts)")
            #expect(verdicts["bob"] == [.passed, .failed], "\(verdicts)")
            #expect(verdicts["carol"] == [.notRun, .notRun] && results["carol"]?.problem?.contains("error: does not build") == true)
            // It kills what it can, and writes itself a result.
            #expect(verdicts["dave"] == [.failed, .notRun], "\(verdicts)")
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/grades").sorted()
            #expect(files == ["ada.json", "bob.json", "carol.json", "dave.json"])
            let written = try mergedReport(of: files.map { "\(folder)/grades/\($0)" })
            #expect(written.submissions.map(\.points) == ["ada", "bob", "carol", "dave"].map { results[$0]?.points ?? -1 })
        }
    }

    @Test func `A stage that was used before is laid out anew, but for what was built`() async throws {
        try await Jails.withFolder { folder in
            let names = ["Labs/old/main.swift", "Sources/Old/Old.swift", ".cache/manifests/manifest.db", ".build/kept"]
            for name in names { try Data().write(to: URL(fileURLWithPath: withFolder("\(folder)/stage-1/\(name)"))) }
            _ = try GradingStage(in: folder, Workspace(root: Built.root.path), JailedTools(isTrusting: true))
            let left = names.filter { FileManager.default.fileExists(atPath: "\(folder)/stage-1/\($0)") }
            #expect(left == [".build/kept"])
            #expect(FileManager.default.fileExists(atPath: "\(folder)/stage-1/Sources/Grading/Grader.swift"))
        }
    }

    @Test func `It goes on where it was broken off, and grades again only what has changed`() async throws {
        try await Jails.withFolder { folder in
            try handIn(["ada": "right", "bob": "waits-for-newline", "carol": "right"], in: folder)
            #expect(try await grade(in: folder, only: ["ada"]).built == ["ada"])
            let all = try await grade(in: folder)
            #expect(all.built == ["bob", "carol"] && all.results["ada"]?.labs[0].passed == 2)
            #expect(try await grade(in: folder).built == [])
            try handIn(["bob": "right"], in: folder)
            let changed = try await grade(in: folder)
            #expect(changed.built == ["bob"] && changed.results["bob"]?.labs[0].passed == 2)
            // Whoever damages a result has it made again.
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder)/grades/carol.json"))
            #expect(try await grade(in: folder).built == ["carol"])
            #expect(try await grade(in: folder, isAnew: true).built == ["ada", "bob", "carol"])
        }
    }

    @Test func `New rules decide anew, and grade nothing again`() async throws {
        try await Jails.withFolder { folder in
            try handIn(["ada": "waits-for-newline"], in: folder)
            let before = try await grade(in: folder).results["ada"]
            #expect(before?.labs[0].hidden == nil)
            var rules = ClassFile()
            rules.labs["echo-server"] = ClassFile.Rule(
                deadline: Date(timeIntervalSinceNow: -3_600), latePercentPerDay: 50, hidden: ["echo-at-once"])
            let after = try await grade(in: folder, rules: rules)
            #expect(after.built == [] && after.results["ada"]?.labs[0].hidden?.names == ["echo-at-once"])
            let grades = try #require(before?.grade.flatMap { old in after.results["ada"]?.grade.map { (old, $0) } })
            #expect(grades.0 > 0 && abs(grades.1 - grades.0 / 2) < 0.1)
            let written = try mergedReport(of: ["\(folder)/grades/ada.json"])
            #expect(written.submissions[0].labs[0].hidden?.count == 1)
        }
    }

    @Test func `Two submissions of one name, and none at all, are errors`() throws {
        let finder = SubmissionFinder(labs: [Self.lab], jail: JailedTools(isTrusting: true))
        #expect(throws: Failure.self) { try finder.find(in: ["/no/such/folder"]) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-find-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for group in ["one", "two"] { try Data().write(to: URL(fileURLWithPath: withFolder("\(folder)/\(group)/ada/EchoServer.swift"))) }
        let failure = #expect(throws: Failure.self) { try finder.find(in: ["\(folder)/one", "\(folder)/two"]) }
        #expect(failure?.message.contains("two submissions are named 'ada'") == true)
    }
}

/// Builds nothing: what was handed in says which program it becomes.
private struct FakeStage: BuildStage {
    let folder: String
    let log: Log

    /// Whose submissions were built.
    final class Log: Sendable {
        let students = Mutex<[String]>([])
    }

    func build(_ lab: Lab, of handedIn: HandedIn, into place: String?) throws(Failure) -> BuildOutcome {
        log.students.withLock { $0.append(handedIn.student) }
        let text = String(decoding: handedIn.files[lab.name]?["EchoServer.swift"] ?? Data(), as: UTF8.self)
        if text == "does not build" { return .failed("EchoServer.swift:1:1: error: does not build") }
        do {
            try? FileManager.default.removeItem(atPath: folder)
            let program = try withFolder("\(folder)/\(lab.name)")
            switch text {
            case "right": try FileManager.default.copyItem(atPath: Built.path("echo-server-solution"), toPath: program)
            case "hostile":
                try write("kill -9 1; kill -9 -1; mkdir grades; echo '{\"version\":1}' > grades/dave.json; exit 7", to: program)
            default:
                try FileManager.default.copyItem(atPath: Built.path("echo-server-mistakes"), toPath: "\(folder)/mistakes")
                try write("exec /lab/mistakes \(text) \"$@\"", to: program)
            }
        } catch { throw Failure("\(error)") }
        return .built(folder: folder)
    }

    private func write(_ script: String, to path: String) throws {
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}
