import LabProgram
import Sockets

/// One client of a wrong event loop.
final class WrongGuest {
    let socket: Socket
    let token: UInt64
    var watched: Readiness = .readable
    var deadline: Deadline
    private(set) var waiting: [UInt8] = []
    /// What was sent, where it is kept until nothing waits.
    private var kept: [UInt8] = []
    private(set) var hasEnded = false
    private(set) var isLeaving = false
    private(set) var isDone = false
    /// How many bytes are still to be received, of those that had arrived when the program was asked to end.
    private var owed: Int?
    private var hasPaused = false
    private var unreadAtPause = 0
    /// Room of its own, where that is the mistake.
    private var own: [UInt8]

    init(_ socket: consuming Socket, token: UInt64, deadline: Deadline) {
        self.socket = socket
        self.token = token
        self.deadline = deadline
        own = makes("buffer-for-each") ? [UInt8](repeating: 1, count: 16_384) : []
    }

    private func isFull(_ limit: Int) -> Bool {
        if makes("never-reads-again"), hasPaused, limit < 65_536 { return true }
        if makes("pauses-at-once") { return !waiting.isEmpty }
        return waiting.count >= limit
    }

    func wanted(_ limit: Int) -> Readiness {
        if isLeaving { return .readable }
        var wanted: Readiness = []
        let asksInVain = makes("asks-while-paused") && isFull(limit) || makes("asks-after-the-end") && hasEnded
        if !hasEnded && !isFull(limit) || asksInVain { wanted.insert(.readable) }
        if makes("asks-for-room-when-full"), !isFull(limit), !hasEnded { return wanted }
        if !waiting.isEmpty || makes("always-asks-for-writable") { wanted.insert(.writable) }
        return wanted
    }

    /// Returns whether bytes have come.
    func react(_ ready: Readiness, _ limit: Int) throws(SocketError) -> Bool {
        let isBroken = !ready.isDisjoint(with: [.failed, .hungUp])
        if isBroken || ready.contains(.writable) { try flush() }
        guard isBroken || ready.contains(.readable), !hasEnded, !isFull(limit) else { return false }
        let most = makes("edge-reads-once") ? 4_096 : 65_536
        let room = makes("pauses-at-once") ? most : min(most, limit - waiting.count)
        var part = own.count < room ? [UInt8](repeating: 0, count: room) : own
        switch try receive(into: &part, upTo: room) {
        case .wouldBlock: return false
        case .endOfStream:
            hasEnded = true
            isDone = waiting.isEmpty
            return false
        case .bytes(let count):
            owed = owed.map { $0 - count }
            if !isLeaving {
                waiting += part[..<count]
                try flush()
            }
            if isFull(limit) {
                hasPaused = true
                unreadAtPause = try socket.unreadBytes()
            }
            return true
        }
    }

    private func receive(into part: inout [UInt8], upTo room: Int) throws(SocketError) -> Socket.Received {
        var space = part.mutableSpan
        return try socket.receive(into: &space, upTo: room)
    }

    private func flush() throws(SocketError) {
        while !waiting.isEmpty {
            let rest = waiting
            let count = try socket.send(rest.span)
            if makes("keeps-what-is-sent") { kept += waiting.prefix(count) }
            waiting.removeFirst(count)
            if waiting.isEmpty { kept = [] }
            if count == 0, !makes("tries-again-at-once") { break }
        }
        if waiting.isEmpty, hasEnded, !makes("open-after-the-rest") { isDone = true }
        try leaveIfAnswered()
    }

    private func leaveIfAnswered() throws(SocketError) {
        guard let owed, owed <= 0, waiting.isEmpty, !isLeaving else { return }
        try socket.shutDown(.sending)
        isLeaving = true
    }

    func stop() throws(SocketError) {
        if makes("forgets-who-was-paused"), !waiting.isEmpty {
            isDone = true
            return
        }
        owed = try socket.unreadBytes()
        try leaveIfAnswered()
    }

    /// Whether the client has sent something that was not received.
    func hasSentMore() -> Bool {
        guard let unread = try? socket.unreadBytes() else { return false }
        defer { unreadAtPause = unread }
        return unread > (waiting.isEmpty ? 0 : unreadAtPause)
    }
}
