import LabProgram
import Sockets

/// One client: its socket, what waits to be sent to it, and how far the conversation is.
///
/// Nothing here waits. The loop says that the socket is ready; a connection does what can be done now, and says what it
/// wants to be told next. While nothing waits for the client, it has no buffer of its own.
struct Connection: ~Copyable {
    let socket: Socket
    /// What the loop has asked the poller to watch for.
    var watched: Readiness = .readable
    private var phase = Phase.echoing
    /// What has come and could not be sent back yet; the first `sent` bytes of it have been, since.
    private var waiting: [UInt8] = []
    private var sent = 0

    /// How far a conversation is.
    private enum Phase: Equatable {
        /// What comes is sent back.
        case echoing
        /// The client has sent its end of stream. It gets what waits for it.
        case finishing
        /// The program ends. So many bytes of those that had arrived by then are still to be received.
        case answering(owed: Int)
        /// The client has got everything, and our end of stream. What it still sends is thrown away, until it ends too.
        case leaving
        /// There is nothing left to do.
        case done
    }

    init(_ socket: consuming Socket) {
        self.socket = socket
    }

    /// Whether the conversation is over, and the connection can be closed.
    var isDone: Bool { phase == .done }

    /// Step 3: what the connection must be told about next.
    ///
    /// A client for which `limit` bytes wait is not read from. Its own bytes stay in the kernel then, and when that is full, TCP stops
    /// the client.
    func wanted(keeping limit: Int) -> Readiness {
        .readable
    }

    /// Does what the socket is ready for: sends a part of what waits, receives one piece, sends it back.
    ///
    /// One piece and no more: the others have a right to their turn.
    ///
    /// - Parameters:
    ///   - buffer: Room to receive into. All connections of a loop use the same one, each for no longer than this call.
    ///   - limit: How many bytes may wait for the client.
    /// - Returns: Whether bytes have come.
    mutating func react(to ready: Readiness, through buffer: inout [UInt8], keeping limit: Int) throws(SocketError) -> Bool {
        return try receive(through: &buffer, upTo: buffer.count)
    }

    /// Step 1: receives what has come, at most `room` bytes, and sends it back.
    ///
    /// - Returns: Whether bytes have come.
    private mutating func receive(through buffer: inout [UInt8], upTo room: Int) throws(SocketError) -> Bool {
        unsolved(step: 1)
    }

    // MARK: Sending

    /// How many bytes wait for the client.
    private var waitingCount: Int { waiting.count - sent }

    /// Step 3: sends what the kernel takes, and keeps the rest.
    private mutating func answer(_ bytes: Span<UInt8>) throws(SocketError) {
        if try socket.send(bytes) < bytes.count { unsolved(step: 3) }
    }

    /// Step 3: sends what waits, or as much of it as the kernel takes.
    private mutating func sendWaiting() throws(SocketError) {
        unsolved(step: 3)
    }

    // MARK: Ending

    /// Step 7: the program ends. What has arrived by now is still answered, and nothing that comes later.
    mutating func finish() throws(SocketError) {
        unsolved(step: 7)
    }

    /// Step 7: so many bytes more were received. Says goodbye if everything is answered that had to be.
    ///
    /// Closing while bytes of the client are on their way would answer them with a reset, and a reset can destroy what we have
    /// sent and the client has not read (RFC 2525, 2.17). So read on until the client has seen our end.
    private mutating func received(_ count: Int) throws(SocketError) {
        // Only counted while the program ends, from step 7 on.
    }
}
