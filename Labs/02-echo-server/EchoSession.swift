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
        _ = try echoOneMessage(client)
        unsolved(step: 3)
    }

    /// Step 6: a call that waits can't watch the clock; so none may wait, and poll waits for them all.
    private func prepare(_ client: borrowing Socket) throws(SocketError) {
        // Calls may wait, until step 6.
    }

    /// Step 2: receives what has come, and sends it back.
    ///
    /// - Returns: Whether there may be more: false at the end of the stream.
    mutating func echoOneMessage(_ client: borrowing Socket) throws(SocketError) -> Bool {
        unsolved(step: 2)
    }

    /// Step 3: sends all of the bytes, in as many pieces as the kernel takes.
    mutating func sendAll(_ bytes: [UInt8], to client: borrowing Socket) throws(SocketError) {
        _ = try client.send(bytes.span)
    }

    /// Steps 6 and 7: waits until the client has sent something.
    ///
    /// - Returns: false if the program was asked to end, and nothing more has come.
    private mutating func waitForBytes(from client: borrowing Socket) throws(SocketError) -> Bool {
        true
    }

    /// Step 6: waits until the client has taken enough of what we sent that there is room for more.
    private mutating func waitForRoom(to client: borrowing Socket) throws(SocketError) {
        // A blocking send waits by itself.
    }

    /// Step 7: tells the client that nothing more comes, and waits a moment for it to close too.
    ///
    /// Closing while bytes of the client are on their way would answer them with a reset, and a reset can destroy what we
    /// have sent and the client has not read (RFC 2525, 2.17). So read on, and throw away, until the client has seen our end.
    private func sayGoodbye(to client: borrowing Socket) throws(SocketError) {
        // Closing is goodbye enough, until step 7.
    }
}
