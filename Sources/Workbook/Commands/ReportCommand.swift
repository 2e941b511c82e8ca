import Foundation
import Grading
import LabProgram

extension Command {
    static let report = Command(
        name: "report",
        arguments: "[LAB...] [--format FORMAT] [--output FILE] [--student NAME] [--for student|teacher] [--visibility V]"
            + " [--hidden-visibility V] [--leaderboard BENCH.json]",
        summary: "what the checks last said of your labs, in the formats that others read",
        details: FormatOptions.details + [
            "--output FILE    writes it there, whole or not at all, rather than on stdout",
            "--student NAME   whose results they are; without it, the name of this machine's user",
            "Without LAB: all labs. Nothing is graded: what was never checked is not run. To grade: check.",
            "classroom50 takes what it is about from the variables CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL, REVIEW_URL.",
            "Exit code: 0 it is written, whatever the verdicts, 2 it can't be, 64 wrong usage.",
        ]
    ) { options, context in
        let format = try FormatOptions(&options)
        let file = try options.value("output").map { OutputFile(path: $0) }
        let student = try options.value("student") ?? NSUserName()
        var labs: [Lab] = []
        while let lab = try options.lab() {
            guard !labs.contains(where: { $0.number == lab.number }) else { throw UsageError("lab \(lab.number) is given twice") }
            labs.append(lab)
        }
        try options.finish()
        let chosen = labs.isEmpty ? Lab.all : labs.sorted { $0.number < $1.number }
        let (workspace, progress) = (try context.workspace, try context.progress())
        let submission = Submission(student: student, lastOf: chosen, in: workspace, progress: progress)
        let report = ClassReport(date: chosen.compactMap { progress.labs[$0.name]?.graded }.max() ?? Date(), submissions: [submission])
        context.note(doubts(about: chosen, format.format, progress, workspace))
        let environment = ProcessInfo.processInfo.environment
        let style = file == nil ? context.console.style : plainStyle
        let text = try format.text(of: report, style: style, environment: environment)
        if let file { try file.write(text) } else { context.console.write(text) }
        return 0
    }
}

/// What whoever reads the report should know, if anything.
private func doubts(about labs: [Lab], _ format: ReportFormat, _ progress: StudentProgress, _ workspace: Workspace) -> [String] {
    let names = { (labs: [Lab]) in labs.map { "\($0.number)" }.joined(separator: ", ") }
    var notes: [String] = []
    let never = labs.filter { progress.labs[$0.name]?.graded == nil }
    if never.count == labs.count { notes.append("nothing was graded yet: \(Workspace.invocation) check \(labs[0].number)") }
    let changed = labs.filter { progress.isChanged($0, in: workspace) }
    if !changed.isEmpty { notes.append("changed since it was last checked: lab \(names(changed))") }
    guard format == .classroom50 else { return notes }
    let missing = classroom50Variables.filter { (ProcessInfo.processInfo.environment[$0] ?? "").isEmpty }
    if !missing.isEmpty { notes.append("not set, so empty in the result: \(missing.joined(separator: ", "))") }
    return notes
}
