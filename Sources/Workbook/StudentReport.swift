import Foundation
import Grading

extension Submission {
    /// What the checks last said of a student's own labs.
    ///
    /// A check that was never made is not run, and says how to make it. One whose report is lost has the verdict that progress remembers.
    /// Paths are given from the workbook's folder on: what is handed on says nothing about the machine.
    init(student: String, lastOf labs: [Lab], in workspace: Workspace, progress: StudentProgress) {
        let reports = labs.map { lab in
            let last = LastReports(of: lab, in: workspace)
            let checks = lab.checks.map { check -> CheckReport in
                if let report = last.checks[check.id] { return report.renewed(by: check).shortened(in: workspace) }
                if let verdict = progress[check, of: lab].last { return CheckReport(check, verdict) }
                return CheckReport(check, .notRun, message: "not graded yet: \(Workspace.invocation) check \(lab.number).\(check.step)")
            }
            return LabReport(lab, program: lab.folder, checks: checks)
        }
        let milliseconds = reports.flatMap(\.checks).reduce(0) { $0 + $1.durationMs }
        self.init(student: student, labs: reports, seconds: Double(milliseconds) / 1_000)
    }
}

extension CheckReport {
    /// The same outcome, with the step, the words and the points that the check has now.
    fileprivate func renewed(by check: Check) -> CheckReport {
        var report = self
        report.step = check.step
        report.title = check.title
        report.points = status == .passed ? check.points : 0
        report.maxPoints = check.points
        return report
    }

    /// The same report without the path of the workbook's folder.
    fileprivate func shortened(in workspace: Workspace) -> CheckReport {
        var report = self
        report.message = message.map(workspace.shortened)
        report.remarks = remarks.map(workspace.shortened)
        report.transcript = transcript.map { event in
            var event = event
            event.what = workspace.shortened(event.what)
            return event
        }
        report.capture = capture.map(workspace.shortened)
        report.replay = replay.map(workspace.shortened)
        return report
    }
}
