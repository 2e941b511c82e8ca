// Given: a connection, and what is kept of it. The rules are in Connections.swift and Trouble.swift.
import Sockets

/// The states of a connection's end: RFC 9293, 3.3.2.
enum State: String {
    case listen = "LISTEN"
    case synSent = "SYN-SENT"
    case synReceived = "SYN-RECEIVED"
    case established = "ESTABLISHED"
    case finWait1 = "FIN-WAIT-1"
    case finWait2 = "FIN-WAIT-2"
    case closeWait = "CLOSE-WAIT"
    case closing = "CLOSING"
    case lastACK = "LAST-ACK"
    case timeWait = "TIME-WAIT"
    case closed = "CLOSED"
}

/// How a connection was opened.
enum Outcome: String {
    /// SYN, SYN-ACK and its ACK, or a simultaneous open.
    case established
    /// An RST answers the SYN.
    case refused
    /// Only SYNs.
    case unanswered
    /// A SYN-ACK, and never its ACK; an RST instead included.
    case halfOpen = "half-open"
    /// No SYN: the capture begins later than the connection.
    case midstream
}

/// How a connection was closed.
enum Close: String {
    /// Both FINs, each acknowledged, whatever follows.
    case fin
    /// An RST before that.
    case reset
    /// One FIN, or both, but not both acknowledged.
    case halfClosed = "half-closed"
    /// None of these.
    case open
}

/// What is remarkable about a segment. The first that fits counts.
enum Note: String {
    /// No SYN, FIN or RST, at most one byte, starting one below the next expected number.
    case keepAlive = "keep-alive"
    /// All of its sequence space was seen before. (An end's first SYN,ACK is none, even if it sent a SYN before: figure 7.)
    case retransmission
    /// Starts beyond the next expected number.
    case gap
    /// New, but below the highest seen.
    case outOfOrder = "out-of-order"
    /// Window 0, without SYN, FIN or RST.
    case zeroWindow = "zero-window"
    /// Nothing but an ACK, with the number and the window of this end's last segment, while the other has unacknowledged data.
    case duplicateACK = "duplicate-ack"
}

/// One of the two ends.
enum Side: String {
    case client, server
}

/// What is known of one end of a connection.
struct End {
    /// The initial sequence number, to which all others are relative. Without a SYN, one below the first number seen.
    var initialSequence: UInt32?
    /// Whether it has sent a segment.
    var hasSpoken = false
    /// The sequence number of its SYN, once it has sent one.
    var syn: UInt32?
    /// Whether it has sent a SYN that acknowledges the other's.
    var hasSentSYNACK = false
    /// Whether the other end has acknowledged its SYN.
    var isSYNAcknowledged = false
    /// The number after its FIN, once it has sent one.
    var finEnd: UInt32?
    /// Whether the other end has acknowledged its FIN.
    var isFINAcknowledged = false
    /// Where it stands, as far as an observer can know.
    var state: State?
    /// What has been seen of its sequence numbers: step 6.
    var numbers = SequenceSpace()
    /// The number after its last byte of payload: the highest that it has sent.
    var dataEnd: UInt32?
    /// The acknowledgment number and the window of its last segment.
    var last: (acknowledged: UInt32?, window: UInt16)?
}

/// A segment in the ladder of its connection.
struct Row {
    /// Whole microseconds since the connection's first segment, rounded down.
    let time: Int
    let from: Side
    let tcp: TCPHeader
    let length: Int
    let clientState: State?
    let serverState: State?
    let note: Note?
}

/// A TCP connection, as far as the capture shows it.
final class Connection {
    /// The end that sent the first segment: the first SYN, unless the capture begins later.
    let client: SocketAddress
    let server: SocketAddress
    /// Whether the capture shows how it was opened.
    let beganWithSYN: Bool
    private let start: Duration
    var clientEnd = End()
    var serverEnd = End()
    /// When the handshake was complete, in microseconds since the first segment.
    var handshakeTime: Int?
    private(set) var rows: [Row] = []

    /// A connection that begins with that segment, as far as the capture shows.
    init(startedBy segment: Segment) {
        client = segment.source
        server = segment.destination
        beganWithSYN = segment.tcp.flags.isFirstSYN
        start = segment.time
        add(segment, from: .client)
    }

    /// Adds a segment that one end sent to the other.
    func add(_ segment: Segment, from side: Side) {
        let note =
            switch side {
            case .client: take(segment, from: &clientEnd, to: &serverEnd)
            case .server: take(segment, from: &serverEnd, to: &clientEnd)
            }
        let time = microseconds(since: start, segment.time)
        if handshakeTime == nil, isHandshakeComplete { handshakeTime = time }
        rows.append(
            Row(
                time: time, from: side, tcp: segment.tcp, length: segment.length, clientState: clientEnd.state,
                serverState: serverEnd.state, note: note))
    }

    private func take(_ segment: Segment, from sender: inout End, to receiver: inout End) -> Note? {
        let note = findTrouble(in: segment, from: &sender, to: receiver)
        followHandshake(segment, from: &sender, to: &receiver)
        advanceStates(segment, from: &sender, to: &receiver)
        sender.hasSpoken = true
        return note
    }

    /// A row's sequence number, relative to the first of its end; nil as long as nobody finds out what that is (step 4).
    func relativeSequence(_ row: Row) -> UInt32? {
        (row.from == .client ? clientEnd : serverEnd).initialSequence.map { row.tcp.sequence &- $0 }
    }

    /// A row's acknowledgment number, relative to the first sequence number of the other end.
    func relativeAcknowledgment(_ row: Row) -> UInt32? {
        guard let acknowledged = row.tcp.acknowledged else { return nil }
        return (row.from == .client ? serverEnd : clientEnd).initialSequence.map { acknowledged &- $0 }
    }
}

/// Whole microseconds between two times, rounded down, and so below zero where the clock was set back by less.
func microseconds(since start: Duration, _ time: Duration) -> Int {
    let (seconds, attoseconds) = (time - start).components
    let whole = attoseconds / 1_000_000_000_000
    return Int(seconds) * 1_000_000 + Int(attoseconds % 1_000_000_000_000 < 0 ? whole - 1 : whole)
}
