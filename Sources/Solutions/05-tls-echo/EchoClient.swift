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
        // step 1 begins
        while let readiness = try connection.handshake() {
            _ = try connection.socket.descriptor.wait(for: readiness)
        }
        // step 1 ends
    }

    /// Step 2: sends and receives, until the server has said that it sends no more.
    ///
    /// To wait for one direction alone would be a mistake: a server that can't get rid of its answers takes no more questions.
    private mutating func converse() throws {
        // step 2 begins
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var unsent: [UInt8] = []
        var inputIsOpen = true
        while true {
            var wanted: Readiness = []
            // First what has come: TLS may hold bytes that poll does not see.
            var room = buffer.mutableSpan
            switch try connection.receive(into: &room) {
            case .bytes(let count):
                try StandardStream.output.write(buffer.span.extracting(..<count))
                continue
            case .wouldBlock(let readiness): wanted.formUnion(readiness)
            case .endOfStream: return
            }
            if !unsent.isEmpty {
                switch try connection.send(unsent.span) {
                case .bytes(let count):
                    unsent.removeFirst(count)
                    continue
                case .wouldBlock(let readiness): wanted.formUnion(readiness)
                }
            }
            var events = [PollEntry(connection.socket, wanted)]
            if inputIsOpen && unsent.isEmpty { events.append(PollEntry(.input, .readable)) }
            try poll(&events)
            if events.count == 2, !events[1].ready.isEmpty {
                unsent = try StandardStream.input.read(upTo: buffer.count)
                inputIsOpen = !unsent.isEmpty
                if !inputIsOpen { try finishSending() }
            }
        }
        // step 2 ends
    }

    /// Step 6: tells the server that nothing more will come, and goes on listening to it.
    private mutating func finishSending() throws {
        // step 6 begins
        while let readiness = try connection.closeSending() {
            _ = try connection.socket.descriptor.wait(for: readiness)
        }
        // step 6 ends
    }
}
