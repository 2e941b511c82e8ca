import Sockets

/// What one client of an echo service sees.
enum EchoChecks {
    /// Sends a text without a newline and waits for it. If nothing comes back, finds out what the server waits for.
    static func atOnce(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        let message = Array("hello".utf8)
        try client.send(message)
        let back = try client.receive(exactly: 5)
        if back == message { return }
        guard back.isEmpty else { throw fail(Comparison(expected: message, received: back).description) }
        if let end = client.end { throw fail("sent 5 bytes, \(readable(message)), got nothing back: \(end.words)") }
        let silence = "sent 5 bytes, \(readable(message)), and got nothing back within \(seconds(Trial.patience))"
        // What a library has taken in already shows with the next segment, whatever that brings. A newline would not tell.
        if client.layer != nil {
            try client.send([UInt8(ascii: "x")])
            if try !client.receive(exactly: 5, until: .after(Trial.silence * 3)).isEmpty {
                throw fail(
                    "\(silence); when one more byte was sent, they came: they had been in the TLS library all the time, where poll does not see them"
                )
            }
        }
        try client.send([UInt8(ascii: "\n")])
        if try !client.receive(exactly: 5, until: .after(Trial.silence * 3)).isEmpty {
            throw fail("\(silence); after a newline it came: the server waits for a whole line, but TCP has no lines")
        }
        try client.finishSending()
        if try !client.receiveToEnd(until: .after(Trial.silence * 3)).isEmpty {
            throw fail("\(silence); after the end of the stream it came: the server reads everything before it answers")
        }
        throw fail(silence)
    }

    /// Texts whose ends a program likes to trim or to complete.
    static func unchanged(_ trial: Trial) throws {
        let message = Array("  two words \t\r\n\r\n \n".utf8)
        let client = try trial.startServer().connect()
        try client.send(message)
        try expect(message, from: client, andNoMore: true)
    }

    /// Three messages on one connection, each after the echo of the one before.
    static func secondMessage(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        for (index, text) in ["first", "second", "third"].enumerated() {
            let message = Array(text.utf8)
            try client.send(message)
            let back = try client.receive(exactly: message.count)
            if back != message {
                let end = client.end.map { ": \($0.words)" } ?? ""
                throw fail("message \(index + 1) of a connection: \(Comparison(expected: message, received: back).description)\(end)")
            }
        }
    }

    /// NUL bytes first (they end C strings), then every byte there is.
    static func binary(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        let message = Array("abc\0def\0".utf8) + (0...255).map { UInt8($0) }
        try client.send(message)
        try expect(message, from: client)
    }

    /// Bytes that are no UTF-8, and a character that is cut in two.
    static func notText(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        for message: [UInt8] in [[0x61, 0xFF, 0xFE, 0x62], [0xE2, 0x82], [0xAC, 0xC0, 0x80]] {
            try client.send(message)
            try expect(message, from: client)
        }
    }

    /// Each byte is a segment of its own, and comes back before the next is sent.
    static func byteByByte(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        let message = trial.random.bytes(64)
        for (index, byte) in message.enumerated() {
            try client.send([byte])
            let back = try client.receive(exactly: 1)
            guard back == [byte] else {
                throw fail(
                    "sent byte by byte, each after the echo of the one before: \(Comparison(expected: message, received: message.prefix(index) + back).description)"
                )
            }
        }
    }

    /// A million bytes, sent and received at the same time.
    static func longStream(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        let message = trial.random.bytes(1 << 20)
        let back = try exchange(message, client)
        if back != message { throw mismatch(message, back, of: client) }
    }

    /// Sends and receives at the same time, until as much has come back as must, or nothing more comes.
    static func exchange(_ message: [UInt8], _ client: Client) throws -> [UInt8] {
        try client.exchange(client.service.question(message), for: client.service.answer(message).count)
    }

    /// A client behind narrow pipes: the program can't get rid of much at a time. With segments of the usual size, a program that waits until
    /// there is room before each send is never seen to send less than it wanted, as Linux calls that room a third of megabytes.
    static func narrowClient(of server: Server) throws -> Client {
        try server.connect(receiveBuffer: 4_096, segmentSize: 536)
    }

    /// Three clients behind narrow pipes, one after the other: the room is less than what a program has just read only at first, until the
    /// kernel makes more of it. Whether much has come by then is a matter of luck, when the program has the processor and the client has not.
    /// A TLS record is taken as a whole or not at all, so one is enough there.
    static func withNarrowClients(of server: Server, _ body: (Client) throws -> Void) throws {
        for _ in 1...3 {
            let client = try narrowClient(of: server)
            try body(client)
            if client.layer != nil { return }
            client.close()
        }
    }

    static func slowReader(_ trial: Trial) throws {
        try withNarrowClients(of: trial.startServer()) { try slowReader($0, trial) }
    }

    /// Fills every buffer on the way, so that the server can send only part of what it wants to, and then reads slowly.
    private static func slowReader(_ client: Client, _ trial: Trial) throws {
        let message = try flood(client, trial)
        var back: [UInt8] = []
        while back.count < message.count, case .bytes(let bytes) = try client.receive(upTo: 16_384) { back += bytes }
        if back != message {
            throw fail("a client that read only after the buffers were full: \(Comparison(expected: message, received: back).description)")
        }
    }

    /// Sends until the program takes no more (it waits for the client to read), and returns what was sent.
    ///
    /// - Parameter mayEnd: Whether the program may end the connection meanwhile.
    static func flood(_ client: Client, _ trial: Trial, limit: Int = 32 << 20, mayEnd: Bool = false) throws -> [UInt8] {
        let block = trial.service.question(trial.random.bytes(1 << 16))
        var sent: [UInt8] = []
        // A program that takes so long to fill the buffers is not held up by them.
        let enough = Deadline.after(Trial.patience * 2)
        while sent.count < limit, !enough.hasPassed {
            let offset = sent.count % block.count
            let count = try client.sendWhatFits(block[offset...])
            sent += block[offset..<offset + count]
            if let end = client.end {
                if mayEnd { break }
                throw fail("\(client.name) sent \(counted(sent.count, "byte")) and did not read yet; then \(end.words)")
            }
            if count == 0, try !client.becomes(.writable) { break }
        }
        return sent
    }

    static func halfClose(_ trial: Trial) throws {
        let client = try trial.startServer().connect()
        let message = Array("the last words".utf8)
        try client.send(message)
        try client.finishSending()
        try expectRest(message, from: client)
    }

    /// The end of the stream comes while the server still has bytes that it could not send.
    static func halfCloseUnsent(_ trial: Trial) throws {
        let client = try narrowClient(of: trial.startServer())
        let message = try flood(client, trial)
        try client.finishSending()
        try expectRest(message, from: client)
    }

    static func closesAtEnd(_ trial: Trial) throws {
        let server = try trial.startServer()
        let client = try server.connect()
        try client.send([1])
        _ = try client.receive(exactly: 1)
        try client.finishSending()
        switch try client.receive() {
        case .end(.closed): return
        case .end(.reset): throw fail("after the client's end of stream the server reset the connection, instead of closing it")
        case .end(let end): throw fail("after the client's end of stream \(end.words)")
        case .bytes(let bytes):
            throw fail("after everything was echoed the server sent \(counted(bytes.count, "byte")) more, \(readable(bytes))")
        case .nothing:
            let state = server.program?.facts.tcpSockets.contains { $0.state == .closeWait } ?? false
            throw fail(
                "the client sent its end of stream, but the server has not closed its side after \(seconds(Trial.patience))"
                    + (state ? ": its socket stays in CLOSE-WAIT" : ""))
        }
    }

    // MARK: Expectations

    /// What came back is not what was sent: where they differ, and how the connection ended, if it did.
    static func mismatch(_ message: [UInt8], _ back: [UInt8], of client: Client, _ circumstances: String = "") -> Finding {
        let end = client.end.map { "\n\($0.words)" } ?? ""
        return fail("\(circumstances)\(Comparison(expected: message, received: back).description)\(end)")
    }

    /// Receives what was sent, and, if nothing more must come, whatever else is there, and compares.
    static func expect(_ message: [UInt8], from client: Client, andNoMore: Bool = false) throws {
        var back = try client.receive(exactly: message.count)
        if andNoMore, back == message, try client.becomes(.readable), case .bytes(let more) = try client.takeArrived() { back += more }
        if back != message { throw mismatch(message, back, of: client) }
    }

    /// After the client's end of stream: everything that it sent comes back, then the server's end of stream.
    static func expectRest(_ message: [UInt8], from client: Client) throws {
        let back = try client.receiveToEnd()
        if back != message { throw mismatch(message, back, of: client, "then the end of the stream (half-close): ") }
        switch client.end {
        case .closed: return
        case .reset: throw fail("everything came back, but then the server reset the connection, instead of closing it")
        case let end?: throw fail("everything came back, but then \(end.words)")
        case nil: throw fail("everything came back, but the server has not closed its side after the client's end of stream")
        }
    }
}
