#if HAS_OPENSSL
    import Sockets

    /// Lab 5: `connect` of one program, `serve` of another, with certificates that the grader made.
    enum TLSEchoEncounters {
        static let all: [Check] = [
            Check("echo", step: 8, "what is typed comes back", startsProgram: true, hints: [], echo),
            Check("stream", step: 8, "a long stream comes back, to its end", startsProgram: true, hints: [], stream),
            Check(
                "certificates", step: 8, "both show a certificate, and agree on a protocol", startsProgram: true, hints: [], certificates),
            Check("stranger", step: 8, "the client refuses a server whose name is another", startsProgram: true, hints: [], stranger),
        ]

        private static func echo(_ trial: Trial) throws {
            let pair = try Pair(trial)
            try pair.exchange(Array("hello\n".utf8))
            try pair.exchange(Array("and again\n".utf8))
            try pair.finish()
        }

        private static func stream(_ trial: Trial) throws {
            let pair = try Pair(trial)
            try pair.send(trial.random.bytes(200_000))
            try pair.finish()
        }

        private static func certificates(_ trial: Trial) throws {
            let pair = try Pair(
                trial, serving: ["--client-ca", try trial.certificate("root"), "--alpn", "echo/1"],
                connecting: try trial.identityOptions("client") + ["--alpn", "echo/1"])
            try pair.exchange(Array("hello\n".utf8))
            for (program, peer) in [(pair.client, "CN=localhost"), (pair.server, "CN=client")] {
                let line = try trial.handshakeLine(of: program)
                guard line.contains(" alpn=echo/1 "), line.hasSuffix(" peer=\"\(peer)\"") else {
                    throw fail("the \(program.name)'s line about the handshake must say alpn=echo/1 peer=\"\(peer)\"; it says\n  \(line)")
                }
            }
            try pair.finish()
        }

        private static func stranger(_ trial: Trial) throws {
            let pair = try Pair(trial, as: "wrong-name")
            pair.client.expectedEnding = .exited(1)
            try trial.feed(pair.client, Array("a secret\n".utf8))
            pair.client.input?.close()
            let ending = try trial.waitForEnd(of: pair.client, within: Trial.startingTime, after: "with a server that shows another name")
            guard ending == .exited(1), pair.client.errorText.contains("name mismatch") else {
                throw fail(
                    "the client must end with exit code 1 and say `name mismatch`, because the server's certificate is for another name; it \(ending.description)\(pair.lastWords)"
                )
            }
            if let ending = pair.server.ending {
                throw fail("the server must go on after a client has refused it; it \(ending.description)")
            }
        }
    }

    /// Both programs at work.
    private final class Pair {
        let server: Program
        let client: Program
        private let trial: Trial
        private var sent: [UInt8] = []

        /// - Parameter identity: Which certificate of the set the server shows.
        init(_ trial: Trial, as identity: String = "server", serving: [String] = [], connecting: [String] = []) throws {
            self.trial = trial
            let (server, address) = try trial.startPartner(["serve"] + (try trial.identityOptions(identity)) + serving)
            self.server = server
            let words = ["connect", "localhost:\(address.port)", "--ca", try trial.certificate("root")]
            client = try trial.start(words + connecting, as: "client", isFed: true)
        }

        /// Lets the client send some bytes.
        func send(_ bytes: [UInt8]) throws {
            sent += bytes
            let count = try trial.feed(client, bytes, until: .after(Trial.startingTime))
            guard count < bytes.count else { return }
            throw fail("the client took \(grouped(count)) of \(counted(bytes.count, "byte")) from its stdin, and no more\(lastWords)")
        }

        /// Lets the client send some bytes, which must come back before its stdin ends.
        func exchange(_ bytes: [UInt8]) throws {
            try send(bytes)
            try trial.wait(until: .after(Trial.startingTime)) { client.output.count >= sent.count || client.hasSaidAll }
            guard client.output.count < sent.count else { return }
            throw fail(
                "of \(counted(sent.count, "byte")) that went through the client, \(grouped(client.output.count)) came back\(lastWords)")
        }

        /// Ends the client's stdin: all that was sent must have come back, and the client must end well, and the server go on.
        func finish() throws {
            client.input?.close()
            let ending = try trial.waitForEnd(of: client, within: Trial.startingTime, after: "after the end of the client's stdin")
            if client.output != sent {
                let comparison = Comparison(expected: sent, received: client.output)
                throw fail("what came back is not what went through: \(comparison.description)\(lastWords)")
            }
            guard ending == .exited(0) else { throw fail("all came back, but the client \(ending.description)\(lastWords)") }
            if let ending = server.ending { throw fail("the server must go on after its client; it \(ending.description)\(lastWords)") }
        }

        var lastWords: String { trial.said(client) + trial.said(server) }
    }
#endif
