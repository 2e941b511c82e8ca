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
        if try waitForClient(client) { unsolved(step: 6) }
    }

    /// Step 6: prepares the answers to all frames that these bytes complete.
    ///
    /// `let payload = decoder.bytes[frame.payload]`, and then append `payload.span`: the compiler lets nobody read from the decoder
    /// in the same call that changes the answers.
    ///
    /// - Parameter bytes: The next piece of the stream; empty at its end.
    /// - Returns: Whether the conversation goes on.
    private mutating func answer(_ bytes: [UInt8]) -> Bool {
        unsolved(step: 6)
    }

    /// Step 6: sends as much of the answers as the client takes now.
    private mutating func sendAnswers(to client: borrowing Socket) throws(SocketError) {
        unsolved(step: 6)
    }

    /// Step 7: waits until the client has sent something, or where answers wait to be taken, until it has taken some.
    ///
    /// After each interval of silence the client is pinged; one that lives sends a pong, and is silent no more.
    ///
    /// - Returns: false if the conversation is over: the third interval has passed, or the program was asked to end and
    ///   everything that had come is answered.
    private mutating func waitForClient(_ client: borrowing Socket) throws(SocketError) -> Bool {
        if settings.heartbeat != nil { unsolved(step: 7) }
        return try wait(for: client, until: .never) == .ready
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
