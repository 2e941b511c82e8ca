import Foundation
import Testing

@testable import Grading
@testable import workbook

struct ProgressTests {
    private let lab = Lab.echoServer

    private func report(_ ids: [String], _ verdict: Verdict) -> LabReport {
        LabReport(lab, program: "p", checks: ids.compactMap { lab.check($0) }.map { CheckReport($0, verdict) })
    }

    @Test func `It comes back as it was kept`() throws {
        let fixture = try Fixture()
        // The folder goes with its last reference, and what is saved after that would make it anew.
        defer { withExtendedLifetime(fixture) {} }
        let file = ProgressFile(fixture.workspace)
        var progress = StudentProgress()
        progress.record(report(["ready-line"], .passed), of: lab, at: Date(timeIntervalSince1970: 1_000))
        progress.record(report(["ready-line", "ipv6"], .failed), of: lab, at: Date(timeIntervalSince1970: 2_000))
        #expect(file.save(progress) == nil)
        let (loaded, warning) = file.load()
        #expect(warning == nil)
        #expect(loaded == progress)
        let check = try #require(lab.check("ready-line"))
        #expect(loaded[check, of: lab].last == .failed)
        #expect(loaded[check, of: lab].everPassed)
    }

    @Test func `The grader's own failure changes nothing`() throws {
        var progress = StudentProgress()
        progress.record(report(["ready-line"], .passed), of: lab)
        progress.record(report(["ready-line"], .graderError), of: lab)
        #expect(progress.points(in: lab) == 4)
    }

    @Test func `No file is a beginning, without a word`() throws {
        let (progress, warning) = ProgressFile(try Fixture().workspace).load()
        #expect(progress == StudentProgress())
        #expect(warning == nil)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"version":"x"}"#, #"{"version":1,"labs":7}"#,
        #"{"version":1,"labs":{"echo-server":{"checks":{"a":{"last":"so-so"}}}}}"#,
        #"{"version":2,"labs":{}}"#,
    ])
    func `A damaged or newer file is set aside with a word`(text: String) throws {
        let fixture = try Fixture()
        try fixture.workspace.write(text, to: ".workbook/progress.json")
        let file = ProgressFile(fixture.workspace)
        let (progress, warning) = file.load()
        #expect(progress == StudentProgress())
        let words = try #require(warning)
        #expect(words.contains(text.contains("2,") ? "newer workbook" : "is damaged"))
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.workspace.path(".workbook"))
        #expect(names.count == 1 && names[0] != "progress.json")
        #expect(words.contains(names[0]))
        #expect(fixture.workspace.text(".workbook/\(names[0])") == text)
        #expect(file.load().warning == nil)
    }

    @Test func `A file that can't be written is no failure`() throws {
        let fixture = try Fixture()
        try fixture.workspace.write("a file where the folder should be", to: ".workbook")
        #expect(ProgressFile(fixture.workspace).save(StudentProgress())?.contains("could not be written") == true)
    }

    @Test func `Hints go to the first check that needs one`() throws {
        var progress = StudentProgress()
        #expect(progress.stuckCheck(in: LabReference(lab: lab))?.id == "ready-line")
        #expect(progress.stuckCheck(in: try LabReference("2.3"))?.id == "second-message")
        progress.record(report(lab.checks.map(\.id), .passed), of: lab)
        #expect(progress.stuckCheck(in: LabReference(lab: lab)) == nil)
        progress.record(report(["half-close", "restarts"], .failed), of: lab)
        #expect(progress.stuckCheck(in: LabReference(lab: lab))?.id == "half-close")
        // What failed is on the screen; what waits for it, or was not come to, is not.
        progress.record(report(["second-message"], .unsolved), of: lab)
        #expect(progress.stuckCheck(in: LabReference(lab: lab))?.id == "half-close")
        progress.record(report(["half-close", "restarts", "second-message"], .passed), of: lab)
        progress.record(report(["silent-client"], .notRun), of: lab)
        #expect(progress.stuckCheck(in: LabReference(lab: lab))?.id == "silent-client")
    }

    @Test func `The lab to work on is the one that was begun`() throws {
        let labs = Array(Lab.all.prefix(3))
        var progress = StudentProgress()
        #expect(progress.labToWorkOn(of: labs)?.number == 1)
        progress.record(report(["ready-line"], .failed), of: lab)
        #expect(progress.labToWorkOn(of: labs)?.number == 1, "a look at a lab does not begin it")
        progress.record(report(["ready-line"], .passed), of: lab)
        #expect(progress.labToWorkOn(of: labs)?.number == 2)
        progress.record(report(lab.checks.map(\.id), .passed), of: lab)
        #expect(progress.labToWorkOn(of: labs)?.number == 1)
        #expect(progress.labToWorkOn(of: [lab]) == nil)
    }

    @Test func `The workbook is found from below`() throws {
        let fixture = try Fixture()
        let inside = fixture.workspace.path("Labs/02-echo-server")
        #expect(try Workspace.find(from: inside, executable: "/").root == fixture.workspace.root)
        #expect(try Workspace.find(from: "/", executable: "\(fixture.workspace.root)/.build/debug/workbook").root == fixture.workspace.root)
        #expect(throws: Failure.self) { try Workspace.find(from: "/", executable: "/bin/sh") }
    }

    @Test func `A build goes where this executable was built`() throws {
        let workspace = Workspace(root: "/w")
        let own = BuildPlace(workspace: workspace, executable: "/w/.build/x86/debug/workbook", configuration: "debug")
        #expect(own.scratch == "/w/.build" && own.products == "/w/.build/x86/debug")
        let foreign = BuildPlace(workspace: workspace, executable: "/usr/bin/workbook", configuration: "release")
        #expect(foreign.scratch == "/w/.build" && foreign.products == "/w/.build/release")
    }
}
