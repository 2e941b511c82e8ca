import Foundation
import Glibc
import Sockets

/// A TCP client of the grader's: does what a check tells it, writes down what happened, and says what is wrong in words.
///
/// Its socket never waits; every wait goes through the check, which watches the program meanwhile.
final class Client {
    let name: String
    let trial: Trial
    /// What the server does for it.
    var service: Service { trial.service }
    private var connection: Connection?
    /// What its bytes are wrapped in, or nil if they go out as they are.
    let layer: (any Layer)?
    /// Wrapped bytes that the kernel has not taken yet.
    private var unsent: [UInt8] = []
    /// Bytes that have been unwrapped, and were not asked for yet.
    private var unwrapped: [UInt8] = []
    /// Set once the other end has closed or reset the connection.
    private(set) var end: End?

    /// Connects to an address.
    ///
    /// - Throws: A ``Finding`` if the connection is refused or not answered.
    init(
        _ trial: Trial, to address: SocketAddress, receiveBuffer: Int32? = nil, segmentSize: Int32? = nil, layer: (any Layer)? = nil
    ) throws {
        self.trial = trial
        self.layer = layer
        name = trial.nextClientName()
        try dial(address, receiveBuffer: receiveBuffer, segmentSize: segmentSize)
    }

    /// Takes over a connection that a program has made to the grader.
    init(_ trial: Trial, accepted socket: consuming Socket, as name: String, layer: (any Layer)? = nil) throws {
        self.trial = trial
        self.layer = layer
        self.name = name
        let address = try socket.peerAddress()
        try socket.set(.noDelay, to: 1)
        try socket.descriptor.setNonBlocking(true)
        trial.packets?.name(try socket.localAddress().port, name)
        trial.hasServed = true
        connection = Connection(socket)
        trial.transcript.add(name, "accepted a connection from \(address)")
    }

    /// Waits until the layer's opening is done.
    ///
    /// - Throws: A ``Finding`` if that fails, or takes too long.
    func open(until deadline: Deadline = .after(Trial.patience)) throws {
        guard let layer else { return }
        while !layer.isOpen {
            _ = try hasArrived()
            if layer.isOpen { break }
            if let end { throw fail("\(name): the \(layer.summary) failed: \(end.words)") }
            if try !waitForSocket(.readable, deadline) {
                throw fail("\(name): the \(layer.summary) did not come to an end: the program stopped answering")
            }
        }
        trial.transcript.add(name, layer.summary)
    }

    private func dial(_ address: SocketAddress, receiveBuffer: Int32?, segmentSize: Int32?) throws {
        do {
            let socket = try Socket(.stream, address.family)
            // Before connecting: afterwards the window has been announced already, tcp(7).
            if let receiveBuffer { try socket.set(.receiveBuffer, to: receiveBuffer) }
            if let segmentSize { try socket.set(.maximumSegmentSize, to: segmentSize) }
            try socket.set(.noDelay, to: 1)
            try socket.connect(to: address, until: .after(Trial.patience))
            try socket.descriptor.setNonBlocking(true)
            trial.packets?.name(try socket.localAddress().port, name)
            connection = Connection(socket)
            trial.transcript.add(name, "connected to \(address)")
            trial.transcript.record(name, .connect(receiveBuffer: receiveBuffer, segmentSize: segmentSize))
        } catch {
            guard [ECONNREFUSED, ETIMEDOUT, ECONNRESET].contains(error.code) else { throw error }
            trial.transcript.add(name, "\(error)")
            throw fail("could not connect: \(error)")
        }
    }

    // MARK: Sending

    /// Sends as much as the kernel takes now.
    ///
    /// - Returns: How many bytes that was.
    func sendWhatFits(_ bytes: ArraySlice<UInt8>) throws -> Int {
        guard let layer else {
            let count = try push(bytes.span)
            guard count > 0 else { return count }
            trial.transcript.add(name, "sent", bytes.prefix(count))
            trial.transcript.record(name, .send(Data(bytes.prefix(count))))
            return count
        }
        // What is wrapped must go out whole, some time. So there is room when everything before has gone.
        try flush()
        guard unsent.isEmpty, maySend, !bytes.isEmpty else { return 0 }
        trial.transcript.add(name, "sent", bytes)
        layer.send(bytes)
        try flush()
        return bytes.count
    }

    /// Whether the other end may still want to hear something. The end of a layer's stream says that of its own direction alone.
    private var maySend: Bool { end == nil || layer != nil && end == .closed }

    /// Gives the kernel what it takes now.
    private func push(_ bytes: Span<UInt8>) throws -> Int {
        do {
            return try open.socket.send(bytes)
        } catch {
            guard error.isDisconnect else { throw error }
            note(.reset)
            return 0
        }
    }

    /// Gives the kernel what it takes now of what the layer has to send.
    private func flush() throws {
        unsent += layer?.outgoing() ?? []
        guard !unsent.isEmpty, end != .reset else { return }
        let waiting = unsent
        unsent = Array(waiting.dropFirst(try push(waiting.span)))
    }

    /// Sends all of the bytes.
    ///
    /// - Throws: A ``Finding`` if the program closes, or takes nothing for a long time.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try sendWhatFits(rest)
            rest.removeFirst(count)
            if let end, !maySend { throw fail("\(name) sent \(counted(bytes.count - rest.count, "byte")); then \(end.words)") }
            if count == 0, try !waitUntil(.writable) {
                throw fail(
                    "\(name) could send only \(grouped(bytes.count - rest.count)) of \(counted(bytes.count, "byte")): the program does not read"
                )
            }
        }
    }

    /// Sends the end of the stream, and goes on receiving: shutdown(2).
    func finishSending() throws {
        if let layer {
            trial.transcript.add(name, "sent the end of its stream (\(layer.finishSending()))")
            return try flush()
        }
        trial.transcript.add(name, "sent the end of its stream (FIN)")
        trial.transcript.record(name, .finish)
        do {
            try open.socket.shutDown(.sending)
        } catch {
            guard error.code == ENOTCONN else { throw error }
            note(.reset)
        }
    }

    /// Ends the connection below the layer, as somebody in between could: a FIN, and no end of the layer's own.
    func cut() throws {
        trial.transcript.add(name, "sent the end of the connection (FIN), and no close_notify")
        try open.socket.shutDown(.sending)
    }

    /// Closes in good order.
    func close() {
        if let layer, end == nil {
            _ = layer.finishSending()
            try? flush()
        }
        trial.transcript.add(name, "closed")
        trial.transcript.record(name, .close)
        connection = nil
    }

    /// Closes with a reset (RST).
    func reset() throws {
        try open.socket.resetOnClose()
        trial.transcript.add(name, "reset the connection (RST)")
        trial.transcript.record(name, .reset)
        connection = nil
    }

    // MARK: Receiving

    /// Takes what has come, without waiting.
    func takeArrived(upTo count: Int = 1 << 16) throws -> Arrival {
        if layer != nil, try !hasArrived() { return .nothing }
        if !unwrapped.isEmpty {
            let bytes = Array(unwrapped.prefix(count))
            unwrapped.removeFirst(bytes.count)
            trial.transcript.add(name, "received", bytes)
            return .bytes(bytes)
        }
        if let end { return .end(end) }
        do {
            let bytes = try open.socket.receive(upTo: count)
            if bytes.isEmpty { return note(.closed) }
            trial.transcript.add(name, "received", bytes)
            trial.transcript.record(name, .receive(bytes.count))
            return .bytes(bytes)
        } catch {
            if error.code == EAGAIN { return .nothing }
            if error.isDisconnect { return note(.reset) }
            throw error
        }
    }

    /// Hands the layer whatever has come, without waiting, until it has unwrapped something.
    private func unwrap(with layer: any Layer) throws -> Arrival {
        while true {
            if let end { return .end(end) }
            let arrival = layer.receive()
            try flush()
            switch arrival {
            case .bytes: return arrival
            case .end(let end): return note(end)
            case .nothing: break
            }
            do {
                let bytes = try open.socket.receive(upTo: 1 << 16)
                if bytes.isEmpty { layer.takeEnd() } else { layer.take(bytes) }
            } catch {
                if error.code == EAGAIN { return .nothing }
                if error.isDisconnect { return note(.reset) }
                throw error
            }
        }
    }

    /// Whether there is something to receive: what comes on the socket may be the layer's own.
    private func hasArrived() throws -> Bool {
        guard let layer, unwrapped.isEmpty, end == nil else { return true }
        if case .bytes(let bytes) = try unwrap(with: layer) { unwrapped = bytes }
        return !unwrapped.isEmpty || end != nil
    }

    // MARK: Waiting

    /// Waits until the socket is ready.
    func waitUntil(_ wanted: Readiness, _ deadline: Deadline = .after(Trial.patience)) throws -> Bool {
        guard layer != nil, wanted.contains(.readable) else { return try waitForSocket(wanted, deadline) }
        while try !hasArrived() {
            guard let ready = try readiness(wanted, deadline) else { return false }
            if wanted.contains(.writable), ready.contains(.writable) { return true }
        }
        return true
    }

    private func waitForSocket(_ wanted: Readiness, _ deadline: Deadline) throws -> Bool {
        while true {
            guard let ready = try readiness(wanted, deadline) else { return false }
            if ready != .writable || wanted.contains(.writable) { return true }
        }
    }

    /// Waits once. Wrapped bytes that are still to go out go out meanwhile.
    private func readiness(_ wanted: Readiness, _ deadline: Deadline) throws -> Readiness? {
        var entries = [entry(unsent.isEmpty ? wanted : wanted.union(.writable))]
        guard try trial.wait(for: &entries, until: deadline) else { return nil }
        if entries[0].ready.contains(.writable) { try flush() }
        return entries[0].ready
    }

    /// Waits until the socket is ready, or it is clear that it will not be.
    func becomes(_ wanted: Readiness) throws -> Bool {
        while true {
            if layer != nil, wanted.contains(.readable), try hasArrived() { return true }
            var entries = [entry(wanted)]
            guard try trial.waitForSilence(of: &entries) else { return false }
            guard layer != nil, entries[0].ready == .readable else { return true }
        }
    }

    /// The entry to wait for several clients at once.
    func entry(_ wanted: Readiness) -> PollEntry {
        PollEntry(open.socket, wanted)
    }

    /// How many bytes have arrived that were not received yet.
    func unreadBytes() throws -> Int { try open.socket.unreadBytes() }

    /// How many bytes it sent that the other end's kernel has not acknowledged yet.
    func unacknowledgedBytes() throws -> Int { try open.socket.unacknowledgedBytes() }

    /// The other end of its connection, whichever process holds it; nil if it is gone, or not on this machine.
    func otherEnd() throws -> ProcessFacts.TCPSocket? {
        ProcessFacts(id: getpid()).tcpSocket(at: try open.socket.peerAddress().port, to: try open.socket.localAddress().port)
    }

    /// How many of the bytes that it sent the other end may not be able to read yet, at most: those that are on their way, and those that
    /// came in a record whose end has not.
    func unreadableBytes() throws -> Int { try unacknowledgedBytes() + unsent.count + (layer?.largestRecord ?? 0) }

    @discardableResult
    private func note(_ end: End) -> Arrival {
        if self.end == nil {
            self.end = end
            trial.transcript.add(name, end.event(in: layer))
        }
        return .end(end)
    }

    private var open: Connection {
        guard let connection else { preconditionFailure("\(name) has closed its connection") }
        return connection
    }

    /// A place for the socket that can be emptied: the socket closes with the last reference to it.
    private final class Connection {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }
}
