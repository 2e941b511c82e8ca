import Sockets

/// What several clients see of each other: nothing.
enum ConcurrencyChecks {
    static func silentClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        let silent = try server.connect()
        try echo("hello", server.connect(), "while \(silent.name) is connected and silent")
        try echo("late", silent, "after another client was served")
    }

    static func slowClient(_ trial: Trial) throws {
        let server = try trial.startServer()
        let slow = try server.connect(receiveBuffer: 4_096)
        // A pause is not enough: the kernel makes some of its own. The program is held up when it leaves unread what comes.
        if let program = server.program {
            _ = try StoppingChecks.holdUp(program, slow, trial, by: 1 << 16)
        } else {
            _ = try EchoChecks.flood(slow, trial)
        }
        let other = try server.connect()
        try echo("hello", other, "while \(slow.name) does not read what it asked for")
        guard let program = server.program else { return }
        // Whoever has room for nothing, or has nothing to receive, waits in poll(2), and does not ask again and again.
        try SurvivalChecks.expectCalm(program, trial, "while \(slow.name) does not read and \(other.name) is silent")
    }

    /// Many clients, each with bytes of its own, in rounds: an answer that goes to the wrong client, or mixes two, shows.
    static func manyClients(_ trial: Trial) throws {
        let server = try trial.startServer()
        let clients = try (0..<50).map { _ in try server.connect() }
        for round in 1...3 {
            for (index, client) in clients.enumerated() { try client.send(trial.service.question(message(index, round))) }
            for (index, client) in clients.enumerated().reversed() {
                let expected = trial.service.answer(message(index, round))
                let back = try client.receive(exactly: expected.count)
                guard back != expected else { continue }
                let other = clients.indices.first { back == trial.service.answer(message($0, round)) }
                let whose = other.map { ": that belongs to client \($0 + 1)" } ?? ""
                throw fail("one of 50 clients: \(Comparison(expected: expected, received: back).description)\(whose)")
            }
        }
    }

    private static func message(_ index: Int, _ round: Int) -> [UInt8] {
        Array("client \(index), round \(round), ".utf8) + [UInt8](repeating: UInt8(index), count: 100)
    }

    /// One message and its answer, with the circumstances in the words of a failure.
    static func echo(_ text: String, _ client: Client, _ circumstances: String) throws {
        let message = client.service.question(Array(text.utf8))
        let expected = client.service.answer(Array(text.utf8))
        let back = try during(circumstances) {
            try client.send(message)
            return try client.receive(exactly: expected.count)
        }
        guard back != expected else { return }
        let end = client.end.map { ": \($0.words)" } ?? ""
        if back.isEmpty {
            throw fail(
                "\(client.name) sent \(readable(message)) \(circumstances), and got nothing back\(end.isEmpty ? " within \(seconds(Trial.patience))" : end)"
            )
        }
        throw fail("\(client.name), \(circumstances): \(Comparison(expected: expected, received: back).description)\(end)")
    }
}
