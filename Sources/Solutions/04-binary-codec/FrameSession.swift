import LabProgram
import Sockets

/// One client's conversation: frames come in, and the answers to them go out in the same order.
struct FrameSession {
    private let settings: ServerSettings
    private let termination: TerminationSignals
    private var decoder: FrameDecoder
    /// Frames that the client has not taken yet.
    private var answers = FrameEncoder()

    init(_ settings: ServerSettings, termination: TerminationSignals) {
        self.settings = settings
        self.termination = termination
        decoder = FrameDecoder(maxPayload: settings.maxPayload)
    }

    /// Step 6: answers what the client sends, until it sends no more or something that is no frame.
    ///
    /// Nothing more is received while answers wait to be taken: a client that only sends is stopped by TCP's flow control,
    /// and its answers don't pile up in our memory.
    ///
    /// The socket comes in blocking mode, in which `send` waits until all is taken, however long that is. After
    /// `client.descriptor.setNonBlocking(true)` it takes what there is room for, and only ``waitForClient(_:)`` waits.
    mutating func converse(with client: borrowing Socket) throws(SocketError) {
        // step 6 begins
        // starter: if try waitForClient(client) { unsolved(step: 6) }
        try client.descriptor.setNonBlocking(true)
        // Small answers go out at once, not when the client has confirmed the ones before.
        try client.set(.noDelay, to: 1)
        var goesOn = true
        while goesOn || !answers.bytes.isEmpty, try waitForClient(client) {
            if answers.bytes.isEmpty { goesOn = answer(try client.receive(upTo: 65_536)) }
            try sendAnswers(to: client)
        }
        try sayGoodbye(to: client)
        // step 6 ends
    }

    /// Step 6: prepares the answers to all frames that these bytes complete.
    ///
    /// `let payload = decoder.bytes[frame.payload]`, and then append `payload.span`: the compiler lets nobody read from the decoder
    /// in the same call that changes the answers.
    ///
    /// - Parameter bytes: The next piece of the stream; empty at its end.
    /// - Returns: Whether the conversation goes on.
    private mutating func answer(_ bytes: [UInt8]) -> Bool {
        // step 6 begins
        // starter: unsolved(step: 6)
        do {
            if bytes.isEmpty {
                try decoder.finish()
                return false
            }
            decoder.append(bytes)
            while let frame = try decoder.next() {
                let payload = decoder.bytes[frame.payload]
                switch frame.type {
                case MessageType.request: answers.append(type: MessageType.response, payload: payload.span)
                case MessageType.ping: answers.append(type: MessageType.pong, payload: payload.span)
                default: break
                }
            }
            return true
        } catch {
            // Where one frame ends wrongly, nobody knows where the next one begins; so this is the last word.
            answers.append(type: MessageType.error, payload: Array("\(error)".utf8).span)
            return false
        }
        // step 6 ends
    }

    /// Step 6: sends as much of the answers as the client takes now.
    private mutating func sendAnswers(to client: borrowing Socket) throws(SocketError) {
        // step 6 begins
        // starter: unsolved(step: 6)
        if answers.bytes.isEmpty { return }
        answers.removeFirst(try client.send(answers.bytes.span))
        // step 6 ends
    }

    /// Step 7: waits until the client has sent something, or where answers wait to be taken, until it has taken some.
    ///
    /// After each interval of silence the client is pinged; one that lives sends a pong, and is silent no more.
    ///
    /// - Returns: false if the conversation is over: the third interval has passed, or the program was asked to end and
    ///   everything that had come is answered.
    private mutating func waitForClient(_ client: borrowing Socket) throws(SocketError) -> Bool {
        // step 7 begins
        // starter: if settings.heartbeat != nil { unsolved(step: 7) }
        // starter: return try wait(for: client, until: .never) == .ready
        guard let interval = settings.heartbeat else { return try wait(for: client, until: .never) == .ready }
        // Each deadline follows from the one before, not from the time it is now: so the delays don't add up.
        var deadline = Deadline.after(interval)
        for silence in 1...3 {
            switch try wait(for: client, until: deadline) {
            case .ready: return true
            case .termination: return false
            case .silence: deadline = deadline.advanced(by: interval)
            }
            // While answers wait to be taken, a ping would only stand in the queue behind them.
            if silence < 3 && answers.bytes.isEmpty {
                answers.append(type: MessageType.ping, payload: Span())
                try sendAnswers(to: client)
            }
        }
        return false
        // step 7 ends
    }

    /// What a wait was ended by.
    private enum Event {
        case ready, silence, termination
    }

    /// Given: waits until the client has sent something, or has room for more of the answers.
    private func wait(for client: borrowing Socket, until deadline: Deadline) throws(SocketError) -> Event {
        let isAnswered = answers.bytes.isEmpty
        var events = [PollEntry(client, isAnswered ? .readable : .writable)]
        // What has been received is answered in any case; the server gives up by itself on a client that does not read.
        if isAnswered { events.append(PollEntry(termination.descriptor, .readable)) }
        guard try poll(&events, until: deadline) else { return .silence }
        return events[0].ready.isEmpty ? .termination : .ready
    }

    /// Given: tells the client that nothing more comes, and waits a moment for it to close too.
    ///
    /// Closing while bytes of the client are unread would send a reset, which may destroy what it has not read yet.
    private func sayGoodbye(to client: borrowing Socket) throws(SocketError) {
        try client.shutDown(.sending)
        let deadline = Deadline.after(.seconds(1))
        while try !client.descriptor.wait(for: .readable, until: deadline).isEmpty {
            if try client.receive(upTo: 65_536).isEmpty { return }
        }
    }
}
