import Foundation
import Testing

@testable import Grading
@testable import workbook

/// `workbook report`, as a user types it.
struct ReportCommandTests {
    /// A workbook in which lab 2 was graded: one check failed, the rest passed.
    private func gradedFixture() throws -> Fixture {
        let fixture = try Fixture()
        let checks = Lab.echoServer.checks.map { check -> CheckReport in
            guard check.id == "half-close" else { return CheckReport(check, .passed, durationMs: 7) }
            var report = CheckReport(check, .failed, message: "sent 5 bytes, got back 3", durationMs: 5_000)
            report.capture = fixture.workspace.path(".workbook/evidence/x.pcapng")
            report.transcript = [Event(timeUs: 0, who: "program", what: "started: \(fixture.workspace.root)/.build/x", data: nil)]
            return report
        }
        let report = LabReport(.echoServer, program: "p", checks: checks)
        var reports = LastReports(of: .echoServer, in: fixture.workspace)
        reports.record(report)
        var progress = StudentProgress()
        progress.record(report, of: .echoServer, at: Date().addingTimeInterval(60))
        #expect(ProgressFile(fixture.workspace).save(progress) == nil)
        return fixture
    }

    private func decoded(_ text: String) throws -> Submission { try #require(try ClassReport(json: text).submissions.first) }

    @Test func `It says what the checks last said, and what was never made`() async throws {
        let fixture = try gradedFixture()
        let outcome = try await fixture.run("report", "--format", "json", "--student", "Ada")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let submission = try decoded(outcome.output)
        #expect(submission.student == "Ada" && submission.labs.map(\.lab) == Lab.all.map(\.number))
        let lab = submission.labs[1]
        #expect(lab.failed == 1 && lab.passed == Lab.all[1].checks.count - 1)
        let other = submission.labs[0]
        #expect(other.notRun == other.checks.count && other.points == 0 && other.maxPoints == Lab.all[0].maxPoints)
        #expect(other.checks[0].message == "not graded yet: swift run workbook check 1.1")
        // Nothing about the machine is handed on.
        #expect(!outcome.output.contains(fixture.workspace.root))
        #expect(lab.checks.contains { $0.capture == ".workbook/evidence/x.pcapng" && $0.transcript[0].what == "started: .build/x" })
    }

    @Test func `Text, and only the labs that are named`() async throws {
        let fixture = try gradedFixture()
        let outcome = try await fixture.run("report", "2", "--student", "Ada")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("Results of Ada") && outcome.output.contains("sent 5 bytes, got back 3"))
        #expect(!outcome.output.contains("Lab 1"))
        let both = try decoded(try await fixture.run("report", "3", "echo-server", "--format=json").output)
        #expect(both.labs.map(\.lab) == [2, 3])
    }

    @Test func `Lost reports have the verdicts that progress remembers`() async throws {
        let fixture = try gradedFixture()
        try FileManager.default.removeItem(atPath: fixture.workspace.path(".workbook/reports"))
        let lab = try decoded(try await fixture.run("report", "2", "--format", "json").output).labs[0]
        #expect(lab.failed == 1 && lab.notRun == 0)
    }

    @Test(arguments: ReportFormat.allCases) func `Every format is written to a file, or to stdout`(format: ReportFormat) async throws {
        let fixture = try gradedFixture()
        let path = fixture.workspace.path("results")
        let outcome = try await fixture.run("report", "--format", format.rawValue, "--output", path, "--student", "Ada")
        #expect(outcome.code == 0 && outcome.output.isEmpty)
        let piped = try await fixture.run(["report", "--format", format.rawValue, "--student", "Ada"], environment: ["COLUMNS": "100"])
        #expect(fixture.workspace.text("results") == piped.output && !piped.output.isEmpty)
    }

    @Test func `Doubts are said on stderr`() async throws {
        let never = try await Fixture().run("report", "2", "3")
        #expect(never.code == 0 && never.errors.contains("nothing was graded yet: swift run workbook check 2"))
        let fixture = try gradedFixture()
        let missing = try await fixture.run(["report", "2", "--format", "classroom50"], environment: ["CLASSROOM": "net"])
        #expect(missing.code == 0 && missing.errors.contains("ASSIGNMENT") && !missing.errors.contains("CLASSROOM,"))
        let file = fixture.workspace.path(fixture.workspace.studentFiles(of: .echoServer)[0])
        try FileManager.default.setAttributes([.modificationDate: Date().addingTimeInterval(120)], ofItemAtPath: file)
        #expect(try await fixture.run("report", "2").errors.contains("changed since it was last checked: lab 2"))
    }

    @Test(arguments: [
        (["--format", "xml"], "--format must be text, json, junit, gradescope, classroom50, csv, markdown, html, not 'xml'"),
        (["--format", "jsn"], "did you mean 'json'?"), (["--format"], "--format needs a value"), (["9"], "there is no lab '9'"),
        (["2.1"], "'2.1' names a step"), (["2", "echo-server"], "lab 2 is given twice"), (["--quick"], "unknown option '--quick'"),
        (
            ["--format", "gradescope", "--visibility", "after_due"],
            "--visibility must be hidden, after_due_date, after_published, visible, not 'after_due'"
        ),
        (
            ["--format", "gradescope", "--hidden-visibility", "visible"],
            "--hidden-visibility must be hidden, after_due_date, after_published, not"
        ),
        (["--visibility", "hidden"], "--visibility is for --format gradescope"),
        (["--format", "csv", "--leaderboard", "x"], "--leaderboard is for --format gradescope"),
        (["--for", "teachers"], "--for must be student, teacher, not 'teachers'; did you mean 'teacher'?"),
        (["--format", "classroom50", "--for", "teacher"], "--for teacher: classroom50 is shown to students"),
    ])
    func `Wrong usage is named`(words: [String], message: String) async throws {
        let outcome = try await Fixture().run(["report"] + words)
        #expect(outcome.code == 64 && outcome.output.isEmpty && outcome.errors.contains(message))
    }

    @Test func `Gradescope's leaderboard is what a benchmark measured`() async throws {
        let fixture = try gradedFixture()
        func series(_ results: [LoadResult], _ figure: BenchScenario.Figure) -> BenchReport.Series {
            BenchReport.Series("p", results, nil, figure, comparedWith: nil)
        }
        func row(_ figure: BenchScenario.Figure, _ results: [LoadResult]) -> BenchReport.Row {
            let other = LoadResult(count: 1, bytes: 1, seconds: 1, latencies: Latencies(p50: 1))
            return BenchReport.Row(
                id: figure.rawValue, title: "a \(figure.rawValue)", figure: figure, unit: "messages", clients: 1,
                series: [series(results, figure), series([other], figure)])
        }
        func bench(_ rows: BenchReport.Row...) throws -> String {
            let machine = BenchReport.Machine(processors: 2, model: "x", kernel: "x", compiler: "x", load: 0)
            return try BenchReport(
                lab: 2, name: "echo-server", machine: machine, date: Date(), rounds: 1, programs: ["p", "q"], rows: rows
            )
            .json()
        }
        let measured = LoadResult(count: 1_234_567, bytes: 4_567_891_234, seconds: 10, latencies: Latencies(p50: 18.123_9))
        try fixture.workspace.write(
            bench(row(.rate, [measured]), row(.throughput, [measured]), row(.latency, [measured]), row(.memory, [])), to: "bench.json")
        let outcome = try await fixture.run(
            "report", "2", "--format", "gradescope", "--leaderboard", "bench.json", "--visibility=after_published")
        let result = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
        #expect(result["visibility"] as? String == "after_published")
        let board = try #require(result["leaderboard"] as? [[String: Any]])
        #expect(
            board.map { $0["name"] as? String } == [
                "a rate: messages a second", "a throughput: megabytes a second", "a latency: microseconds",
            ])
        #expect(board.map { $0["value"] as? Double } == [123_500, 456.8, 18.12])
        #expect(board.map { $0["order"] as? String } == ["desc", "desc", "asc"])
        try fixture.workspace.write("{}", to: "other.json")
        try fixture.workspace.write(bench(row(.rate, [])), to: "empty.json")
        for (file, message) in [
            ("none.json", "none.json: there is no such file"), ("other.json", "other.json is not what a benchmark printed"),
            ("empty.json", "empty.json: nothing was measured in it"),
        ] {
            let outcome = try await fixture.run("report", "2", "--format", "gradescope", "--leaderboard", file)
            #expect(outcome.code == 1 && outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    @Test func `A file is written whole or not at all`() async throws {
        let fixture = try gradedFixture()
        for path in ["missing/results", "Labs", "Package.swift/results"] {
            let outcome = try await fixture.run("report", "--format", "json", "--output", path)
            #expect(outcome.code == 2 && outcome.errors.hasPrefix("error: \(path) can't be written: "), "\(outcome.errors)")
        }
        // Where a file is a link, the file that it leads to is written; what is no file is left as it is.
        try fixture.workspace.write("old", to: "real")
        try FileManager.default.createSymbolicLink(atPath: fixture.workspace.path("link"), withDestinationPath: "real")
        #expect(try await fixture.run("report", "--format", "csv", "--output", "link").code == 0)
        #expect(fixture.workspace.text("real")?.hasPrefix("student,") == true)
        #expect(try await fixture.run("report", "--output", "/dev/null").code == 0)
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.workspace.root)
        #expect(Set(names.filter { !$0.hasPrefix("std") }) == ["Package.swift", "Labs", "Sources", ".workbook", "real", "link"])
    }
}
