import LabProgram
import Sockets

/// One client's conversation: whatever it sends comes back, in order, until it is done.
struct EchoSession {
    private let settings: Settings
    private let termination: TerminationSignals
    /// When the client will have been silent for too long.
    private var idleDeadline: Deadline

    init(_ settings: Settings, termination: TerminationSignals) {
        self.settings = settings
        self.termination = termination
        idleDeadline = settings.newIdleDeadline()
    }

    /// Step 3: echoes until the client sends no more; then everything has been sent back, and the caller may close.
    mutating func echo(_ client: borrowing Socket) throws(SocketError) {
        try prepare(client)
        // step 3 begins
        // starter: _ = try echoOneMessage(client)
        // starter: unsolved(step: 3)
        while try echoOneMessage(client) {}
        try sayGoodbye(to: client)
        // step 3 ends
    }

    /// Step 6: a call that waits can't watch the clock; so none may wait, and poll waits for them all.
    private func prepare(_ client: borrowing Socket) throws(SocketError) {
        // step 6 begins
        // starter: // Calls may wait, until step 6.
        try client.descriptor.setNonBlocking(true)
        // step 6 ends
    }

    /// Step 2: receives what has come, and sends it back.
    ///
    /// - Returns: Whether there may be more: false at the end of the stream.
    mutating func echoOneMessage(_ client: borrowing Socket) throws(SocketError) -> Bool {
        // step 2 begins
        guard try waitForBytes(from: client) else { return false }
        let message = try client.receive(upTo: 65_536)
        try sendAll(message, to: client)
        return !message.isEmpty
        // step 2 ends
    }

    /// Step 3: sends all of the bytes, in as many pieces as the kernel takes.
    mutating func sendAll(_ bytes: [UInt8], to client: borrowing Socket) throws(SocketError) {
        // step 3 begins
        // starter: _ = try client.send(bytes.span)
        var sent = 0
        while sent < bytes.count {
            try waitForRoom(to: client)
            sent += try client.send(bytes.span.extracting(sent...))
        }
        // step 3 ends
    }

    /// Steps 6 and 7: waits until the client has sent something.
    ///
    /// - Returns: false if the program was asked to end, and nothing more has come.
    private mutating func waitForBytes(from client: borrowing Socket) throws(SocketError) -> Bool {
        // step 6 begins
        // starter: true
        var events = [PollEntry(client, .readable), PollEntry(termination.descriptor, .readable)]
        guard try poll(&events, until: idleDeadline) else { throw .timedOut("recv") }
        idleDeadline = settings.newIdleDeadline()
        return !events[0].ready.isEmpty
        // step 6 ends
    }

    /// Step 6: waits until the client has taken enough of what we sent that there is room for more.
    private mutating func waitForRoom(to client: borrowing Socket) throws(SocketError) {
        // step 6 begins
        // starter: // A blocking send waits by itself.
        var unread = try client.unreadBytes()
        while try client.descriptor.wait(for: .writable, until: idleDeadline).isEmpty {
            // While we wait here we don't receive; but the client is not idle if more of its bytes have come.
            let now = try client.unreadBytes()
            guard now > unread else { throw .timedOut("send") }
            unread = now
            idleDeadline = settings.newIdleDeadline()
        }
        // step 6 ends
    }

    /// Step 7: tells the client that nothing more comes, and waits a moment for it to close too.
    ///
    /// Closing while bytes of the client are on their way would answer them with a reset, and a reset can destroy what we
    /// have sent and the client has not read (RFC 2525, 2.17). So read on, and throw away, until the client has seen our end.
    private func sayGoodbye(to client: borrowing Socket) throws(SocketError) {
        // step 7 begins
        // starter: // Closing is goodbye enough, until step 7.
        try client.shutDown(.sending)
        let deadline = Deadline.after(.seconds(1))
        while try !client.descriptor.wait(for: .readable, until: deadline).isEmpty {
            if try client.receive(upTo: 65_536).isEmpty { return }
        }
        // step 7 ends
    }
}
