import Sockets

/// The codec at work: `encode` or `decode`, which reads what the check writes.
struct CodecRun {
    let program: Program
    private let trial: Trial

    /// Starts the program.
    ///
    /// - Parameter words: Its command and options: `decode`.
    init(_ trial: Trial, _ words: [String], limits: Limits = Limits()) throws {
        self.trial = trial
        program = try trial.start(words, limits: limits, isFed: true)
    }

    // MARK: Input

    /// Writes a piece of the stream, and waits until the program has read all of it: so it gets this piece by itself.
    ///
    /// - Throws: A ``Finding`` if it does not read.
    func deliver(_ piece: [UInt8]) throws {
        try trial.feed(program, piece, until: .after(Trial.startingTime))
        try trial.watch(until: .after(Trial.startingTime), every: .microseconds(200)) {
            program.ending != nil || program.input?.unread == 0
        }
        guard program.ending == nil, let unread = program.input?.unread, unread > 0 else { return }
        throw fail("the program was given \(counted(piece.count, "byte")), and left \(grouped(unread)) of them unread")
    }

    /// Lets the program read the end of its input, and waits until it has ended and said everything.
    func finish() throws {
        program.input?.close()
        _ = try trial.waitForEnd(of: program, within: Trial.startingTime, after: "after the end of its input")
    }

    /// Starts the program with each input, side by side, and waits until all have ended.
    static func all(_ trial: Trial, _ words: [String], on inputs: [[UInt8]], expecting ending: Program.Ending) throws -> [CodecRun] {
        let runs = try inputs.map { _ in
            let run = try CodecRun(trial, words)
            run.program.expectedEnding = ending
            return run
        }
        for (run, input) in zip(runs, inputs) {
            try trial.feed(run.program, input, until: .after(Trial.startingTime))
            run.program.input?.close()
        }
        try trial.wait(until: .after(Trial.startingTime)) { runs.allSatisfy { $0.program.hasSaidAll } }
        return runs
    }

    // MARK: Expectations

    /// While the input goes on: the lines of all frames that are complete must be there.
    func expectLines(_ lines: [[UInt8]], _ circumstances: String) throws {
        let count = lines.reduce(0) { $0 + $1.count }
        try trial.wait(until: .after(Trial.patience)) { program.output.count >= count || program.hasSaidAll }
        if program.output.count >= count || program.ending != nil {
            return try LineComparison(lines, program.output).judge(circumstances)
        }
        let missing = LineComparison(lines, program.output)
        program.input?.close()
        try trial.wait(until: .after(.seconds(1))) { program.hasSaidAll }
        if program.output.count >= count {
            throw fail(
                "\(circumstances): its line did not come within \(seconds(Trial.patience)), but only after the end of the input: "
                    + "the program waits for more before it prints, or the line stays in a buffer")
        }
        try missing.judge("\(circumstances), and \(seconds(Trial.patience))")
    }

    /// The program must have ended with exit code 0.
    func expectSuccess(_ circumstances: String) throws {
        guard program.ending != .exited(0) else { return }
        guard let ending = program.ending else { throw fail("\(circumstances): the program must end, but it runs on") }
        throw fail("\(circumstances): the program must end with exit code 0, but it \(ending.description)\(program.lastWords)")
    }

    /// The program must have ended with exit code 65, and said why on stderr: one of these lines, without `error: `.
    func expectRefusal(_ errors: [String], _ circumstances: String) throws {
        program.expectedEnding = .exited(65)
        let wanted = errors.map { "error: \($0)" }
        guard let ending = program.ending else {
            throw fail("\(circumstances): the program must end, and say `\(wanted.first ?? "")`; it runs on")
        }
        guard program.errorLines.contains(where: wanted.contains) else {
            let found = program.errorLines.isEmpty ? "nothing" : program.errorLines.prefix(5).joined(separator: "\n  ")
            throw fail(
                "\(circumstances): stderr must say\n  \(wanted.joined(separator: "\nor\n  "))\nit says\n  \(found)\n"
                    + "and the program \(ending.description)")
        }
        guard ending == .exited(65) else {
            throw fail("\(circumstances): the program must end with exit code 65, but it \(ending.description)")
        }
    }
}

/// The beginning and the end of a sentence about an input: `decode` of what.
func decoding(_ what: String) -> String { "`decode` of \(what)" }
