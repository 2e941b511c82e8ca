import Glibc
import Sockets

/// What every server does before its first client comes: options, the address, the ready line.
enum ListeningChecks {
    static func readyLine(_ trial: Trial) throws { _ = try firstClient(of: trial.startServer(), trial) }

    /// Connects to a server that has just said where it listens. Whether it really did by then is a question for
    /// ``readyWhenListening(_:)``, which does not depend on who is faster.
    static func firstClient(of server: Server, _ trial: Trial) throws -> Client {
        do {
            return try server.connect()
        } catch Finding.failure(let text, _) {
            guard let program = server.program else { throw Finding.notRun("nobody serves there: \(text)") }
            try trial.watch(until: .after(Trial.patience)) {
                program.ending != nil || program.facts.tcpSockets.contains { $0.state == .listen }
            }
            return try server.connect()
        }
    }

    /// A program that prints before it listens is caught in the act: its stdout is full, so it can't get past the line.
    static func readyWhenListening(_ trial: Trial) throws {
        let pipe = try PipeEnds()
        try pipe.writeEnd.setNonBlocking(true)
        var junk = 0
        let block = [UInt8](repeating: UInt8(ascii: "."), count: 4_096)
        while case let count = try pipe.writeEnd.write(block.span), count > 0 { junk += count }
        try pipe.writeEnd.setNonBlocking(false)
        let program = try trial.start(["--port", "0"], stdout: pipe, holding: junk)
        program.readsOutput = false
        func listens() -> Bool { program.facts.tcpSockets.contains { $0.state == .listen } }
        var isStuck = false
        try trial.watch(until: .after(Trial.startingTime)) {
            isStuck = program.facts.isWritingToFullPipe
            return isStuck || program.ending != nil || listens()
        }
        if isStuck && !listens() {
            throw fail("the ready line was written before the socket listened: a client that comes at once is refused")
        }
        // It listens, or it is slow, or the kernel does not say what it waits for: then the line itself must still be right.
        program.readsOutput = true
        _ = try trial.readyAddress(of: program)
    }

    static func quietOutput(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let client = try server.connect()
        try ConcurrencyChecks.echo("hello\n", client, "as the first client")
        try client.finishSending()
        _ = try client.receiveToEnd()
        // What it wrote before it answered is in the pipe by now.
        try program.update()
        let lines = program.outputLines
        guard lines.count == 1 else {
            throw fail("stdout must hold the ready line alone; after a client was served it says: \(readable(program.output, limit: 200))")
        }
    }

    /// An address of this machine that no other check uses: all of 127.0.0.0/8 is loopback.
    static func privateHost(_ trial: Trial) -> String {
        let bytes = (0..<3).map { _ in Int.random(in: 1...250, using: &trial.random) }
        let process = Int(getpid()) % 250 + 1
        return "127.\(process).\(bytes[0]).\(bytes[1])"
    }

    static func defaultPort(_ port: UInt16) -> @Sendable (Trial) throws -> Void {
        { trial in
            let host = privateHost(trial)
            let program = try trial.start(["--host", host])
            let address = try trial.readyAddress(of: program)
            let expected = "\(host):\(port)"
            guard "\(address)" == expected else { throw fail("without --port it must listen on \(expected), not on \(address)") }
        }
    }

    static func portOption(_ trial: Trial) throws {
        let host = privateHost(trial)
        let port = UInt16.random(in: 20_000...30_000, using: &trial.random)
        for (index, options) in [["--host=\(host)", "--port=\(port)"], ["--port", "\(port + 1)", "--host", host]].enumerated() {
            let address = try trial.readyAddress(of: try trial.start(options))
            let expected = "\(host):\(Int(port) + index)"
            guard "\(address)" == expected else {
                throw fail("with \(options.joined(separator: " ")) it must listen on \(expected), not on \(address)")
            }
        }
    }

    static func ipv6(_ trial: Trial) throws {
        guard let loopback = SocketAddress(numeric: "::1", port: 0) else { return }
        do {
            try Socket(.stream, .ipv6).bind(to: loopback)
        } catch { throw Finding.notRun("this machine has no IPv6 loopback (\(error))") }
        let server = try trial.startServer(["--host", "::1"])
        guard server.address.numericHost == "::1" else {
            throw fail("with --host ::1 it must listen on [::1]:PORT, not on \(server.address)")
        }
        _ = try server.connect()
    }

    static func hostName(_ trial: Trial) throws {
        let server = try trial.startServer(["--host", "localhost"])
        guard ["127.0.0.1", "::1"].contains(server.address.numericHost) else {
            throw fail("with --host localhost it must listen on 127.0.0.1 or [::1], not on \(server.address)")
        }
        _ = try server.connect()
    }

    /// The usage, which must name an option.
    static func help(naming option: String) -> @Sendable (Trial) throws -> Void {
        { trial in
            let program = try trial.run(["--help"])
            guard program.ending == .exited(0) else {
                throw fail("with --help it must print its usage and end with exit code 0, but it \(program.ending?.description ?? "")")
            }
            guard program.outputText.contains(option) else {
                throw fail("--help must print the usage, with the options, on stdout; there stands: \(readable(program.output, limit: 80))")
            }
        }
    }

    /// Command lines that can't be followed, and the words that the error must name.
    ///
    /// - Parameter culprits: How many words at the end of each line those are.
    static func usageErrors(_ lines: [[String]], culprits: Int = 2) -> @Sendable (Trial) throws -> Void {
        // The last word is the culprit; the one before names the option it belongs to, unless the last is an option itself.
        usageErrors(
            naming: lines.map { line in
                let words = line.suffix(line.last?.hasPrefix("--") == true ? 1 : culprits)
                return (line, words.flatMap { $0.split(separator: "=", maxSplits: 1) }.map { String($0) })
            })
    }

    /// Command lines that can't be followed, each with the words that its error must name.
    static func usageErrors(naming lines: [(words: [String], culprits: [String])]) -> @Sendable (Trial) throws -> Void {
        { trial in
            let programs = try lines.map { try trial.start($0.words) }
            try trial.wait(until: .after(Trial.startingTime)) {
                programs.allSatisfy { $0.hasSaidAll || !$0.outputLines.isEmpty }
            }
            for (line, program) in zip(lines, programs) { try expectUsageError(of: program, for: line.words, naming: line.culprits) }
        }
    }

    private static func expectUsageError(of program: Program, for line: [String], naming culprits: [String]) throws {
        let command = "`\(line.map { $0.isEmpty ? "''" : $0 }.joined(separator: " "))`"
        guard program.outputText.isEmpty else {
            throw fail("\(command) is wrong usage; stdout must stay empty, but there stands \(readable(program.output))")
        }
        guard let ending = program.ending else {
            throw fail("\(command) is wrong usage; the program must end with exit code 64, but it runs on")
        }
        guard ending == .exited(64) else {
            throw fail("\(command) is wrong usage; the program must end with exit code 64, but it \(ending.description)")
        }
        let lines = program.errorLines
        guard let first = lines.first, first.hasPrefix("error: ") else {
            throw fail("\(command) must give a line `error: ...` on stderr; the first line there is: \(lines.first ?? "(none)")")
        }
        guard let missing = culprits.first(where: { !first.contains($0) }) else {
            guard lines.count > 1, lines[1].lowercased().contains("usage") else {
                throw fail(
                    "\(command) must give a usage line on stderr after the error; there stands: \(lines.dropFirst().first ?? "(none)")")
            }
            return
        }
        throw fail("\(command): the error must name '\(missing)'; it says: \(first)")
    }
}
