import Glibc
import Sockets

/// Step 6: `serve`, and what its clients see. What all servers have in common is checked by lab 2's checks.
enum ConversationChecks {
    private static func server(_ trial: Trial, _ options: [String] = []) throws -> Server {
        trial.service = .frames
        return try trial.startServer(options)
    }

    /// The line, and that the program serves on when somebody comes: so a starter says that this is not solved yet.
    static func readyLine(_ trial: Trial) throws {
        let server = try server(trial)
        let client = try ListeningChecks.firstClient(of: server, trial)
        try client.send(trial.service.question([]))
        guard try client.becomes(.readable), case .end = try client.takeArrived(), let program = server.program else { return }
        if try trial.wait(until: .after(Trial.silence), for: { program.ending != nil }) {
            throw fail("a client came and sent a request, and the program \(program.ending?.description ?? "")")
        }
    }

    static func request(_ trial: Trial) throws {
        let peer = try FramePeer(server(trial))
        for text in ["hello", "", "again\0\n"] { try peer.ask(text, "on one connection") }
    }

    static func ping(_ trial: Trial) throws {
        let peer = try FramePeer(server(trial))
        for text in ["", "are you there?"] {
            try peer.send(CodecFrame(CodecFrame.ping, text))
            try peer.expect(CodecFrame(CodecFrame.pong, text), "after a ping")
        }
        try peer.ask("hello", "after two pings")
    }

    static func otherTypes(_ trial: Trial) throws {
        let peer = try FramePeer(server(trial))
        for type in [2, 4, 5, 0, 6, 257, 65_535] {
            try peer.send(CodecFrame(type, "nothing"))
            try peer.ask("still there?", "after a frame of type \(type), which must be ignored")
        }
        guard try peer.client.becomes(.readable), let found = try peer.next() else { return }
        throw fail("types other than 1 and 3 must be ignored; \(peer.client.name) was sent \(found.words)")
    }

    // MARK: How the bytes come

    /// Cut at every place of the header and the payload, and then byte by byte.
    static func split(_ trial: Trial) throws {
        let server = try server(trial)
        let peer = try FramePeer(server)
        let bytes = CodecFrame(CodecFrame.request, "split").bytes
        func deliver(_ piece: some Sequence<UInt8>) throws {
            try peer.client.send(Array(piece))
            try server.waitUntilRead(peer.client)
        }
        // Each piece is the rest of a request and the beginning of the next.
        var rest: [UInt8] = []
        for place in 1..<bytes.count {
            try deliver(rest + bytes.prefix(place))
            if !rest.isEmpty {
                try peer.expect(CodecFrame(CodecFrame.response, "split"), "requests cut in two, the next one after byte \(place)")
            }
            rest = Array(bytes.dropFirst(place))
        }
        try deliver(rest)
        try peer.expect(CodecFrame(CodecFrame.response, "split"), "requests cut in two")
        for byte in bytes { try deliver([byte]) }
        try peer.expect(CodecFrame(CodecFrame.response, "split"), "a request that comes byte by byte")
    }

    static func joined(_ trial: Trial) throws {
        let peer = try FramePeer(server(trial))
        var questions: [CodecFrame] = []
        var answers: [CodecFrame] = []
        for number in 0..<300 {
            let payload = trial.random.bytes(number % 40)
            questions.append(CodecFrame([1, 3, 77][number % 3], payload))
            if number % 3 < 2 { answers.append(CodecFrame([2, 4][number % 3], payload)) }
        }
        try peer.client.send(FrameStream(questions).bytes)
        for (number, answer) in answers.enumerated() { try peer.expect(answer, "300 frames in one piece: answer \(number + 1)") }
    }

    static func longPayload(_ trial: Trial) throws {
        let client = try server(trial).connect()
        let block = trial.random.bytes(4_096)
        let limit = CodecFrame.standardLimit
        let answer = CodecFrame(CodecFrame.response, length: limit, of: block).bytes
        let back = try client.exchange(CodecFrame(CodecFrame.request, length: limit, of: block).bytes, for: answer.count)
        if back != answer { throw EchoChecks.mismatch(answer, back, of: client, "a request of \(grouped(limit)) bytes: ") }
    }

    static func slowReader(_ trial: Trial) throws {
        try EchoChecks.withNarrowClients(of: server(trial)) { try slowReader($0, trial) }
    }

    /// The client reads only when all buffers are full, and sends its end before it has read everything.
    private static func slowReader(_ client: Client, _ trial: Trial) throws {
        var stream = try EchoChecks.flood(client, trial)
        let size = CodecFrame.headerSize + Service.frameSize
        // The rest of a frame that was cut by the full buffers: what the first frame has there.
        let rest = Array(stream[(stream.count % size)..<size])
        stream += rest
        // The answers are the requests with another type, whose last byte is the header's last.
        for place in stride(from: CodecFrame.headerSize - 1, to: stream.count, by: size) { stream[place] = UInt8(CodecFrame.response) }
        var back = try client.exchange(rest, for: min(stream.count, 1 << 20))
        try client.finishSending()
        back += try client.receiveToEnd()
        if back != stream {
            throw EchoChecks.mismatch(stream, back, of: client, "a client that read only after the buffers were full: ")
        }
        guard client.end == .closed else {
            throw fail("everything was answered, but then \(client.end?.words ?? "the connection stayed open")")
        }
    }

    static func halfClose(_ trial: Trial) throws {
        let peer = try FramePeer(server(trial))
        try peer.send(CodecFrame(1, "one"), CodecFrame(3, "two"), CodecFrame(1, "three"))
        try peer.client.finishSending()
        for frame in [CodecFrame(2, "one"), CodecFrame(4, "two"), CodecFrame(2, "three")] {
            try peer.expect(frame, "three frames and then the end of the client's stream")
        }
        try peer.expectEnd("after the end of the client's stream")
    }

    // MARK: Several at once

    /// Their frames come in halves, in turn.
    static func twoPeers(_ trial: Trial) throws {
        let server = try server(trial)
        let peers = try (0..<2).map { _ in try FramePeer(server) }
        for round in 1...5 {
            let frames = peers.indices.map { CodecFrame(CodecFrame.request, "peer \($0), round \(round)") }
            for place in [3, 7, 10, 14] {
                for (peer, frame) in zip(peers, frames) {
                    let from = place == 3 ? 0 : place == 7 ? 3 : place == 10 ? 7 : 10
                    try peer.client.send(Array(frame.bytes[from..<place]))
                }
            }
            for (peer, frame) in zip(peers, frames).reversed() {
                try peer.client.send(Array(frame.bytes[14...]))
                try peer.expect(CodecFrame(CodecFrame.response, frame.payload), "two clients whose frames come in pieces, in turn")
            }
        }
    }

    // MARK: Malformed frames

    /// Each kind: the answers to the frames before, an error frame, the end; and another client goes on.
    static func malformed(_ trial: Trial) throws {
        let server = try server(trial)
        let other = try FramePeer(server)
        // In the middle of a frame all the while.
        let half = CodecFrame(CodecFrame.request, "the other")
        try other.client.send(Array(half.bytes.prefix(13)))
        let limit = CodecFrame.standardLimit
        let kinds: [([UInt8], String)] = [
            ([0xDE, 0xAD, 0xBE, 0xEF], "bad magic 0xDEADBEEF"), (Array("GET / HTTP/1.1\r\n\r\n".utf8), "bad magic 0x47455420"),
            (CodecFrame.header(version: 2), "unsupported version 2"),
            (CodecFrame.header(length: UInt32.max), "payload of 4294967295 bytes exceeds the limit of \(limit)"),
            (CodecFrame.header(length: UInt32(limit + 1)), "payload of \(limit + 1) bytes exceeds the limit of \(limit)"),
        ]
        for (bytes, text) in kinds {
            let peer = try FramePeer(server)
            try peer.client.send(CodecFrame(CodecFrame.request, "good").bytes + bytes)
            let circumstances = "a good request and then \(hexBytes(bytes.prefix(11)))"
            try peer.expect(CodecFrame(CodecFrame.response, "good"), circumstances)
            try peer.expectError(text, at: 15, circumstances)
            try peer.expectEnd("\(circumstances), and an error frame")
            try FramePeer(server).ask("new here", "after another client had sent \(hexBytes(bytes.prefix(11)))")
        }
        try other.client.send(Array(half.bytes.dropFirst(13)))
        try other.expect(
            CodecFrame(CodecFrame.response, half.payload), "a client that was in the middle of a request while others sent malformed frames"
        )
    }

    /// The client's stream ends within a frame. It may be told so; the connection must be closed.
    static func truncated(_ trial: Trial) throws {
        let server = try server(trial)
        let frame = CodecFrame(CodecFrame.request, "never")
        for (count, text) in [(5, "truncated frame: 5 of 11 header bytes"), (13, "truncated frame: 2 of 5 payload bytes")] {
            let peer = try FramePeer(server)
            try peer.client.send(CodecFrame(CodecFrame.request, "good").bytes + frame.bytes.prefix(count))
            try peer.client.finishSending()
            let circumstances = "a good request, \(count) bytes of the next, and the end of the client's stream"
            try peer.expect(CodecFrame(CodecFrame.response, "good"), circumstances)
            try peer.expectError(text, at: 15, orEnd: true, circumstances)
            try peer.expectEnd(circumstances)
        }
    }

    static func limitOption(_ trial: Trial) throws {
        let server = try server(trial, ["--max-payload", "100"])
        let peer = try FramePeer(server)
        let longest = String(repeating: "x", count: 100)
        try peer.ask(longest, "with --max-payload 100")
        try peer.client.send(CodecFrame.header(length: 101))
        let circumstances = "with --max-payload 100, a header that claims 101 bytes"
        try peer.expectError("payload of 101 bytes exceeds the limit of 100", at: 111, circumstances)
        try peer.expectEnd(circumstances)
    }

    /// Clients that send random bytes and stay, reset the connection or leave, while one goes on with its own.
    static func hostile(_ trial: Trial) throws {
        let server = try server(trial)
        let good = try FramePeer(server)
        for number in 1...30 {
            let client = try server.connect()
            let start = number.isMultiple(of: 2) ? CodecFrame(CodecFrame.request, "x").bytes + [0xCA, 0xFE] : []
            _ = try client.sendWhatFits((start + trial.random.bytes(Int.random(in: 11...3_000, using: &trial.random)))[...])
            switch number % 3 {
            case 0: try client.reset()
            case 1: client.close()
            default:
                _ = try client.receiveToEnd()
                if client.end == nil {
                    throw fail("\(client.name) sent random bytes, and was still connected after \(seconds(Trial.patience))")
                }
            }
            try good.ask("request \(number)", "while \(counted(number, "client")) sent random bytes")
        }
    }
}
