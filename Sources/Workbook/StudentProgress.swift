import Foundation
import Grading

/// How far the student has come: the last verdict of every check, by stable names.
struct StudentProgress: Codable, Equatable, Sendable {
    /// The version of the format.
    var version = StudentProgress.currentVersion
    /// By the labs' names.
    var labs: [String: LabProgress] = [:]

    static let currentVersion = 1

    struct LabProgress: Codable, Equatable, Sendable {
        /// When it was last graded.
        var graded: Date?
        /// By the checks' names; a check that is not here was never made.
        var checks: [String: CheckProgress] = [:]
    }

    struct CheckProgress: Codable, Equatable, Sendable {
        /// The last verdict; nil if it was never made.
        var last: Verdict?
        var everPassed = false
        var hintsShown = 0

        enum CodingKeys: String, CodingKey {
            case last
            case everPassed = "ever_passed"
            case hintsShown = "hints_shown"
        }
    }

    /// What is known of a check.
    subscript(_ check: Check, of lab: Lab) -> CheckProgress {
        get { labs[lab.name]?.checks[check.id] ?? CheckProgress() }
        set { labs[lab.name, default: LabProgress()].checks[check.id] = newValue }
    }

    /// Takes in what a grading of the student's own program has found.
    ///
    /// Checks that it did not make keep what they had.
    mutating func record(_ report: LabReport, of lab: Lab, at time: Date = Date()) {
        labs[lab.name, default: LabProgress()].graded = time
        for result in report.checks where result.status != .graderError {
            guard let check = lab.check(result.id) else { continue }
            self[check, of: lab].last = result.status
            if result.status == .passed { self[check, of: lab].everPassed = true }
        }
    }

    // MARK: Questions

    func hasPassed(_ check: Check, of lab: Lab) -> Bool { self[check, of: lab].last == .passed }

    /// What the last verdicts are worth.
    func points(in lab: Lab) -> Int { lab.checks.reduce(0) { $0 + (hasPassed($1, of: lab) ? $1.points : 0) } }

    /// Whether every check of the lab passed when it was last made.
    func isFinished(_ lab: Lab) -> Bool { lab.checks.allSatisfy { hasPassed($0, of: lab) } }

    /// Whether the lab was changed after it was last graded.
    func isChanged(_ lab: Lab, in workspace: Workspace) -> Bool {
        guard let graded = labs[lab.name]?.graded, let changed = workspace.lastChange(of: lab) else { return false }
        return changed > graded
    }

    /// The checks of the lab that never passed.
    func neverPassed(in lab: Lab) -> [Check] { lab.checks.filter { !self[$0, of: lab].everPassed } }

    /// The lab to work on: of those that were begun and are not finished the one that was checked last; else the first that is not
    /// finished, or nil if all are.
    func labToWorkOn(of labs: [Lab]) -> Lab? {
        let open = labs.filter { !isFinished($0) }
        let begun = open.filter { points(in: $0) > 0 }
        return begun.max { (self.labs[$0.name]?.graded ?? .distantPast) < (self.labs[$1.name]?.graded ?? .distantPast) } ?? open.first
    }

    /// The lab to work on, or the last if all are finished.
    var currentLab: Lab { labToWorkOn(of: Lab.all) ?? Lab.all[Lab.all.count - 1] }

    /// What a step's checks say together.
    func verdict(ofStep step: Lab.Step, in lab: Lab) -> Verdict {
        let verdicts = lab.checks(ofStep: step.number).map { self[$0, of: lab].last ?? .unsolved }
        for verdict in [Verdict.failed, .unsolved, .notRun] where verdicts.contains(verdict) { return verdict }
        return .passed
    }

    /// The step to work on: the first that has not passed; nil if all have.
    func nextStep(in lab: Lab) -> Lab.Step? { lab.steps.first { verdict(ofStep: $0, in: lab) != .passed } }
}

/// Where progress is kept between two commands.
struct ProgressFile: Sendable {
    let path: String

    init(_ workspace: Workspace) { path = workspace.path(".workbook/progress.json") }

    /// What the file says.
    ///
    /// A file that can't be read (damaged, or of a newer workbook) is set aside, and one starts anew.
    ///
    /// - Returns: The progress, and what the student should know about it, if anything.
    func load() -> (progress: StudentProgress, warning: String?) {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard FileManager.default.fileExists(atPath: path) else { return (StudentProgress(), nil) }
            return (StudentProgress(), "progress can't be read: .workbook/progress.json (check who owns it)")
        }
        struct Header: Decodable { let version: Int }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let version = (try? decoder.decode(Header.self, from: data))?.version
        if version == StudentProgress.currentVersion, let progress = try? decoder.decode(StudentProgress.self, from: data) {
            return (progress, nil)
        }
        let isNewer = (version ?? 0) > StudentProgress.currentVersion
        let reason = isNewer ? "was written by a newer workbook" : "is damaged"
        return (StudentProgress(), "progress starts anew: .workbook/progress.json \(reason); \(setAside())")
    }

    /// Moves the file out of the way, without losing it.
    private func setAside() -> String {
        let name = "progress-\(stamp(Date())).json"
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.moveItem(atPath: path, toPath: folder.appendingPathComponent(name).path)
            return "it is kept as .workbook/\(name)"
        } catch {
            return "and it could not be moved aside: \(error.localizedDescription)"
        }
    }

    /// Writes the file: whole, or not at all.
    ///
    /// - Returns: What the student should know, if it could not be written.
    func save(_ progress: StudentProgress) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        do {
            try encoder.encode(progress).write(to: URL(fileURLWithPath: withFolder(path)), options: .atomic)
            return nil
        } catch {
            return "progress could not be written to .workbook/progress.json: \(error.localizedDescription)"
        }
    }
}
