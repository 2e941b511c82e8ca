import Foundation
import Grading
import LabProgram

extension Command {
    static let grade = Command(
        name: "grade", arguments: "PATH... [--lab LAB] [--jobs N] [--output DIR] [--class FILE] [--anew] [--trust]",
        summary: "for teachers: grades a class, one folder, repository or archive for each student",
        details: [
            "PATH is a submission (files of a lab, a folder Labs, a whole clone, a repository, a .zip or .tar.gz), or a folder of submissions.",
            "Only the labs' files are taken. They are built over a pristine workbook, and graded without network, home and environment.",
            "--lab LAB      only this lab, or these: 2,3",
            "--jobs N       grades N submissions at a time, 1 to 64 (1)",
            "--output DIR   where each student's result is written (grades)",
            "--class FILE   weights and deadlines: see Docs/teacher-guide.md",
            "--anew         grades also those whose files are as they were in an earlier run",
            "--trust        grades although this machine can't part programs from it",
            "Exit code: 0 all were graded, whatever their verdicts; 1 some could not be; 2 the grader failed.",
        ]
    ) { options, context in
        let labs = try (options.value("lab") ?? "").split(separator: ",").map { try LabReference(String($0)).lab }
        let jobs = try options.count("jobs", default: 1, in: 1...64)
        let results = try options.value("output") ?? "grades"
        let classFile = try options.value("class").map { try ClassFile(path: $0) } ?? ClassFile()
        let isAnew = try options.flag("anew")
        let isTrusting = try options.flag("trust")
        var paths: [String] = []
        while let path = options.argument() { paths.append(path) }
        try options.finish()
        guard !paths.isEmpty else { throw UsageError("PATH is missing") }
        let workspace = try context.workspace
        try Interruption.watch(context.console.status) {}
        let tools = try JailedTools.usable(isTrusting: isTrusting)
        let scratch = workspace.path(".build/grading")
        let plan = ClassGrading.Plan(
            labs: labs.isEmpty ? Lab.all : labs, jobs: jobs, results: results, classFile: classFile, tools: tools, isAnew: isAnew,
            makeStage: { () throws(Failure) in try GradingStage(in: scratch, workspace, tools) })
        let submissions = try SubmissionFinder(labs: plan.labs, jail: tools).find(in: paths)
        guard !submissions.isEmpty else { throw Failure("there is no submission in \(paths.joined(separator: ", "))", code: 1) }
        let graded = try ClassGrading(plan, submissions, scratch: scratch, context.console).run()
        context.console.print(gradeTable(graded, style: context.console.style))
        context.console.print([
            "", "each student's result: \(results)/STUDENT.json",
            "as a page, a table, a gradebook: \(Workspace.invocation) gradebook \(results)",
        ])
        let failed = graded.contains { $0.labs.contains { $0.graderErrors > 0 } }
        return failed ? 2 : graded.contains { $0.problem != nil } ? 1 : 0
    }
}

/// A line for each student: the points of each lab, and what kept a submission from being graded.
func gradeTable(_ submissions: [Submission], style: Style) -> [String] {
    let labs = submissions.first?.labs ?? []
    let head = ["student"] + labs.map { "lab \($0.lab)" } + ["points", "note"]
    let rows = submissions.map { submission -> [String] in
        let points = submission.labs.map { "\($0.points)/\($0.maxPoints)" }
        let note = submission.problem.map { String($0.split(separator: "\n").first ?? "") } ?? ""
        return [printable(submission.student)] + points + ["\(submission.points)/\(submission.maxPoints)", printable(note)]
    }
    return table(
        [head.map { style.bold($0) }] + rows, width: style.width, flexible: [head.count - 1], rightAligned: Set(1..<head.count - 1))
}

/// A text of a stranger's, without what a terminal would take for a command.
func printable(_ text: String) -> String {
    String(
        text.map { character in
            character.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value) }
                ? character : "?"
        })
}
