import Sockets

/// What a thousand clients cost.
enum CrowdChecks {
    static func thousand(_ trial: Trial) throws {
        // As a shell does it: a low limit, which the program may raise.
        let server = try trial.startServer(limits: Limits(openFiles: 4_096, softOpenFiles: 256))
        let crowd = Crowd(trial)
        try during("started with room for 256 descriptors, which it may raise") { try crowd.grow(by: 1_000, server) }
        for round in 1...2 { try crowd.echo("with 1,000 clients at once, in round \(round)") }
        crowd.leave()
        let last = try server.connect()
        try ConcurrencyChecks.echo("hello", last, "after 1,000 others have left")
    }

    static func threads(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let crowd = Crowd(trial)
        try crowd.grow(by: 20, server)
        try crowd.echo("with 20 clients")
        let before = program.facts.threadCount ?? 0
        try crowd.grow(by: 280, server)
        try crowd.echo("with 300 clients")
        let after = program.facts.threadCount ?? 0
        // A runtime may start a thread of its own now and then.
        guard after <= before + 4 else {
            throw fail("with 20 clients the program had \(counted(before, "thread")), with 300 it has \(grouped(after))")
        }
    }

    static func memory(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let crowd = Crowd(trial)
        try crowd.grow(by: 100, server)
        try crowd.echo("with 100 clients")
        let before = program.facts.ownMemory ?? 0
        try crowd.grow(by: 1_400, server)
        try crowd.echo("with 1,500 clients")
        let grown = max(0, (program.facts.ownMemory ?? before) - before)
        trial.transcript.add("grader", "1,400 clients more cost the program \(counted(grown, "byte")) of its own memory")
        // Memory comes in pages, and allocators take some at a time.
        guard grown <= 1_400 * 1_024 + 131_072 else {
            throw fail(
                "1,400 clients that have been served and are silent cost the program \(counted(grown, "byte")) of its own memory: "
                    + "\(grouped(grown / 1_400)) each, and 1,024 is the limit")
        }
    }
}
