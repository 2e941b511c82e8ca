import Foundation
import Grading

/// What each check of a lab last said of the student's program, with all its evidence.
struct LastReports {
    private let path: String
    /// By the checks' names.
    private(set) var checks: [String: CheckReport]

    /// Those of a lab; none where it was never graded, or the file is of no use.
    init(of lab: Lab, in workspace: Workspace) {
        path = workspace.path(".workbook/reports/\(lab.folderName).json")
        let data = FileManager.default.contents(atPath: path)
        checks = data.flatMap { try? JSONDecoder().decode([String: CheckReport].self, from: $0) } ?? [:]
    }

    /// Takes in what a grading has found, and writes it down. That it can't be written is no reason to fail.
    mutating func record(_ report: LabReport) {
        for check in report.checks { checks[check.id] = check }
        try? JSONEncoder().encode(checks).write(to: URL(fileURLWithPath: withFolder(path)), options: .atomic)
    }
}
