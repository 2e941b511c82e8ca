import Foundation
import Grading
import Synchronization
import Testing

/// The student's own labs: the same verdicts as `workbook check`.
///
/// What is solved must pass. What is not solved yet is shown as skipped, with the step that comes next.
@Suite struct OwnLabTests {
    @Test(arguments: Lab.all.flatMap { lab in lab.checks.map { OwnCheck(lab: lab, check: $0) } })
    func `does what the check asks`(_ own: OwnCheck) async throws {
        let report = try await OwnLabs.report(of: own.lab)
        let check = try #require(report.checks.first { $0.id == own.check.id })
        switch check.status {
        case .passed: return
        case .unsolved, .notRun: try Test.cancel("\(check.message ?? "")")
        case .failed, .graderError: Issue.record(story(check))
        }
    }
}

/// One check of one lab.
struct OwnCheck: Sendable, CustomTestStringConvertible {
    let lab: Lab
    let check: Check
    var testDescription: String { "\(lab.name): step \(check.step): \(check.id)" }
}

/// Each lab is graded once, for all of its checks.
private enum OwnLabs {
    private static let reports = Mutex<[Int: Task<LabReport, any Error>]>([:])

    static func report(of lab: Lab) async throws -> LabReport {
        let task = reports.withLock { reports in
            if let task = reports[lab.number] { return task }
            let task = Task { try await onThread { Built.grader.grade(lab, .command([Built.path(lab.name)])) } }
            reports[lab.number] = task
            return task
        }
        return try await task.value
    }
}
