import Glibc
import LabProgram
import SecureSockets
import Sockets

import class Foundation.NSLock

/// One client's conversation over TLS. Right in everything but the one mistake of this run.
struct WrongConversation {
    private let settings: ServerIdentity
    private let contexts: WrongContexts
    private let termination: TerminationSignals?
    /// What has come and is not sent yet.
    private var pending: [UInt8] = []
    /// What has come and can't be answered yet.
    private var line: [UInt8] = []
    private var total = 0
    private static let handshakeLock = NSLock()
    private static let sendingLock = NSLock()

    init(_: Settings, termination: TerminationSignals?) {
        contexts = serverContexts
        self.settings = contexts.settings
        self.termination = termination
    }

    /// How much may wait to be sent before no more is received.
    private var room: Int { makes("piles-up-unread") ? .max : makes("drops-unsent-at-end") ? 4 << 20 : 1 }

    /// Serves the client until it is done. Returns whether it reset the connection.
    mutating func run(_ client: borrowing Socket) -> Bool {
        do {
            let own = Socket(adopting: Descriptor(adopting: dup(client.descriptor.number)))
            try own.descriptor.setNonBlocking(true)
            var connection = try SecureConnection(accepting: own, contexts.current())
            do { try shakeHands(&connection) } catch {
                dieOfHandshake(error)
                linger(connection)
                throw error
            }
            if !makes("line-before-handshake") { report(handshakeLine(connection.details)) }
            if makes("alpn-demanded"), settings.applicationProtocol != nil, connection.details.applicationProtocol == nil { return false }
            try converse(&connection)
            if !makes("no-close-notify"), !(makes("no-goodbye-at-sigterm") && isStopping) {
                while let readiness = try connection.closeSending() { _ = try connection.socket.descriptor.wait(for: readiness) }
            }
            if !makes("closes-without-linger") { linger(connection) }
            return false
        } catch let error as TLSError {
            if makes("dies-of-cut"), error.cause == .truncated, error.operation == "read" { exit(with: .failure) }
            report("client lost: \(error)")
            guard case .transport(let failure) = error.cause else { return false }
            if makes("dies-of-sigpipe"), failure.code == EPIPE {
                _ = signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            }
            return error.operation == "read" && failure.code == ECONNRESET
        } catch {
            report("client lost: \(error)")
            return false
        }
    }

    private func dieOfHandshake(_ error: any Error) {
        guard let error = error as? TLSError else { return }
        switch error.cause {
        case .other where makes("dies-of-plain-text"): exit(with: .failure)
        case .truncated where makes("dies-of-garbage"): exit(with: .failure)
        case .transport where makes("dies-of-reset-midway"): exit(with: .failure)
        default: return
        }
    }

    // MARK: The handshake

    private func shakeHands(_ connection: inout SecureConnection) throws {
        if makes("handshake-under-a-lock") { Self.handshakeLock.lock() }
        defer { if makes("handshake-under-a-lock") { Self.handshakeLock.unlock() } }
        if makes("line-before-handshake") { report("tls: TLSv1.3 TLS_AES_256_GCM_SHA384 alpn=- peer=-") }
        func newDeadline() -> Deadline {
            if makes("no-handshake-timeout") { return .never }
            guard let time = settings.handshakeTimeout else { return makes("zero-is-at-once") ? .now : .never }
            return .after(time)
        }
        var deadline = newDeadline()
        while let readiness = try connection.handshake() {
            if makes("handshake-once") { throw SocketError.timedOut("accept") }
            if makes("handshake-without-waiting"), !deadline.hasPassed { continue }
            if makes("timeout-for-each-read") { deadline = newDeadline() }
            guard try !connection.socket.descriptor.wait(for: readiness, until: deadline).isEmpty else {
                throw SocketError.timedOut("accept")
            }
        }
    }

    private func handshakeLine(_ details: TLSDetails) -> String {
        if makes("line-reworded") { return "TLS handshake done: \(details.version), \(details.cipher)" }
        if makes("name-unescaped") { return "tls: \(details)".replacing("\\x0A", with: "\n").replacing("\\x1B", with: "\u{1B}") }
        if makes("name-reversed"), let name = details.peerName {
            let parts = name.split(separator: ",").reversed().joined(separator: ",")
            return "tls: \(details)".replacing(name, with: parts)
        }
        return "tls: \(details)"
    }

    // MARK: The stream

    private var isStopping: Bool {
        guard let termination else { return false }
        return (try? !termination.descriptor.wait(for: .readable, until: .now).isEmpty) ?? false
    }

    private mutating func converse(_ connection: inout SecureConnection) throws {
        let deadline: Deadline = makes("timeout-for-everything") ? settings.handshakeTimeout.map { .after($0) } ?? .never : .never
        // Whether the socket was readable just now.
        var wokeUp = false
        let size = makes("small-buffer") ? 1_000 : 16_384
        while true {
            if makes("drops-what-has-arrived"), isStopping { return }
            if makes("polls-before-receiving") || makes("small-buffer") && total == 0 { _ = try wait(connection, .readable, deadline) }
            var wanted: Readiness = []
            var hasReceived = false
            if pending.count < room {
                let bytes: [UInt8]
                switch try receive(&connection, upTo: size) {
                case .bytes(let received): bytes = received
                case .end:
                    if makes("drops-unsent-at-end") { return }
                    if makes("waits-for-end") { pending += line }
                    while !pending.isEmpty { if let readiness = try flush(&connection) { _ = try wait(connection, readiness, .never) } }
                    return
                case .wouldBlock(let readiness):
                    bytes = []
                    wanted.formUnion(readiness)
                    if makes("half-a-record-is-the-end"), wokeUp { return }
                }
                if makes("drops-at-close-notify"), !bytes.isEmpty, try isFollowedByTheEnd(&connection) { return }
                answer(bytes)
                wokeUp = wokeUp && bytes.isEmpty
                hasReceived = !bytes.isEmpty
            }
            if let readiness = try flush(&connection) { wanted.formUnion(readiness) }
            if makes("one-read-only"), total > 0, pending.isEmpty { return }
            if makes("small-buffer"), total > 0, pending.isEmpty { _ = try wait(connection, .readable, deadline) }
            // What came may not have been all; whoever has room looks again.
            if hasReceived, pending.count < room { continue }
            if makes("tries-again-at-once"), wanted == .writable { continue }
            guard wanted.isEmpty else {
                guard try wait(connection, wanted, deadline) else { return }
                wokeUp = true
                continue
            }
        }
    }

    private enum Piece { case bytes([UInt8]), end, wouldBlock(Readiness) }

    private mutating func receive(_ connection: inout SecureConnection, upTo count: Int) throws -> Piece {
        var buffer = [UInt8](repeating: 0, count: count)
        var room = buffer.mutableSpan
        switch try connection.receive(into: &room) {
        case .bytes(let count):
            total += count
            return .bytes(Array(buffer[..<count]))
        case .endOfStream: return .end
        case .wouldBlock(let readiness): return .wouldBlock(readiness)
        }
    }

    /// Whether the client's close_notify came right behind what was received.
    private mutating func isFollowedByTheEnd(_ connection: inout SecureConnection) throws -> Bool {
        _ = try connection.socket.descriptor.wait(for: .readable, until: .after(.milliseconds(50)))
        switch try receive(&connection, upTo: 16_384) {
        case .bytes(let bytes):
            answer(bytes)
            return false
        case .end: return true
        case .wouldBlock: return false
        }
    }

    /// Returns false if the conversation is over: the program ends, or the time has run out.
    private func wait(_ connection: borrowing SecureConnection, _ wanted: Readiness, _ deadline: Deadline) throws -> Bool {
        if makes("gives-up-at-eintr"), wanted == .readable { return waitBlocking(connection.socket.descriptor.number) }
        var events = [PollEntry(connection.socket, wanted)]
        if let termination { events.append(PollEntry(termination.descriptor, wanted == .readable && pending.isEmpty ? .readable : [])) }
        guard try poll(&events, until: deadline) else { return false }
        return !events[0].ready.isEmpty
    }

    /// A wait that fails with EINTR after SIGSTOP and SIGCONT: signal(7).
    private func waitBlocking(_ number: Int32) -> Bool {
        var time = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags & ~O_NONBLOCK)
        defer { _ = fcntl(number, F_SETFL, flags) }
        var byte: UInt8 = 0
        return recv(number, &byte, 1, Int32(MSG_PEEK)) >= 0
    }

    /// What is to be sent for what has come.
    private mutating func answer(_ bytes: [UInt8]) {
        if makes("waits-for-end") {
            line += bytes
        } else if makes("waits-for-newline") {
            line += bytes
            guard let end = line.lastIndex(of: UInt8(ascii: "\n")) else { return }
            pending += line[...end]
            line.removeSubrange(...end)
        } else if makes("adds-newline") {
            pending += bytes.isEmpty ? [] : bytes + [UInt8(ascii: "\n")]
        } else if makes("stops-at-nul") {
            pending += bytes.prefix { $0 != 0 }
        } else if makes("sixteen-bit-count") {
            pending += bytes.prefix(max(0, 65_535 - (total - bytes.count)))
        } else {
            pending += bytes
        }
    }

    /// Sends what there is room for. Returns what to wait for, if there is more.
    private mutating func flush(_ connection: inout SecureConnection) throws -> Readiness? {
        if makes("sends-under-a-lock") { Self.sendingLock.lock() }
        defer { if makes("sends-under-a-lock") { Self.sendingLock.unlock() } }
        var sent = 0
        defer { pending.removeFirst(sent) }
        while sent < pending.count {
            switch try connection.send(pending.span.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock(let readiness):
                if makes("short-write-ignored") { sent = pending.count }
                guard makes("sends-under-a-lock") else { return readiness }
                _ = try connection.socket.descriptor.wait(for: readiness)
            }
        }
        return nil
    }

    /// Ends the connection below, and gives the client a moment to take what was sent.
    private func linger(_ connection: borrowing SecureConnection) {
        try? connection.socket.shutDown(.sending)
        let deadline = Deadline.after(.seconds(1))
        while let ready = try? connection.socket.descriptor.wait(for: .readable, until: deadline), !ready.isEmpty {
            guard let bytes = try? connection.socket.receive(upTo: 65_536), !bytes.isEmpty else { return }
        }
    }
}
