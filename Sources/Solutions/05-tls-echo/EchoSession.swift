import LabProgram
import SecureSockets
import Sockets

/// One client's conversation: a handshake, then whatever it sends comes back, until it says that it is done.
struct EchoSession: ~Copyable {
    private var connection: SecureConnection
    private let termination: TerminationSignals
    /// When the whole handshake must be done.
    private let handshakeDeadline: Deadline

    init(_ connection: consuming SecureConnection, _ settings: ServerSettings, termination: TerminationSignals) throws(SocketError) {
        // A call that waits can't watch the clock: so none waits, and poll waits for all of them.
        try connection.socket.descriptor.setNonBlocking(true)
        self.connection = connection
        self.termination = termination
        handshakeDeadline = settings.newHandshakeDeadline()
    }

    mutating func run() throws {
        do {
            try shakeHands()
        } catch {
            // What the client has sent lies in the socket, unread: closing now would reset the connection, and destroy our alert.
            linger()
            throw error
        }
        report("tls: \(connection.details)")
        try echo()
        try sayGoodbye()
    }

    /// Step 1: calls `handshake()` until it is done. Step 7: within the deadline, however often the client sends a byte.
    private mutating func shakeHands() throws {
        // step 1 begins
        while let readiness = try connection.handshake() {
            // step 7 begins
            // starter: if try !wait(for: readiness, until: handshakeDeadline) { unsolved(step: 7) }
            guard try wait(for: readiness, until: handshakeDeadline) else { throw SocketError.timedOut("accept") }
            // step 7 ends
        }
        // step 1 ends
    }

    /// Step 2: sends back what comes, until the client has said that it sends no more.
    private mutating func echo() throws {
        // step 2 begins
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            var room = buffer.mutableSpan
            switch try connection.receive(into: &room) {
            case .bytes(let count): try sendAll(buffer.span.extracting(..<count))
            case .wouldBlock(let readiness): if try !waitForClient(readiness) { return }
            case .endOfStream: return
            }
        }
        // step 2 ends
    }

    /// Step 2: sends all of the bytes, in as many pieces as there is room for.
    private mutating func sendAll(_ bytes: Span<UInt8>) throws {
        // step 2 begins
        var sent = 0
        while sent < bytes.count {
            switch try connection.send(bytes.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock(let readiness): try wait(for: readiness)
            }
        }
        // step 2 ends
    }

    /// Step 6: tells the client that everything was sent, so that it can tell the end from a cut.
    private mutating func sayGoodbye() throws {
        // step 6 begins
        while let readiness = try connection.closeSending() { try wait(for: readiness) }
        linger()
        // step 6 ends
    }

    /// Step 7: waits until the client has sent something.
    ///
    /// - Returns: false if the program was asked to end, and nothing more has come.
    private func waitForClient(_ wanted: Readiness) throws -> Bool {
        // step 7 begins
        // starter: try wait(for: wanted)
        var events = [PollEntry(connection.socket, wanted), PollEntry(termination.descriptor, .readable)]
        try poll(&events)
        return !events[0].ready.isEmpty
        // step 7 ends
    }

    // MARK: Given

    /// Waits until the socket is ready, or the deadline has passed.
    ///
    /// - Returns: Whether it is ready.
    @discardableResult
    private func wait(for wanted: Readiness, until deadline: Deadline = .never) throws(SocketError) -> Bool {
        try !connection.socket.descriptor.wait(for: wanted, until: deadline).isEmpty
    }

    /// Ends the connection below, and gives the client a moment to take what was sent: lab 2's goodbye.
    private func linger() {
        let deadline = Deadline.after(.seconds(1))
        do {
            try connection.socket.shutDown(.sending)
            while try wait(for: .readable, until: deadline), try !connection.socket.receive(upTo: 65_536).isEmpty {}
        } catch {
            // The client has gone already.
        }
    }
}
