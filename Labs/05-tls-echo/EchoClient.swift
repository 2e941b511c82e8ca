import LabProgram
import SecureSockets
import Sockets

/// Sends what comes in on stdin, and prints what comes back, both at the same time.
struct EchoClient: ~Copyable {
    private var connection: SecureConnection

    init(_ connection: consuming SecureConnection) throws(SocketError) {
        try connection.socket.descriptor.setNonBlocking(true)
        self.connection = connection
    }

    mutating func run() throws {
        try shakeHands()
        report("tls: \(connection.details)")
        try converse()
    }

    /// Step 1: calls `handshake()` until it is done.
    private mutating func shakeHands() throws {
        unsolved(step: 1)
    }

    /// Step 2: sends and receives, until the server has said that it sends no more.
    ///
    /// To wait for one direction alone would be a mistake: a server that can't get rid of its answers takes no more questions.
    private mutating func converse() throws {
        unsolved(step: 2)
    }

    /// Step 6: tells the server that nothing more will come, and goes on listening to it.
    private mutating func finishSending() throws {
        unsolved(step: 6)
    }
}
