import Glibc
import Sockets

/// Many clients at once, each with bytes of its own. They have one line in the transcript, not one each.
final class Crowd {
    private let trial: Trial
    private var members: [Member] = []
    /// What their messages begin with, so that no two rounds are alike.
    private var round = 0

    /// How many are connected.
    var count: Int { members.count }

    private final class Member {
        let socket: Socket

        init(to address: SocketAddress) throws(SocketError) {
            socket = try Socket(.stream, address.family)
            try socket.connect(to: address, until: .after(Trial.patience))
        }
    }

    init(_ trial: Trial) {
        self.trial = trial
    }

    /// Connects so many more.
    ///
    /// - Throws: A ``Finding`` if one is refused; also if the grader itself may not open so many descriptors.
    func grow(by count: Int, _ server: Server) throws {
        let allowed = try DescriptorLimit.raise()
        guard allowed > members.count + count + 100 else {
            throw Finding.notRun("the grader may open \(allowed) descriptors only; raise the hard limit (ulimit -Hn), or be root")
        }
        trial.transcript.add("grader", "connects \(counted(count, "client")), \(grouped(members.count + count)) in all")
        for _ in 0..<count {
            do {
                members.append(try Member(to: server.address))
            } catch {
                guard [ECONNREFUSED, ETIMEDOUT, ECONNRESET].contains(error.code) else { throw error }
                throw fail("client \(grouped(members.count + 1)) could not connect: \(error)")
            }
        }
        // Takes in what the program writes meanwhile, and keeps its limits.
        try trial.wait(until: .now) { true }
    }

    /// Each one sends a message of its own, and then each one must get it back.
    ///
    /// - Parameter circumstances: As the end of a sentence.
    func echo(_ circumstances: String) throws {
        round += 1
        trial.transcript.add("grader", "has each of \(counted(count, "client")) send a message, and waits for all echoes")
        for (index, member) in members.enumerated() {
            _ = try attempt(index, circumstances) { () throws(SocketError) in try member.socket.send(message(index).span) }
        }
        for (index, member) in members.enumerated() {
            let expected = message(index)
            var back: [UInt8] = []
            while back.count < expected.count {
                var entries = [PollEntry(member.socket, .readable)]
                guard try trial.wait(for: &entries, until: .after(Trial.patience)) else { break }
                let part = try attempt(index, circumstances) { () throws(SocketError) in
                    try member.socket.receive(upTo: expected.count - back.count)
                }
                if part.isEmpty { break }
                back += part
            }
            guard back != expected else { continue }
            let what = back.isEmpty ? "got nothing back" : Comparison(expected: expected, received: back).description
            throw fail("\(circumstances), client \(grouped(index + 1)) sent \(readable(expected)): \(what)")
        }
    }

    private func message(_ index: Int) -> [UInt8] { Array("round \(round), client \(index + 1)\n".utf8) }

    private func attempt<Result>(
        _ index: Int, _ circumstances: String, _ body: () throws(SocketError) -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch {
            guard error.isDisconnect else { throw error }
            throw fail("\(circumstances), the program disconnected client \(grouped(index + 1)) (\(error))")
        }
    }

    /// Closes them all.
    func leave() {
        trial.transcript.add("grader", "closes \(counted(count, "client"))")
        members = []
    }
}
