extension Trial {
    /// Runs the program under test to its end, and takes in all that it writes: for a command, rather than a server.
    ///
    /// - Throws: A ``Finding`` if it can't be started, or has not ended by the deadline.
    func run(_ options: [String], within time: Duration = Trial.startingTime) throws -> Program {
        let program = try start(options)
        _ = try waitForEnd(of: program, within: time, after: "`\(options.joined(separator: " "))`")
        return program
    }
}
