extension Trial {
    /// Runs the program under test to its end, and takes in all that it writes: for a command, rather than a server.
    ///
    /// - Throws: A ``Finding`` if it can't be started, or has not ended by the deadline.
    func run(_ options: [String], within time: Duration = Trial.startingTime) throws -> Program {
        let program = try start(options)
        try wait(until: .after(time)) { program.ending != nil && !program.outputIsOpen && !program.errorsAreOpen }
        guard program.ending != nil else {
            throw fail("`\(options.joined(separator: " "))`: the program was still running after \(seconds(time))")
        }
        return program
    }
}
