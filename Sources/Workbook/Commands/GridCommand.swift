import Foundation
import Grading
import LabProgram

extension Command {
    static let grid = Command(
        name: "grid", arguments: "PATH... --lab LAB [--jobs N] [--format text|markdown|html|json] [--output FILE] [--trust]",
        summary: "for teachers: has every student's client meet every student's server, in labs 3 to 5",
        details: [
            "PATH is what 'grade' takes: submissions, or a folder of them. They are built and run as there.",
            "In lab 3 each sender meets the workbook's reflector. The reference solution takes part where it is there.",
            "--lab LAB        which lab",
            "--jobs N         has N pairs meet at a time, 1 to 64 (2)",
            "--format FORMAT  text unless told otherwise",
            "--output FILE    writes it there rather than on stdout",
            "--trust          goes on although this machine can't part programs from it",
            "Exit code: 0 all pairs have met, whatever came of it; 1 some could not; 2 the grader failed.",
        ]
    ) { options, context in
        guard let name = try options.value("lab") else { throw UsageError("--lab is missing") }
        let lab = try LabReference(name).lab
        let jobs = try options.count("jobs", default: 2, in: 1...64)
        let format = try options.choice("format", of: GridFormat.allCases) ?? .text
        let output = try options.value("output")
        let isTrusting = try options.flag("trust")
        var paths: [String] = []
        while let path = options.argument() { paths.append(path) }
        try options.finish()
        guard !paths.isEmpty else { throw UsageError("PATH is missing") }
        guard !lab.encounters.isEmpty else {
            let others = Lab.all.filter { !$0.encounters.isEmpty }.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
            throw UsageError("the programs of lab \(lab.number) have nothing to say to each other; those of \(others) have")
        }
        let workspace = try context.workspace
        try Interruption.watch(context.console.status) {}
        let tools = try JailedTools.usable(isTrusting: isTrusting)
        let submissions = try SubmissionFinder(labs: [lab], jail: tools).find(in: paths)
        guard !submissions.isEmpty else { throw Failure("there is no submission in \(paths.joined(separator: ", "))", code: 1) }
        let builder = GridBuilder(lab, tools, workspace, context.console.status)
        let participants = try builder.participants(of: submissions)
        defer { builder.removePrograms() }
        let report = Grid(lab, participants, tools, jobs: jobs, status: context.console.status).run()
        let text = try format.text(of: report, style: output == nil ? context.console.style : plainStyle)
        if let output { try OutputFile(path: output).write(text) } else { context.console.write(text) }
        if report.cells.contains(where: { $0.status == .graderError }) { return 2 }
        return participants.contains { $0.problem != nil } ? 1 : 0
    }
}

/// Builds what takes part in a grid.
struct GridBuilder {
    private let lab: Lab
    private let tools: JailedTools
    private let workspace: Workspace
    private let status: StatusLine
    private var scratch: String { workspace.path(".build/grading") }
    private var programs: String { "\(scratch)/grid-\(ProcessInfo.processInfo.processIdentifier)" }

    init(_ lab: Lab, _ tools: JailedTools, _ workspace: Workspace, _ status: StatusLine) {
        self.lab = lab
        self.tools = tools
        self.workspace = workspace
        self.status = status
    }

    /// The reference solution, where it is there, and all submissions, built.
    ///
    /// - Throws: ``Failure`` if nothing can be built at all.
    func participants(of submissions: [(student: String, path: String)]) throws(Failure) -> [Grid.Participant] {
        let stage = try GradingStage(in: scratch, workspace, tools)
        let finder = SubmissionFinder(labs: [lab], jail: tools)
        var all: [Grid.Participant] = []
        if workspace.exists(lab.solutionFolder) {
            status.show("building the reference solution")
            all.append(try build(HandedIn(student: "reference", solutionOf: lab, in: workspace), stage, "reference"))
        }
        for (index, (student, path)) in submissions.enumerated() {
            status.show("building \(index + 1) of \(submissions.count)")
            do {
                all.append(try build(try finder.read(student, path, scratch: scratch), stage, "\(index)"))
            } catch  where error.code == 1 {
                all.append(Grid.Participant(name: student, folder: nil, words: [lab.name], problem: error.message))
            }
        }
        return all
    }

    private func build(_ handedIn: HandedIn, _ stage: GradingStage, _ place: String) throws(Failure) -> Grid.Participant {
        var participant = Grid.Participant(name: handedIn.student, folder: nil, words: [lab.name])
        guard handedIn.files[lab.name] != nil else {
            participant.problem = "nothing was handed in for lab \(lab.number)"
            return participant
        }
        switch try stage.build(lab, of: handedIn, into: "\(programs)/\(place)") {
        case .built(let folder):
            return Grid.Participant(name: handedIn.student, folder: folder, words: [lab.name])
        case .failed(let errors):
            participant.problem = "it does not build: \(errors.split(separator: "\n").first ?? "")"
            return participant
        }
    }

    /// Removes what was built.
    func removePrograms() { try? FileManager.default.removeItem(atPath: programs) }
}
