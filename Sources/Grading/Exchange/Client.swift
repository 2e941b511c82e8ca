import Foundation
import Glibc
import Sockets

/// A TCP client of the grader's: does what a check tells it, writes down what happened, and says what is wrong in words.
///
/// Its socket never waits; every wait goes through the check, which watches the program meanwhile.
final class Client {
    let name: String
    private let trial: Trial
    private var connection: Connection?
    /// Set once the other end has closed or reset the connection.
    private(set) var end: End?

    /// How the other end ended a connection.
    enum End: Equatable {
        case closed
        case reset
    }

    /// Connects to an address.
    ///
    /// - Throws: A ``Finding`` if the connection is refused or not answered.
    init(_ trial: Trial, to address: SocketAddress, receiveBuffer: Int32? = nil) throws {
        self.trial = trial
        name = trial.nextClientName()
        try dial(address, receiveBuffer: receiveBuffer)
    }

    private func dial(_ address: SocketAddress, receiveBuffer: Int32?) throws {
        do {
            let socket = try Socket(.stream, address.family)
            // Before connecting: afterwards the window has been announced already, tcp(7).
            if let receiveBuffer { try socket.set(.receiveBuffer, to: receiveBuffer) }
            try socket.set(.noDelay, to: 1)
            try socket.connect(to: address, until: .after(Trial.patience))
            try socket.descriptor.setNonBlocking(true)
            connection = Connection(socket)
            trial.transcript.add(name, "connected to \(address)")
        } catch {
            guard [ECONNREFUSED, ETIMEDOUT, ECONNRESET].contains(error.code) else { throw error }
            trial.transcript.add(name, "\(error)")
            throw fail("could not connect: \(error)")
        }
    }

    /// What a receiving call found.
    enum Arrival: Equatable {
        case bytes([UInt8])
        case end(End)
        case nothing
    }

    // MARK: Sending

    /// Sends as much as the kernel takes now.
    ///
    /// - Returns: How many bytes that was.
    func sendWhatFits(_ bytes: ArraySlice<UInt8>) throws -> Int {
        do {
            let count = try open.socket.send(bytes.span)
            if count > 0 { trial.transcript.add(name, "sent", bytes.prefix(count)) }
            return count
        } catch {
            guard error.isDisconnect else { throw error }
            note(.reset)
            return 0
        }
    }

    /// Sends all of the bytes.
    ///
    /// - Throws: A ``Finding`` if the program closes, or takes nothing for a long time.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try sendWhatFits(rest)
            rest.removeFirst(count)
            if let end { throw fail("\(name) sent \(counted(bytes.count - rest.count, "byte")); then \(end.words)") }
            if count == 0, try !waitUntil(.writable) {
                throw fail(
                    "\(name) could send only \(grouped(bytes.count - rest.count)) of \(counted(bytes.count, "byte")): the program does not read"
                )
            }
        }
    }

    /// Sends the end of the stream, and goes on receiving: shutdown(2).
    func finishSending() throws {
        trial.transcript.add(name, "sent the end of its stream (FIN)")
        do {
            try open.socket.shutDown(.sending)
        } catch {
            guard error.code == ENOTCONN else { throw error }
            note(.reset)
        }
    }

    /// Closes in good order.
    func close() {
        trial.transcript.add(name, "closed")
        connection = nil
    }

    /// Closes with a reset (RST).
    func reset() throws {
        try open.socket.resetOnClose()
        trial.transcript.add(name, "reset the connection (RST)")
        connection = nil
    }

    // MARK: Receiving

    /// Takes what has come, without waiting.
    func takeArrived(upTo count: Int = 1 << 16) throws -> Arrival {
        if let end { return .end(end) }
        do {
            let bytes = try open.socket.receive(upTo: count)
            if bytes.isEmpty { return note(.closed) }
            trial.transcript.add(name, "received", bytes)
            return .bytes(bytes)
        } catch {
            if error.code == EAGAIN { return .nothing }
            if error.isDisconnect { return note(.reset) }
            throw error
        }
    }

    /// Takes what comes by the deadline.
    func receive(upTo count: Int = 1 << 16, until deadline: Deadline = .after(Trial.patience)) throws -> Arrival {
        while true {
            let arrival = try takeArrived(upTo: count)
            if arrival != .nothing { return arrival }
            if try !waitUntil(.readable, deadline) {
                trial.transcript.add(name, "received nothing more by the deadline")
                return .nothing
            }
        }
    }

    /// Receives until so many bytes have come, the other end is done, or the deadline has passed.
    func receive(exactly count: Int, until deadline: Deadline = .after(Trial.patience)) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count, case .bytes(let bytes) = try receive(upTo: count - all.count, until: deadline) { all += bytes }
        return all
    }

    /// Receives until the other end is done or the deadline has passed.
    func receiveToEnd(until deadline: Deadline = .after(Trial.patience)) throws -> [UInt8] {
        var all: [UInt8] = []
        while case .bytes(let bytes) = try receive(until: deadline) { all += bytes }
        return all
    }

    // MARK: Waiting

    /// Waits until the socket is ready.
    func waitUntil(_ wanted: Readiness, _ deadline: Deadline = .after(Trial.patience)) throws -> Bool {
        var entries = [entry(wanted)]
        return try trial.wait(for: &entries, until: deadline)
    }

    /// Waits until the socket is ready, or it is clear that it will not be.
    func becomes(_ wanted: Readiness) throws -> Bool {
        var entries = [entry(wanted)]
        return try trial.waitForSilence(of: &entries)
    }

    /// The entry to wait for several clients at once.
    func entry(_ wanted: Readiness) -> PollEntry {
        PollEntry(open.socket, wanted)
    }

    /// How many bytes have arrived that were not received yet.
    func unreadBytes() throws -> Int { try open.socket.unreadBytes() }

    /// How many bytes it sent that the other end's kernel has not acknowledged yet.
    func unacknowledgedBytes() throws -> Int {
        try open.socket.unacknowledgedBytes()
    }

    @discardableResult
    private func note(_ end: End) -> Arrival {
        if self.end == nil {
            self.end = end
            trial.transcript.add(name, end == .closed ? "received the end of the stream (FIN)" : "was reset (RST)")
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

extension Client.End {
    /// As the end of a sentence.
    var words: String {
        switch self {
        case .closed: "the program closed the connection"
        case .reset: "the program reset the connection (RST)"
        }
    }
}
