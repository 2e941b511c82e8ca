import Glibc
import LabProgram
import Sockets

import class Foundation.NSLock

/// One client's conversation: what has come waits in a bounded buffer until it is sent.
struct WrongConversation {
    private let settings: Settings
    private let termination: TerminationSignals?
    private var idleDeadline: Deadline
    /// What has come, of which the first `sent` bytes are sent.
    private var pending: [UInt8] = []
    private var sent = 0
    private var isSent: Bool { sent == pending.count }
    /// What has come and can't be answered yet.
    private var line: [UInt8] = []
    private var total = 0
    private static let sharedLock = NSLock()

    init(_ settings: Settings, termination: TerminationSignals?) {
        self.settings = settings
        self.termination = termination
        idleDeadline = .never
        if !makes("idle-after-first-byte") { restartClock() }
    }

    /// How much may wait to be sent before no more is received.
    private var room: Int { makes("piles-up-unread") ? .max : makes("drops-unsent-at-end") ? 4 << 20 : 1 }

    private mutating func restartClock() {
        guard let time = settings.idleTimeout, !makes("no-idle-timeout") else { return }
        idleDeadline = .after(makes("idle-in-milliseconds") ? time / 1_000 : time)
    }

    /// Serves the client until it is done. Returns whether it reset the connection.
    mutating func run(_ client: borrowing Socket) -> Bool {
        do {
            if makes("gives-up-at-eintr") { return receiveBlocking(client) }
            try client.descriptor.setNonBlocking(true)
            while try turn(client) {}
            return false
        } catch {
            return error.code == ECONNRESET || error.code == EPIPE
        }
    }

    /// Waits for one thing to happen, and does what it asks for. Returns false when the conversation is over.
    private mutating func turn(_ client: borrowing Socket) throws(SocketError) -> Bool {
        var wanted: Readiness = pending.count - sent < room ? .readable : []
        if !isSent { wanted.insert(.writable) }
        var events = [PollEntry(client, wanted)]
        if let termination { events.append(PollEntry(termination.descriptor, isSent ? .readable : [])) }
        let isTimed = isSent || !makes("idle-only-while-receiving")
        let isImpatient = makes("sends-without-waiting") && !isSent
        guard try poll(&events, until: isImpatient ? .now : isTimed ? idleDeadline : .never) || isImpatient else { return false }
        if isImpatient, events[0].ready.isEmpty { return true }
        let isStopping = events.count == 2 && !events[1].ready.isEmpty
        if makes("drops-what-has-arrived"), isStopping { return false }
        if events[0].ready.isEmpty { return try goodbye(client) }
        if events[0].ready.contains(.writable) { try flush(client) }
        guard events[0].ready.contains(.readable) || !events[0].ready.isDisjoint(with: [.failed, .hungUp]) else { return true }
        if makes("closes-at-half-close"), try hasEnded(client) { return false }
        let bytes = try client.receive(upTo: makes("resets-at-the-end") ? 4_096 : 65_536)
        if bytes.isEmpty || makes("one-byte-is-the-end") && bytes.count == 1 { return try end(client) }
        if !makes("idle-timer-not-restarted") { restartClock() }
        answer(bytes)
        try flush(client)
        if makes("one-read-only") { return false }
        return !(isStopping && makes("resets-at-the-end"))
    }

    /// The end of the client's stream: sends what is left.
    private mutating func end(_ client: borrowing Socket) throws(SocketError) -> Bool {
        if makes("waits-for-end") || makes("waits-for-newline") { pending += line }
        try flush(client)
        if makes("drops-unsent-at-end") { return false }
        while !isSent {
            guard try !client.descriptor.wait(for: .writable, until: idleDeadline).isEmpty else { return false }
            try flush(client)
        }
        return false
    }

    /// The program ends, and nothing more has come. The client gets a second to close first.
    private func goodbye(_ client: borrowing Socket) throws(SocketError) -> Bool {
        if makes("closes-without-goodbye") { return false }
        try client.shutDown(.sending)
        let deadline = Deadline.after(.seconds(1))
        while try !client.descriptor.wait(for: .readable, until: deadline).isEmpty {
            if try client.receive(upTo: 65_536).isEmpty { break }
        }
        return false
    }

    /// Whether the client's end of stream has arrived, be it behind bytes that were not received yet.
    private func hasEnded(_ client: borrowing Socket) throws(SocketError) -> Bool {
        // POLLRDHUP
        try client.descriptor.wait(for: Readiness(rawValue: 0x2000), until: .after(.milliseconds(50))).contains(Readiness(rawValue: 0x2000))
    }

    /// What is to be sent for what has come.
    private mutating func answer(_ bytes: [UInt8]) {
        total += bytes.count
        if makes("waits-for-end") {
            line += bytes
        } else if makes("waits-for-newline") {
            line += bytes
            guard let end = line.lastIndex(of: UInt8(ascii: "\n")) else { return }
            pending += line[...end]
            line.removeSubrange(...end)
        } else if makes("trims-line-ends") {
            let space: Set<UInt8> = [9, 10, 13, 32]
            pending += bytes.reversed().drop { space.contains($0) }.reversed().drop { space.contains($0) }
        } else if makes("adds-newline") {
            pending += bytes + [UInt8(ascii: "\n")]
        } else if makes("stops-at-nul") {
            pending += bytes.prefix { $0 != 0 }
        } else if makes("decodes-as-text") {
            pending += String(decoding: bytes, as: UTF8.self).utf8
        } else if makes("sixteen-bit-count") {
            pending += bytes.prefix(max(0, 65_535 - (total - bytes.count)))
        } else {
            pending += bytes
        }
    }

    /// Sends what there is room for.
    private mutating func flush(_ client: borrowing Socket) throws(SocketError) {
        if makes("sends-under-a-lock") {
            Self.sharedLock.lock()
            defer { Self.sharedLock.unlock() }
            while !isSent {
                _ = try client.descriptor.wait(for: .writable)
                advance(by: try client.send(pending.span.extracting(sent...)))
            }
        } else if makes("dies-of-sigpipe") {
            // No MSG_NOSIGNAL.
            let rest = Array(pending[sent...])
            let count = send(client.descriptor.number, rest, rest.count, 0)
            if count == -1, errno != EAGAIN { throw SocketError("send", code: errno) }
            advance(by: max(0, count))
        } else if makes("short-write-after-poll") {
            if isSent { return }
            _ = try client.descriptor.wait(for: .writable)
            _ = try client.send(pending.span.extracting(sent...))
            advance(by: pending.count - sent)
        } else if !isSent {
            let count = try client.send(pending.span.extracting(sent...))
            if makes("full-buffer-is-an-error"), count < pending.count - sent { throw .timedOut("send") }
            advance(by: makes("short-write-ignored") ? pending.count - sent : count)
        }
    }

    private mutating func advance(by count: Int) {
        sent += count
        // What is sent is thrown away now and then, not every time: that would move all the rest.
        guard isSent || sent > 1 << 20 else { return }
        pending.removeFirst(sent)
        sent = 0
    }

    /// A blocking receive with a time-out of its own. It fails with EINTR after SIGSTOP and SIGCONT: signal(7).
    private func receiveBlocking(_ client: borrowing Socket) -> Bool {
        var time = timeval(tv_sec: 60, tv_usec: 0)
        let number = client.descriptor.number
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(number, &buffer, buffer.count, 0), count > 0 {
            guard send(number, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        return false
    }
}
