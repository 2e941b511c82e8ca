import Glibc
import LabProgram
import Sockets
import Synchronization

import class Foundation.NSLock

/// One client's conversation. Right in everything but the one mistake of this run.
struct WrongConversation {
    private let settings: Settings
    private let termination: TerminationSignals?
    private var decoder: WrongDecoder
    /// What waits to be sent.
    private var answers: [UInt8] = []
    private var isSent: Bool { answers.isEmpty }
    private var isOver = false
    /// When something last came from the client, and how many intervals have passed since.
    private var heard: ContinuousClock.Instant?
    private var silences = 0
    private static let sharedLock = NSLock()
    private static let sharedDecoder = Mutex(WrongDecoder(maxPayload: Frame.standardMaxPayload))
    private static let sharedClock = Mutex(ContinuousClock.now)
    private static let errors = Atomic(0)

    init(_ settings: Settings, termination: TerminationSignals?) {
        self.settings = settings
        self.termination = termination
        decoder = WrongDecoder(maxPayload: settings.maxPayload)
        if !makes("silence-from-first-byte") { heard = .now }
    }

    private var interval: Duration? {
        if makes("heartbeat-by-default") { return settings.heartbeat ?? .milliseconds(500) }
        if makes("heartbeat-ignored") { return nil }
        return makes("heartbeat-in-milliseconds") ? settings.heartbeat.map { $0 / 1_000 } : settings.heartbeat
    }

    /// When the next interval of silence is over.
    private var deadline: Deadline {
        guard let interval, var heard, isSent || !makes("clock-only-while-receiving") else { return .never }
        if makes("shared-clock") { heard = max(heard, Self.sharedClock.withLock { $0 }) }
        return .after(ContinuousClock.now.duration(to: heard + interval * (silences + 1)))
    }

    /// Serves the client until it is done. Returns whether it reset the connection.
    mutating func run(_ client: borrowing Socket) -> Bool {
        do {
            if makes("gives-up-at-eintr") { return try receiveBlocking(client) }
            try client.descriptor.setNonBlocking(true)
            while try turn(client) {}
            if !makes("closes-without-goodbye") { try goodbye(client) }
            return false
        } catch {
            return error.code == ECONNRESET || error.code == EPIPE
        }
    }

    /// Waits for one thing to happen, and does what it asks for. Returns false when the conversation is over.
    private mutating func turn(_ client: borrowing Socket) throws(SocketError) -> Bool {
        if isOver && (isSent || makes("drops-unsent-at-end")) { return false }
        let hasRoom = isSent || makes("piles-up-unread") || makes("drops-unsent-at-end") && answers.count < 4 << 20
        let mayReceive = !isOver && hasRoom
        var events = [PollEntry(client, mayReceive ? isSent ? .readable : [.readable, .writable] : .writable)]
        if let termination { events.append(PollEntry(termination.descriptor, isSent ? .readable : [])) }
        guard try poll(&events, until: deadline) else { return try beSilent(client) }
        let isStopping = events.count == 2 && !events[1].ready.isEmpty
        if makes("drops-what-has-arrived"), isStopping { return false }
        if events[0].ready.isEmpty { return false }
        if events[0].ready.contains(.writable) { try flush(client) }
        guard mayReceive, !events[0].ready.isDisjoint(with: [.readable, .failed, .hungUp]) else { return true }
        if makes("closes-at-half-close"), try hasEnded(client) { return false }
        let bytes = try client.receive(upTo: 65_536)
        if bytes.isEmpty { return end() }
        hear(bytes)
        answer(bytes)
        try flush(client)
        return true
    }

    /// Whether the client's end of stream has arrived, be it behind bytes that were not received yet.
    private func hasEnded(_ client: borrowing Socket) throws(SocketError) -> Bool {
        // POLLRDHUP
        try client.descriptor.wait(for: Readiness(rawValue: 0x2000), until: .after(.milliseconds(50))).contains(Readiness(rawValue: 0x2000))
    }

    private mutating func hear(_ bytes: [UInt8]) {
        if makes("whole-frames-only") || makes("pongs-unheard") { return }
        heard = .now
        silences = 0
        Self.sharedClock.withLock { $0 = .now }
    }

    /// An interval has passed. Returns false if it was the last.
    private mutating func beSilent(_ client: borrowing Socket) throws(SocketError) -> Bool {
        silences += 1
        if silences == (makes("disconnects-at-two") ? 2 : 3), !makes("never-disconnects") { return false }
        if makes("disconnects-unasked") { return true }
        let ping = wrongFrame(3, [])
        if makes("ping-overtakes") {
            // Past the answers that wait, once the client has room.
            guard try !client.descriptor.wait(for: .writable, until: .after(.seconds(1))).isEmpty else { return true }
            _ = try client.send(ping.span)
        } else if isSent || makes("ping-in-the-middle") {
            answers = ping + answers
        }
        if makes("ping-ends-silence") {
            heard = .now
            silences = 0
        }
        try flush(client)
        return true
    }

    /// The end of the client's stream.
    private mutating func end() -> Bool {
        isOver = true
        do {
            try decoder.finish()
        } catch {
            if makes("open-after-truncation") { while true { pause() } }
        }
        if makes("waits-for-end") { answers = held }
        return true
    }

    /// Answers that are kept back.
    private var held: [UInt8] = []

    /// Prepares the answers to what has come.
    private mutating func answer(_ bytes: [UInt8]) {
        let (frames, error) =
            makes("shared-decoder")
            ? Self.sharedDecoder.withLock { shared in Self.frames(in: bytes, &shared) } : Self.frames(in: bytes, &decoder)
        for (type, payload) in makes("one-answer-a-receive") ? Array(frames.prefix(1)) : frames { answer(type, payload) }
        guard let error else { return }
        if makes("dies-of-malformed-frame") { exit(65) }
        if makes("gives-up-after-ten-errors"), Self.errors.wrappingAdd(1, ordering: .relaxed).newValue > 10 { exit(1) }
        let text = makes("error-frame-reworded") ? "malformed frame" : "\(error)"
        if !makes("closes-without-a-word") { answers += wrongFrame(makes("error-as-response") ? 2 : 5, Array(text.utf8)) }
        isOver = !makes("open-after-error")
        if makes("open-after-error") { decoder = WrongDecoder(maxPayload: settings.maxPayload) }
    }

    /// The frames that these bytes complete, and what is wrong behind them.
    private static func frames(in bytes: [UInt8], _ decoder: inout WrongDecoder) -> ([(UInt16, [UInt8])], FrameError?) {
        var frames: [(UInt16, [UInt8])] = []
        decoder.append(bytes)
        do {
            while let frame = try decoder.next() { frames.append((frame.type, Array(decoder.bytes[frame.payload]))) }
            return (frames, nil)
        } catch { return (frames, error) }
    }

    private mutating func answer(_ type: UInt16, _ payload: [UInt8]) {
        if makes("whole-frames-only") || makes("pongs-unheard") && type != 4 {
            heard = .now
            silences = 0
        }
        switch makes("type-in-8-bits") ? type & 0xFF : type {
        case 1: queue(makes("echoes-requests") ? 1 : 2, payload)
        case 3: queue(4, makes("pongs-empty") ? [] : payload)
        default: if makes("unknown-types-refused") { queue(5, Array("unknown type \(type)".utf8)) }
        }
    }

    private mutating func queue(_ type: UInt16, _ payload: [UInt8]) {
        if makes("waits-for-end") { held += wrongFrame(type, payload) } else { answers += wrongFrame(type, payload) }
    }

    /// The client gets a second to close first.
    private func goodbye(_ client: borrowing Socket) throws(SocketError) {
        try client.shutDown(.sending)
        let deadline = Deadline.after(.seconds(1))
        while try !client.descriptor.wait(for: .readable, until: deadline).isEmpty {
            if try client.receive(upTo: 65_536).isEmpty { break }
        }
    }

    /// Sends what there is room for.
    private mutating func flush(_ client: borrowing Socket) throws(SocketError) {
        if makes("sends-under-a-lock") {
            Self.sharedLock.lock()
            defer { Self.sharedLock.unlock() }
            while !isSent {
                _ = try client.descriptor.wait(for: .writable)
                answers.removeFirst(try client.send(answers.span))
            }
        } else if makes("dies-of-sigpipe") {
            // No MSG_NOSIGNAL.
            let count = send(client.descriptor.number, answers, answers.count, 0)
            if count == -1, errno != EAGAIN { throw SocketError("send", code: errno) }
            answers.removeFirst(max(0, count))
        } else if !isSent {
            let count = try client.send(answers.span)
            answers.removeFirst(makes("short-write-ignored") ? answers.count : count)
        }
    }

    /// A blocking receive with a time-out of its own. It fails with EINTR after SIGSTOP and SIGCONT: signal(7).
    private mutating func receiveBlocking(_ client: borrowing Socket) throws(SocketError) -> Bool {
        var time = timeval(tv_sec: 60, tv_usec: 0)
        let number = client.descriptor.number
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(number, &buffer, buffer.count, 0), count > 0 {
            answer(Array(buffer.prefix(count)))
            while !isSent { try flush(client) }
        }
        return false
    }
}
