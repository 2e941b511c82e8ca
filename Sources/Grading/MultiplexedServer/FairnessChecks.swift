import Glibc
import Sockets

/// Whether one who sends a lot keeps the others waiting.
enum FairnessChecks {
    private static let crowd = 16

    /// While the server is stopped, sixteen clients fill everything on their way with bytes, and then another one sends five. A server that
    /// goes on with one client until nothing more comes serves the last one last; one that gives each a turn does not.
    ///
    /// What is seen in one look tells which it is, whatever the machine is doing besides: so a look that comes too late only means another try.
    static func flood(_ trial: Trial) throws {
        // What is read may wait in the server, so that no client has to read for its turn to go on.
        let server = try trial.startServer(["--max-buffer", "\(64 << 20)"])
        let program = try server.process()
        for _ in 1...5 {
            let floods = try (0..<crowd).map { _ in try server.connect(receiveBuffer: 4_096) }
            let polite = try server.connect()
            for client in floods + [polite] { try ConcurrencyChecks.echo("hello", client, "before the flood") }
            var sent = 0
            try SurvivalChecks.stopped(program, trial) {
                for client in floods { sent += try fill(client, trial) }
                try polite.send(Array("hello".utf8))
            }
            let story = "\(crowd) clients had sent \(counted(sent, "byte")), another one 5"
            switch try outcome(floods, polite, trial) {
            case .fair?: return
            case .unfair(let drained)?:
                throw fail(
                    "\(story): the program took in all that \(drained) of the \(crowd) had sent, and had still not answered the 5 bytes")
            case nil: trial.transcript.add("grader", "looked too late to see who was served first")
            }
            for client in floods + [polite] { client.close() }
        }
    }

    private enum Outcome {
        case fair
        case unfair(drained: Int)
    }

    /// nil: the looks came too late.
    private static func outcome(_ floods: [Client], _ polite: Client, _ trial: Trial) throws -> Outcome? {
        let deadline = Deadline.after(Trial.patience * 2)
        while !deadline.hasPassed {
            // The order of the looks makes each conclusion safe: what was so at the first look is so at the second.
            let wasAnswered = try polite.unreadBytes() > 0
            let drained = try floods.count { try $0.unacknowledgedBytes() == 0 }
            if wasAnswered { return drained < crowd / 2 ? .fair : nil }
            if drained >= crowd / 2, try polite.unreadBytes() == 0 { return .unfair(drained: drained) }
            try trial.wait(until: .now) { true }
        }
        throw fail("with \(crowd) clients that send and don't read, another one got no answer within \(seconds(Trial.patience * 2))")
    }

    /// Sends until the kernel takes no more.
    private static func fill(_ client: Client, _ trial: Trial) throws -> Int {
        let block = [UInt8](repeating: 0x2A, count: 1 << 16)
        var sent = 0
        while sent < 4 << 20 {
            let count = try client.sendWhatFits(block[...])
            if count == 0 { break }
            sent += count
        }
        return sent
    }
}
