import Glibc
import Reflector
import Sockets

/// What the network, the resolver and the user can get wrong.
enum ErrorChecks {
    /// An address of this machine at which nobody listens, and nobody will.
    private static func deafAddress(_ trial: Trial) -> String {
        "\(ListeningChecks.privateHost(trial)):\(Int.random(in: 20_000...30_000, using: &trial.random))"
    }

    /// With one datagram only, too: the error comes after the last send.
    static func refused(_ trial: Trial) throws {
        let address = deafAddress(trial)
        for options in [["--count", "1"], ["--count", "3", "--interval", "20000"]] {
            let program = try trial.start([address] + options)
            try expectError(
                "send \(address)", "Connection refused", "ECONNREFUSED", of: program, trial,
                when: "with \(options.joined(separator: " ")) to \(address), where nobody listens, it")
        }
    }

    /// The reflector ends in the middle of a series.
    static func stopsListening(_ trial: Trial) throws {
        let run = try SenderRun(trial, ["--count", "5", "--interval", "700"])
        guard try run.waitForArrivals(1) else {
            run.finish()
            throw fail("no datagram arrived at \(run.address)")
        }
        // The program has taken in the first reply once it does nothing.
        var none: [PollEntry] = []
        _ = try trial.waitForSilence(of: &none)
        run.finish()
        try expectError(
            "send \(run.address)", "Connection refused", "ECONNREFUSED", of: run.program, trial,
            when: "when the reflector had gone, \(run.tally.received) of 5 datagrams answered, it")
        guard try SenderText(run.program.outputLines).counts != nil else {
            throw fail(
                "the reflector had gone, \(run.tally.received) of 5 datagrams answered; the summary of what happened so far is missing on stdout"
            )
        }
    }

    static func hostName(_ trial: Trial) throws {
        // Where localhost is ::1 too, that one refuses, and the program must come to the other. Elsewhere only the name is tried.
        let run = try SenderRun(trial, ["--count", "3", "--interval", "1"], host: "localhost")
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "all 3 datagrams to localhost were answered")
        run.finish()
        guard run.arrivals.count == 3 else {
            throw fail(
                "3 datagrams to localhost:\(run.address.port) must arrive at \(run.address), one of its addresses; \(run.arrivals.count) did\(run.program.lastWords)"
            )
        }
        try run.expectExit(0, step: 7, "with replies from localhost")
    }

    /// An address on an interface that is not there: the resolver finds that out by itself, and asks no name server.
    static func unresolvable(_ trial: Trial) throws {
        let address = "[fe80::1%nowhere]:7003"
        let program = try trial.start([address, "--count", "1"])
        try expectError(
            "getaddrinfo \(address)", "Name or service not known", "EAI_NONAME", of: program, trial,
            when: "with \(address), which has no address (there is no interface 'nowhere'), it")
    }

    static func tooLarge(_ trial: Trial) throws {
        try ListeningChecks.usageErrors([["127.0.0.1:7003", "--size", "65508"], ["127.0.0.1:7003", "--size", "1000000"]])(trial)
        let run = try SenderRun(trial, ["--count", "2", "--interval", "10", "--size", "65507", "--json"])
        try run.waitForEnd(within: .seconds(2) + Trial.patience, because: "both datagrams of 65,507 bytes were answered")
        run.finish()
        try SenderReport(json: run.program.outputText).expect(run.tally, "with 2 datagrams of 65,507 bytes, the most there can be")
        guard run.tally.received == 2 else { throw fail("of 2 datagrams of 65,507 bytes \(run.tally.received) were sent and answered") }
    }

    /// An error line `error: OPERATION ADDRESS: TEXT (ERRNO)` and exit code 1. The text in the middle is the system's own.
    private static func expectError(
        _ call: String, _ text: String, _ errno: String, of program: Program, _ trial: Trial, when circumstances: String
    ) throws {
        try trial.wait(until: .after(.seconds(1) + Trial.patience)) {
            program.ending != nil && !program.errorsAreOpen && !program.outputIsOpen
        }
        guard let ending = program.ending else { throw fail("\(circumstances) must end with an error; it runs on") }
        let wanted = "error: \(call): \(text) (\(errno))"
        guard program.errorLines.contains(where: { $0.hasPrefix("error: \(call): ") && $0.hasSuffix("(\(errno))") }) else {
            throw fail(
                "\(circumstances) must say on stderr\n  \(wanted)\nit says\n  "
                    + (program.errorLines.isEmpty ? "nothing" : program.errorLines.joined(separator: "\n  ")))
        }
        guard ending == .exited(1) else { throw fail("\(circumstances) must end with exit code 1; it \(ending.description)") }
    }
}
