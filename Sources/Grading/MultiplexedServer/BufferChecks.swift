import Sockets

/// How much a server holds for clients that don't read, and what becomes of it.
enum BufferChecks {
    /// Many clients that only send. Their bytes may fill the kernel's buffers, which it bounds itself; the program's own memory
    /// shows how much of them it has taken in.
    static func bound(_ trial: Trial) throws {
        let crowd = 40
        let server = try trial.startServer(["--max-buffer", "4096"])
        let program = try server.process()
        let first = try server.connect()
        _ = try EchoChecks.exchange(trial.random.bytes(1 << 20), first)
        let before = program.facts.ownMemory ?? 0
        let clients = try (0..<crowd).map { _ in try server.connect(receiveBuffer: 4_096) }
        let block = trial.random.bytes(1 << 16)
        var sent = [Int](repeating: 0, count: clients.count)
        var isMoving = true
        while isMoving {
            isMoving = false
            for (index, client) in clients.enumerated() where sent[index] < 4 << 20 {
                let count = try client.sendWhatFits(block[(sent[index] % block.count)...])
                if let end = client.end {
                    throw fail("\(client.name) sent \(counted(sent[index], "byte")) and did not read; then \(end.words)")
                }
                sent[index] += count
                if count > 0 { isMoving = true }
            }
            if !isMoving { isMoving = try anyBecomesWritable(clients.indices.filter { sent[$0] < 4 << 20 }.map { clients[$0] }, trial) }
        }
        let grown = max(0, (program.facts.ownMemory ?? before) - before)
        let story = "with --max-buffer 4096, \(crowd) clients sent \(counted(sent.reduce(0, +), "byte")) and read nothing"
        trial.transcript.add("grader", "\(story); the program's own memory grew by \(counted(grown, "byte"))")
        // Twice the size, for buffers that grow in steps; and what an allocator may need besides.
        guard grown <= crowd * 8_192 + 3 << 19 else {
            throw fail(
                "\(story): no more than 4,096 bytes may wait for each, \(grouped(crowd * 4_096)) in all, but its own memory grew by \(counted(grown, "byte"))"
            )
        }
        try ConcurrencyChecks.echo("hello", first, "while \(crowd) clients don't read")
        try boundInPassing(trial)
    }

    /// A client that sends as fast as it reads: much waits for it all the time, and what it has got needs no memory any more.
    private static func boundInPassing(_ trial: Trial) throws {
        let limit = 4 << 20
        let server = try trial.startServer(["--max-buffer", "\(limit)"])
        let program = try server.process()
        // With more room, the kernel would take all that waits at once, now and then.
        let client = try server.connect(receiveBuffer: 1 << 16)
        try ConcurrencyChecks.echo("hello", client, "with --max-buffer \(limit)")
        let before = program.facts.ownMemory ?? 0
        var sent = try EchoChecks.flood(client, trial)
        let block = trial.random.bytes(1 << 16)
        var passed = 0
        var most = 0
        while passed < limit * 12 {
            let expected = Array(sent[passed...].prefix(block.count))
            let back = try client.receive(exactly: expected.count, until: .after(Trial.patience * 3))
            guard back == expected else {
                throw EchoChecks.mismatch(
                    expected, back, of: client,
                    "with --max-buffer \(limit), a client sends as fast as it reads, and had got \(counted(passed, "byte")) back: ")
            }
            passed += back.count
            most = max(most, (program.facts.ownMemory ?? before) - before)
            if passed == sent.count {
                // Nothing waits anywhere, so that there is room.
                try client.send(block)
                sent += block
            } else {
                sent += block.prefix(try client.sendWhatFits(block[...]))
            }
        }
        let story = "with --max-buffer \(limit), a client sent as fast as it read, and \(counted(passed, "byte")) came back"
        trial.transcript.add("grader", "\(story); the program's own memory grew by \(counted(most, "byte"))")
        // Twice the size, as above; and four times that, for what a garbage collector leaves lying about.
        guard most <= limit * 8 else {
            throw fail("\(story), but its own memory grew by \(counted(most, "byte")): it keeps what it has sent")
        }
    }

    private static func anyBecomesWritable(_ clients: [Client], _ trial: Trial) throws -> Bool {
        guard !clients.isEmpty else { return false }
        var entries = clients.map { $0.entry(.writable) }
        return try trial.waitForSilence(of: &entries)
    }

    /// The program's own memory shows how much it holds; how much the kernel holds besides is the kernel's business.
    static func use(_ trial: Trial) throws {
        let limit = 4 << 20
        let server = try trial.startServer(["--max-buffer", "\(limit)"])
        let program = try server.process()
        let client = try server.connect(receiveBuffer: 4_096)
        try ConcurrencyChecks.echo("hello", client, "with --max-buffer \(limit)")
        let before = program.facts.ownMemory ?? 0
        let sent = try EchoChecks.flood(client, trial).count
        var grown = 0
        try trial.watch(until: .after(Trial.patience)) {
            grown = max(0, (program.facts.ownMemory ?? before) - before)
            return grown >= limit / 4 * 3
        }
        guard grown >= limit / 4 * 3 else {
            throw fail(
                "with --max-buffer \(limit) a client sent \(counted(sent, "byte")) and did not read, and then the program took no more; "
                    + "its own memory has grown by \(counted(grown, "byte")) only: it reads on until \(grouped(limit)) wait")
        }
    }

    /// However small the buffer: everything that a client sent comes back once it reads, and then the conversation goes on. And however
    /// large: what waits is sent when there is room for it, though the program may still read, and nothing more comes.
    static func resumption(_ trial: Trial) throws {
        let one = try trial.startServer(["--max-buffer", "1"]).connect()
        try ConcurrencyChecks.echo("hello", one, "with --max-buffer 1")
        one.close()
        try resumes(trial, limit: 1_000, "sent until the program took no more")
        try resumes(trial, limit: 16 << 20, most: 8 << 20, "sent less than may wait for it")
    }

    private static func resumes(_ trial: Trial, limit: Int, most: Int = 32 << 20, _ what: String) throws {
        let client = try trial.startServer(["--max-buffer", "\(limit)"]).connect(receiveBuffer: 4_096)
        let message = try EchoChecks.flood(client, trial, limit: most)
        let back = try client.receive(exactly: message.count, until: .after(Trial.patience * 3))
        guard back == message else {
            throw EchoChecks.mismatch(message, back, of: client, "with --max-buffer \(limit), a client \(what), and then read: ")
        }
        try ConcurrencyChecks.echo("and on", client, "after it has read everything, with --max-buffer \(limit)")
        client.close()
    }

    /// Lab 2's check, and one in which the program has seen the client's end of stream for sure while much still waited for that client.
    static func halfCloseUnsent(_ trial: Trial) throws {
        try EchoChecks.halfCloseUnsent(trial)
        let server = try trial.startServer(["--max-buffer", "\(16 << 20)"])
        let client = try server.connect(receiveBuffer: 4_096)
        let message = try EchoChecks.flood(client, trial, limit: 8 << 20)
        try client.finishSending()
        try server.waitUntilRead(client)
        try during("with --max-buffer \(16 << 20), a client sent less than may wait for it, ended its stream, and then read") {
            try EchoChecks.expectRest(message, from: client)
        }
    }
}
