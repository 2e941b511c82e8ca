import Capture
import Foundation
import Grading
import Mistakes
import Testing

/// The reference solutions pass every check, however far the checks are parted from the machine.
@Suite struct SolutionTests {
    @Test(arguments: Lab.all, Isolation.allCases)
    func `passes every check`(_ lab: Lab, _ isolation: Isolation) async throws {
        try await expectPasses(lab, ["\(lab.name)-solution"], isolation)
    }

    /// The program that makes the mistakes, told to make none, is right code that was written apart from the solution.
    @Test(arguments: Lab.all)
    func `is not the only program that passes`(_ lab: Lab) async throws {
        try await expectPasses(lab, ["\(lab.name)-mistakes", "none"], .processes)
    }

    /// Right code that pauses before its fourth datagram, as a busy machine can make it, so that the reply to the third is not overtaken.
    @Test func `passes though it pauses`() async throws {
        let lab = try #require(Lab.all.first { $0.name == "udp-sender" })
        let check = try #require(lab.check("summary"))
        let report = try await onThread {
            Built.grader.grade(lab, .command([Built.path("udp-sender-mistakes"), "pauses"]), checks: [check], alone: true)
        }
        let outcome = try #require(report.checks.first)
        #expect(outcome.status == .passed, story(outcome))
    }

    private func expectPasses(_ lab: Lab, _ command: [String], _ isolation: Isolation) async throws {
        if let reason = Grader.failure(of: isolation, runner: Built.path("workbook")) {
            try Test.cancel("this machine can't isolate by '\(isolation.rawValue)': \(reason)")
        }
        let report = try await onThread {
            Grader(runner: Built.path("workbook"), isolation: isolation, jobs: 4)
                .grade(lab, .command([Built.path(command[0])] + command[1...]))
        }
        // On the machine's own network, capturing needs a privilege that whoever runs the tests may lack.
        let mayCapture = isolation != .shared || LiveCapture.isPermitted
        for check in report.checks {
            #expect(check.status == .passed || check.status == .notRun && !mayCapture && lab.name == "handshake-tracer", story(check))
        }
        guard mayCapture else { return }
        #expect(report.points == report.maxPoints)
        #expect(report.exitCode == 0)
    }

    @Test(arguments: Lab.all)
    func `is sound as a lab`(_ lab: Lab) {
        #expect(Set(lab.checks.map(\.id)).count == lab.checks.count, "two checks have the same name")
        for check in lab.checks {
            #expect(check.hints.count >= 2, "\(check.id) has fewer than two hints")
            #expect(lab.steps.contains { $0.number == check.step }, "\(check.id) belongs to no step")
            for need in check.needs {
                let before = lab.checks.prefix { $0.id != check.id }
                #expect(
                    before.contains { $0.id == need && $0.step <= check.step }, "\(check.id) needs '\(need)', which does not come before it"
                )
            }
        }
        #expect(lab.steps.map(\.number) == Array(1...lab.steps.count))
        #expect(Set(lab.checks.map(\.step)) == Set(lab.steps.map(\.number)), "a step has no check")
    }
}
