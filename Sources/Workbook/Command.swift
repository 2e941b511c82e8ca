import Grading
import LabProgram

/// One command of the workbook, as the help shows it and as it is run.
struct Command: Sendable {
    let name: String
    /// What may follow the name.
    let arguments: String
    /// One line.
    let summary: String
    /// What else there is to know, a line each.
    let details: [String]
    /// Does it, and returns the exit code.
    let run: @Sendable (inout Options, Context) throws -> Int32

    /// In the order of the help.
    static let all: [Command] =
        [.board, .check, .watch, .explain, .replay, .hint, .read, .solution, .reset, .report, .reflector] + forSecureSockets
        + [.bench, .doctor, .starters] + forContributors + [.help]

    #if HAS_OPENSSL
        private static let forSecureSockets: [Command] = [.certificates]
    #else
        private static let forSecureSockets: [Command] = []
    #endif

    #if canImport(Mistakes)
        private static let forContributors: [Command] = [.grade, .gradebook, .grid, .export, .documents, .steps, .mistakes, .stability]
    #else
        private static let forContributors: [Command] = [.grade, .gradebook, .grid, .export, .documents, .steps, .stability]
    #endif

    /// `usage: workbook check [LAB]`.
    var usage: String { "usage: workbook \(name)\(arguments.isEmpty ? "" : " " + arguments)" }

    static let generalUsage = "usage: workbook [COMMAND] (workbook help lists the commands)"
}

/// What every command needs: where it is, how far the student is, and where its words go.
struct Context: Sendable {
    let console: Console
    private let found: Result<Workspace, Failure>

    init(console: Console) {
        self.console = console
        found = Result { () throws(Failure) in try Workspace.find() }
    }

    /// The workbook's folder.
    ///
    /// - Throws: ``Failure`` if there is none.
    var workspace: Workspace {
        get throws(Failure) { try found.get() }
    }

    /// How far the student has come; says so where the file is of no use.
    func progress() throws(Failure) -> StudentProgress {
        let (progress, warning) = ProgressFile(try workspace).load()
        if let warning { note([warning]) }
        return progress
    }

    /// Keeps how far the student has come; that it can't be kept is no reason to fail.
    func save(_ progress: StudentProgress) throws(Failure) {
        if let warning = ProgressFile(try workspace).save(progress) { note([warning]) }
    }

    /// Tells the reader, on stderr, what is worth knowing and no reason to fail.
    func note(_ warnings: [String]) {
        for warning in warnings { console.note(wrap(warning, width: console.errorStyle.proseWidth, first: "note: ")) }
    }
}

/// Does what a command line says.
///
/// - Returns: The exit code: 0 all is well, 1 something of the student's is not, 2 the workbook itself failed, 64 wrong usage.
func runWorkbook(_ words: [String], console: Console = Console()) -> Int32 {
    var words = words
    if words.first == "--version" { words = ["help", "--version"] }
    if words.first == "--help" || words.first == "-h" { words[0] = "help" }
    // `workbook COMMAND --help` asks about the command, whatever else is on the line.
    if let name = words.first, words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
        words = ["help", name]
    }
    let name = words.first ?? Command.board.name
    guard let command = Command.all.first(where: { $0.name == name }) else {
        console.note(["error: \(unknownCommand(name))", Command.generalUsage])
        return ExitCode.usage.rawValue
    }
    var options = Options(Array(words.dropFirst()))
    do {
        return try command.run(&options, Context(console: console))
    } catch let error as UsageError {
        console.note(["error: \(error)", command.usage])
        return ExitCode.usage.rawValue
    } catch let failure as Failure {
        console.note(["error: \(failure.message)"] + (failure.mend.map { ["       \($0)"] } ?? []))
        return failure.code
    } catch {
        console.note(["error: \(error)"])
        return 2
    }
}

/// What is wrong with a command that does not exist, and what may have been meant.
func unknownCommand(_ name: String) -> String {
    if name.hasPrefix("-") { return "unknown option '\(name)'" }
    if (try? LabReference(name)) != nil { return "unknown command '\(name)'; did you mean 'check \(name)'?" }
    let advice = nearest(to: name, among: Command.all.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
    return "unknown command '\(name)'\(advice)"
}
