import Foundation
import Grading
import LabProgram
import Sockets

extension Command {
    static let check = Command(
        name: "check",
        arguments: "[LAB[.STEP]] [--program CMD | --connect HOST:PORT | --solution] [--json] [--verbose] [--check ID]"
            + " [--jobs N] [--isolation processes|network|shared]",
        summary: "builds a lab and grades it, or one step of it",
        details: [
            "Without LAB: the one that the board points at.",
            "--program CMD        grades this command instead, in any language: 'python3 echo.py'; a script starts its server with exec",
            "--connect HOST:PORT  grades a server that runs already; what needs its process is not run",
            "--solution           grades the reference solution",
            "--json               prints one JSON object, and nothing else, on stdout",
            "--verbose            shows what happened on the wire for every failed check, not only the first",
            "--check ID           makes this check alone, without those that it builds on",
            "--jobs N             makes N checks at a time, 1 to 64 (\(Grader.defaultJobs))",
            "--isolation LEVEL    how far programs are parted from the machine; without it, as far as the machine allows",
            "Exit code: 0 all passed, 1 some failed, are unsolved or not run, 2 the grader failed, 64 wrong usage.",
        ]
    ) { options, context in
        let request = try CheckRequest(&options)
        return try CheckRun(request, context).run()
    }
}

/// What `check` was asked to do.
struct CheckRequest {
    /// What is graded.
    enum Source: Equatable {
        case lab
        case solution
        case command([String])
        case server(Endpoint)
    }

    let reference: LabReference?
    let source: Source
    let isJSON: Bool
    let isVerbose: Bool
    /// The one check to make.
    let checkID: String?
    let jobs: Int
    let isolation: Isolation?

    /// - Throws: `UsageError`
    init(_ options: inout Options) throws(UsageError) {
        isJSON = try options.flag("json")
        isVerbose = try options.flag("verbose")
        jobs = try options.count("jobs", default: Grader.defaultJobs, in: 1...64)
        checkID = try options.value("check")
        isolation = try CheckRequest.isolation(try options.value("isolation"))
        source = try CheckRequest.source(&options)
        reference = try options.labOrStep()
        try options.finish()
        guard let checkID else { return }
        let check = try Check(named: checkID, of: reference.map { [$0.lab] } ?? Lab.all)
        if let step = reference?.step, step.number != check.step {
            throw UsageError("the check '\(checkID)' belongs to step \(check.step), not to step \(step.number)")
        }
    }

    private static func isolation(_ text: String?) throws(UsageError) -> Isolation? {
        guard let text else { return nil }
        guard let isolation = Isolation(rawValue: text) else {
            throw UsageError("--isolation must be \(Isolation.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'")
        }
        return isolation
    }

    private static func source(_ options: inout Options) throws(UsageError) -> Source {
        let program = try options.value("program")
        let server = try options.value("connect")
        let isSolution = try options.flag("solution")
        let given = [program == nil ? nil : "--program", server == nil ? nil : "--connect", isSolution ? "--solution" : nil]
            .compactMap { $0 }
        if given.count > 1 { throw UsageError("\(given[0]) and \(given[1]) exclude each other") }
        if let program {
            guard let words = shellWords(program) else { throw UsageError("--program: a quote is not closed in '\(program)'") }
            guard !words.isEmpty else { throw UsageError("--program needs a command, not '\(program)'") }
            return .command(words)
        }
        if let server {
            guard let endpoint = Endpoint(server) else { throw UsageError("--connect must be HOST:PORT, not '\(server)'") }
            return .server(endpoint)
        }
        return isSolution ? .solution : .lab
    }
}

/// One run of `check`: builds, grades, shows, remembers.
struct CheckRun {
    private let request: CheckRequest
    private let context: Context
    private let workspace: Workspace
    private let lab: Lab
    private let checks: [Check]

    init(_ request: CheckRequest, _ context: Context) throws(Failure) {
        self.request = request
        self.context = context
        workspace = try context.workspace
        if let reference = request.reference {
            lab = reference.lab
        } else if let id = request.checkID, let owner = Lab.all.first(where: { $0.check(id) != nil }) {
            lab = owner
        } else {
            lab = try context.progress().currentLab
        }
        let candidates = request.reference?.checks ?? lab.checks
        checks = request.checkID.map { id in candidates.filter { $0.id == id } } ?? candidates
    }

    func run() throws -> Int32 {
        switch request.source {
        case .command(let words): return try grade(.command(words))
        case .server(let endpoint): return try grade(.server(host: endpoint.host, port: endpoint.port))
        case .lab: return try buildAndGrade(lab.name)
        case .solution:
            guard workspace.exists(lab.solutionFolder) else {
                throw Failure("this edition of the workbook has no solution of lab \(lab.number)")
            }
            return try buildAndGrade("\(lab.name)-solution")
        }
    }

    private func buildAndGrade(_ product: String) throws -> Int32 {
        let build = Build(product, in: workspace)
        try Interruption.watch(context.console.status) { build.interrupt() }
        switch try build.run(progress: context.console.status.show) {
        case .built(let path): return try grade(.command([path]), isWatched: true)
        case .failed(let errors):
            // With --json, stdout is for the object alone.
            let (console, isJSON) = (context.console, request.isJSON)
            let style = isJSON ? console.errorStyle : console.style
            let lines = BuildFailureView(lab: lab, errors: errors, style: style).lines
            if isJSON { console.note(lines) } else { console.print(lines) }
            if isJSON {
                let message = "it does not build: \(errors.first ?? "no reason given")"
                try printJSON(LabReport(lab, program: product, checks: checks.map { CheckReport($0, .notRun, message: message) }))
            }
            return 1
        }
    }

    private func grade(_ subject: Subject, isWatched: Bool = false) throws -> Int32 {
        let console = context.console
        if !isWatched { try Interruption.watch(console.status) {} }
        console.status.show("grading \(lab.name)")
        let isStudents = request.source == .lab
        // Grading another program leaves the evidence about the student's own where it is.
        let evidence = workspace.path(isStudents ? ".workbook/evidence" : ".workbook/evidence/others")
        let grader = Grader(runner: Workspace.executable, isolation: request.isolation, jobs: request.jobs, evidence: evidence)
        let style = console.errorStyle
        // What the checks build on is made, too. It is not what was asked for, but it may be why one could not be made.
        let isAlone = request.checkID != nil
        let all = grader.grade(lab, subject, checks: isAlone ? checks : lab.closure(of: checks), alone: isAlone) { done, total in
            console.status.show("grading \(lab.name) \(plainBar(done, of: total, style)) \(done)/\(total)")
        }
        console.status.clear()
        let wanted = Set(checks.map(\.id))
        let report = LabReport(lab, program: all.program, checks: all.checks.filter { wanted.contains($0.id) })
        var passedBefore: Set<String> = []
        var nextStep: Lab.Step?
        if isStudents {
            var progress = try context.progress()
            passedBefore = Set(lab.checks.filter { progress[$0, of: lab].everPassed }.map(\.id))
            progress.record(all, of: lab)
            nextStep = progress.nextStep(in: lab)
            try context.save(progress)
            var reports = LastReports(of: lab, in: workspace)
            reports.record(all)
        }
        if request.isJSON {
            try printJSON(report)
        } else {
            let view = ReportView(
                lab: lab, report: report, needs: all.checks.filter { !wanted.contains($0.id) }, style: console.style,
                isVerbose: request.isVerbose, isStudents: isStudents,
                hasSolution: workspace.exists(lab.solutionFolder), nextStep: nextStep, passedBefore: passedBefore,
                shortened: workspace.shortened)
            console.print(view.lines)
        }
        return all.graderErrors > 0 ? all.exitCode : report.exitCode
    }

    private func printJSON(_ report: LabReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        context.console.print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}

/// A bar without colours, for the line at the foot of the terminal.
private func plainBar(_ done: Int, of total: Int, _ style: Style) -> String {
    var plain = style
    plain.hasColour = false
    return plain.bar(done, of: total, columns: 20)
}
