import Foundation
import Testing

@testable import Grading
@testable import workbook

/// The executable as a user types it, in a workbook of its own; nothing here builds a lab.
struct CommandTests {
    @Test(arguments: [
        (["chek"], "error: unknown command 'chek'; did you mean 'check'?"),
        (["2"], "error: unknown command '2'; did you mean 'check 2'?"),
        (["--bogus"], "error: unknown option '--bogus'"),
        (["check", "9"], "error: there is no lab '9'"),
        (["check", "2.8"], "error: lab 2 has no step '8'; its steps are 1 to 7"),
        (["check", "2."], "error: lab 2 has no step ''"),
        (["check", "2", "3"], "error: unexpected argument '3'"),
        (["check", "--jobs", "0"], "error: --jobs must be a whole number, 1 to 64, not '0'"),
        (["check", "--isolation", "total"], "error: --isolation must be processes, network, shared, not 'total'"),
        (["check", "--connect", "here"], "error: --connect must be HOST:PORT, not 'here'"),
        (["check", "--program", "'x"], "error: --program: a quote is not closed in ''x'"),
        (["check", "--program", "x", "--solution"], "error: --program and --solution exclude each other"),
        (["check", "--check", "half-clos"], "error: there is no check 'half-clos'; did you mean 'half-close'?"),
        (["check", "2.1", "--check", "half-close"], "error: the check 'half-close' belongs to step 3, not to step 1"),
        (["check", "--quick"], "error: unknown option '--quick'"),
        (["read", "2.1"], "error: '2.1' names a step; only a lab makes sense here: '2'"),
        (["solution"], "error: LAB is missing"),
        (["replay"], "error: FILE is missing"),
        (["explain", "2", "half-clos"], "error: lab 2 has no check 'half-clos'; did you mean 'half-close'?"),
        (["reset"], "error: LAB is missing"),
        (["help", "nothing"], "error: unknown command 'nothing'"),
    ])
    func `Wrong usage is named, with a usage line, and exit code 64`(words: [String], message: String) async throws {
        let outcome = try await Fixture().run(words)
        let lines = outcome.errors.split(separator: "\n")
        #expect(outcome.code == 64)
        #expect(outcome.output.isEmpty)
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix(message) == true)
        #expect(lines.last?.hasPrefix("usage: workbook") == true)
    }

    @Test func `Without words it shows the board, plain where it is piped`() async throws {
        let outcome = try await Fixture().run()
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("The networking workbook"))
        #expect(!outcome.output.contains("\u{1B}"))
        let ascii = try await Fixture().run(environment: ["LC_ALL": "C"])
        #expect(ascii.output.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `Every command has help`() async throws {
        let fixture = try Fixture()
        for command in Command.all {
            let outcome = try await fixture.run(command.name, "--help")
            #expect(outcome.code == 0)
            #expect(outcome.output.hasPrefix("usage: workbook \(command.name)"))
        }
        #expect(try await fixture.run("--version").output == "workbook \(Command.version)\n")
        #expect(try await fixture.run("--help").output.contains("starters"))
    }

    @Test func `Another program is graded, and changes no progress`() async throws {
        let fixture = try Fixture()
        let outcome = try await fixture.run("check", "2.2", "--program", "true")
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("✗ ready-line (step 1)"))
        #expect(!fixture.workspace.exists(".workbook"))
        let json = try await fixture.run("check", "2", "--program", "true", "--json", "--check", "help")
        let report = try JSONDecoder().decode(LabReport.self, from: Data(json.output.utf8))
        #expect(json.code == 1 && json.errors.isEmpty)
        #expect(report.checks.map(\.id) == ["help"] && report.failed == 1)
    }

    @Test func `A check that failed is explained`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.run("explain", "2").output.contains("No check of lab 2 failed"))
        let never = try await fixture.run("explain", "2", "half-close")
        #expect(never.code == 1 && never.errors.contains("was never made"))
        let check = try #require(Lab.echoServer.check("half-close"))
        var report = CheckReport(check, .failed, message: "sent 5 bytes, got back 3")
        report.ladder = ["ms  client 1 :1  program :2"]
        report.remarks = ["the program closed too early"]
        var reports = LastReports(of: .echoServer, in: fixture.workspace)
        reports.record(LabReport(.echoServer, program: "p", checks: [report]))
        for words in [["explain", "half-close"], ["explain", "2"], ["explain", "2.3"]] {
            let output = try await fixture.run(words).output
            for text in ["sent 5 bytes, got back 3", "client 1 :1", "seen: the program closed", "check 2 --check half-close"] {
                #expect(output.contains(text), "\(words): \(text) is missing in\n\(output)")
            }
        }
    }

    @Test func `What is no exchange is not replayed`() async throws {
        let fixture = try Fixture()
        let outcome = try await fixture.run("replay", "Package.swift")
        #expect(outcome.code == 1 && outcome.errors.contains("Package.swift is no exchange"))
    }

    @Test func `Hints are counted`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.run("hint", "1").output.contains("hint 1 of 2"))
        #expect(try await fixture.run("hint").output.contains("hint 2 of 2"))
        #expect(try await fixture.run("hint").output.contains("Those were all"))
    }

    @Test func `The solution is locked until the lab is passed`() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.run("solution", "2")
        #expect(locked.code == 1 && locked.output.contains("step 1  all of it") && !locked.output.contains("solved()"))
        let revealed = try await fixture.run("solution", "2", "--reveal")
        #expect(revealed.code == 0 && revealed.output.contains("solved()") && !revealed.output.contains("step 1 begins"))
        var progress = StudentProgress()
        let passed = Lab.echoServer.checks.map { CheckReport($0, .passed) }
        progress.record(LabReport(.echoServer, program: "p", checks: passed), of: .echoServer)
        _ = ProgressFile(fixture.workspace).save(progress)
        #expect(try await fixture.run("solution", "echo-server").code == 0)
    }

    @Test func `Reset makes the starter again and keeps what was there`() async throws {
        let fixture = try Fixture()
        let path = "Labs/02-echo-server/EchoServer.swift"
        let starter = fixture.workspace.text(path)
        #expect(try await fixture.run("reset", "2").output.contains("nothing to do"))
        try fixture.workspace.write("my work", to: path)
        let outcome = try await fixture.run("reset", "2")
        #expect(outcome.code == 0)
        #expect(fixture.workspace.text(path) == starter)
        let line = try #require(outcome.output.split(separator: "\n").last)
        #expect(fixture.workspace.text("\(line.split(separator: " ").last ?? "")/EchoServer.swift") == "my work")
    }

    @Test func `Reset without solutions says how else, and changes nothing`() async throws {
        let fixture = try Fixture()
        try FileManager.default.removeItem(atPath: fixture.workspace.path("Sources"))
        let outcome = try await fixture.run("reset", "2")
        #expect(outcome.code == 2 && outcome.errors.contains("git restore"))
    }

    @Test func `Starters that have come apart are named, and made anew`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.run("starters", "--check").code == 0)
        try fixture.workspace.write("other", to: "Labs/02-echo-server/EchoSession.swift")
        let outcome = try await fixture.run("starters", "--check")
        #expect(outcome.code == 1 && outcome.output.hasPrefix("Labs/02-echo-server/EchoSession.swift: line 1 is 'other'"))
        #expect(try await fixture.run("starters").code == 0)
        #expect(try await fixture.run("starters", "--check").code == 0)
    }

    @Test func `The handout is shown, and its absence named`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.run("read", "1").errors.contains("no handout"))
        try fixture.workspace.write("# Lab 1\n\nWrite *it*.\n", to: "\(Lab.all[0].folder)/README.md")
        #expect(try await fixture.run("read").output == "Lab 1\n═════\n\nWrite it.\n")
    }
}
