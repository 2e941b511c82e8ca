import Foundation
import Testing

@testable import Grading
@testable import workbook

/// `workbook gradebook`, as a teacher types it.
struct GradebookCommandTests {
    /// Results of a class in two folders, as two machines wrote them.
    private func fixture() throws -> Fixture {
        let fixture = try Fixture()
        let sample = SampleClass.report.submissions
        func write(_ submission: Submission, _ date: Date, to path: String) throws {
            try fixture.workspace.write(try ClassReport(date: date, submissions: [submission]).json(), to: path)
        }
        try write(sample[1], SampleClass.date, to: "one/grace.json")
        try write(sample[0], SampleClass.date, to: "one/ada.json")
        // Graded twice: the later one counts, wherever it lies.
        var again = sample[2]
        again.student = sample[0].student
        try write(again, SampleClass.date.addingTimeInterval(-60), to: "two/ada.json")
        try write(sample[3], SampleClass.date, to: "two/cerf.json")
        try fixture.workspace.write("no result", to: "two/notes.txt")
        return fixture
    }

    @Test func `Results of several machines become one, the latest of each student`() async throws {
        let fixture = try fixture()
        let outcome = try await fixture.run("gradebook", "one", "two", "--format", "json")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let report = try ClassReport(json: outcome.output)
        let sample = SampleClass.report.submissions
        #expect(report.submissions.map(\.student) == [sample[0], sample[1], sample[3]].map(\.student))
        #expect(report.submissions.map(\.points) == [sample[0], sample[1], sample[3]].map(\.points))
        let other = try await fixture.run("gradebook", "two/cerf.json", "one", "two", "--format", "json")
        #expect(other.output == outcome.output)
    }

    @Test(arguments: [ReportFormat.gradescope, .classroom50, .markdown, .html]) func `Each student gets a file`(format: ReportFormat)
        async throws
    {
        let fixture = try fixture()
        let each = format.isOfOneStudent ? [] : ["--each"]
        let outcome = try await fixture.run(["gradebook", "one", "two", "--format", format.rawValue, "--output", "feedback"] + each)
        #expect(outcome.code == 0 && outcome.output == "3 files are in feedback\n", "\(outcome.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.workspace.path("feedback"))
        #expect(files.count == 3 && files.allSatisfy { $0.hasSuffix("." + format.fileEnding) })
    }

    @Test func `What is wrong is named`() async throws {
        let fixture = try fixture()
        try fixture.workspace.write("{", to: "three/bad.json")
        for (words, code, message) in [
            (["gradebook"], Int32(64), "RESULTS are missing"), (["gradebook", "none"], 1, "none can't be read"),
            (["gradebook", "three"], 1, "three/bad.json: it is no result of a grading"),
            (["gradebook", "one", "--format", "gradescope"], 1, "gradescope has one student in a file"),
            (["gradebook", "one", "--each"], 1, "--each has one student in a file"),
            (
                ["gradebook", "one", "--format", "gradescope", "--output", "x", "--leaderboard", "b.json"], 1,
                "b.json: there is no such file"
            ),
        ] {
            let outcome = try await fixture.run(words)
            #expect(outcome.code == code && outcome.errors.contains(message), "\(words): \(outcome.errors)")
        }
    }
}
