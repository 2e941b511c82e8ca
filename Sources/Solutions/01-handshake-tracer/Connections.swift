// Steps 4 and 5: which segments belong together, how a connection is opened, and the states of its ends.
import LabProgram
import Sockets

/// Whether `number` comes after `other`: sequence numbers start anew after 2^32 - 1, so of two, the one that is less than half
/// the way round ahead is the later one (RFC 9293, 3.4).
func isAfter(_ number: UInt32, _ other: UInt32) -> Bool {
    // step 4 begins
    Int32(bitPattern: number &- other) > 0
    // step 4 ends
}

/// One direction of a connection: who sends to whom.
struct Direction: Hashable {
    let source: SocketAddress
    let destination: SocketAddress
}

/// All connections of a capture.
struct ConnectionTable {
    /// In the order of their first segments.
    private(set) var connections: [Connection] = []
    /// Each connection is here twice: its segments come from both sides.
    private var directions: [Direction: (connection: Connection, side: Side)] = [:]

    /// Step 4: adds a segment to the connection that it belongs to, or begins a new one with it.
    mutating func add(_ segment: Segment) {
        // step 4 begins
        // starter: // Until then, every segment is a connection of its own.
        // starter: unsolvedSoFar(step: 4)
        // starter: connections.append(Connection(startedBy: segment))
        let direction = Direction(source: segment.source, destination: segment.destination)
        if let known = directions[direction], !known.connection.isFollowed(by: segment, from: known.side) {
            known.connection.add(segment, from: known.side)
        } else {
            let connection = Connection(startedBy: segment)
            connections.append(connection)
            directions[Direction(source: segment.destination, destination: segment.source)] = (connection, .server)
            directions[direction] = (connection, .client)
        }
        // step 4 ends
    }
}

extension Connection {
    /// Step 4: whether the segment begins another connection with the same addresses and ports: a SYN with a new sequence
    /// number, after a close.
    func isFollowed(by segment: Segment, from side: Side) -> Bool {
        // step 4 begins
        // starter: false
        let sender = side == .client ? clientEnd : serverEnd
        return segment.tcp.flags.isFirstSYN && segment.tcp.sequence != sender.syn && hasEnded
        // step 4 ends
    }

    /// Step 4: whether both ends have sent a SYN, and both SYNs are acknowledged.
    var isHandshakeComplete: Bool {
        // step 4 begins
        // starter: false
        beganWithSYN && clientEnd.isSYNAcknowledged && serverEnd.isSYNAcknowledged
        // step 4 ends
    }

    /// Step 5: how the connection was closed; nil if it was never open.
    var close: Close? {
        // step 5 begins
        // starter: nil
        guard outcome == .established || outcome == .midstream else { return nil }
        if clientEnd.isFINAcknowledged && serverEnd.isFINAcknowledged { return .fin }
        if clientEnd.state == .closed && serverEnd.state == .closed { return .reset }
        return clientEnd.finEnd != nil || serverEnd.finEnd != nil ? .halfClosed : .open
        // step 5 ends
    }

    /// Step 5: whether nothing more can come of it: both FINs acknowledged, or a reset.
    var hasEnded: Bool {
        // step 5 begins
        // starter: false
        clientEnd.isFINAcknowledged && serverEnd.isFINAcknowledged || clientEnd.state == .closed && serverEnd.state == .closed
        // step 5 ends
    }
}

/// Step 4: learns the initial sequence numbers, and which SYNs have been acknowledged.
func followHandshake(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    // step 4 begins
    // starter: // Until then, numbers are shown as they were sent.
    let tcp = segment.tcp
    if tcp.flags.contains(.syn) {
        if sender.syn == nil { (sender.syn, sender.initialSequence) = (tcp.sequence, tcp.sequence) }
        if tcp.flags.contains(.ack) { sender.hasSentSYNACK = true }
    } else if !sender.hasSpoken {
        // The first number seen is 1, as it would be right after a SYN.
        sender.initialSequence = tcp.sequence &- 1
    }
    guard let acknowledged = tcp.acknowledged else { return }
    // Until the other end speaks for itself: what is expected of it next is taken for its 1.
    if receiver.initialSequence == nil { receiver.initialSequence = acknowledged &- 1 }
    if let syn = receiver.syn, isAfter(acknowledged, syn), !tcp.flags.contains(.rst) { receiver.isSYNAcknowledged = true }
    // step 4 ends
}

/// Step 5: where both ends stand once the sender has sent the segment and the receiver has taken it.
///
/// RFC 9293, 3.3.2 and figures 6, 7, 12 and 13. Retransmissions change nothing.
func advanceStates(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    // step 5 begins
    // starter: unsolvedSoFar(step: 5)
    let flags = segment.tcp.flags
    if flags.contains(.rst) {
        (sender.state, receiver.state) = (.closed, .closed)
        return
    }
    if sender.state == nil {
        // The first segment. A capture may begin with the answer to a SYN, or later.
        (sender.state, receiver.state) = flags.contains(.syn) ? (.synReceived, .synSent) : (.established, .established)
        if flags.isFirstSYN { (sender.state, receiver.state) = (.closed, .listen) }
    }
    if flags.isFirstSYN {
        if sender.state == .closed {
            // The receiver is taken for a listener until something says otherwise.
            (sender.state, receiver.state) = (.synSent, .synReceived)
        } else if sender.state == .synReceived, receiver.state == .synSent {
            // It was no listener: it had sent a SYN of its own. Now each has the other's (figure 7).
            receiver.state = .synReceived
        }
        return
    }
    // After a reset nothing happens until there is a new SYN.
    if sender.state == .closed, receiver.state == .closed { return }

    if !flags.contains(.syn), sender.state == .synSent, receiver.syn == nil {
        // It can only say that after a SYN-ACK, which the capture does not show.
        (sender.state, receiver.state) = (.established, .established)
    }
    if let acknowledged = segment.tcp.acknowledged { receiver.takeAcknowledgment(acknowledged, withSYN: flags.contains(.syn)) }
    if flags.contains(.fin) {
        sender.sendFIN(segment.sequenceEnd, havingSeenTheOther: receiver.isFINAcknowledged)
        receiver.takeFIN()
    }
    // step 5 ends
}

extension End {
    /// Step 5: takes an acknowledgment: of its SYN, of its FIN, or of neither.
    mutating func takeAcknowledgment(_ acknowledged: UInt32, withSYN: Bool) {
        // step 5 begins
        let coversSYN = syn.map { isAfter(acknowledged, $0) } ?? true
        if coversSYN, state == .synReceived || state == .synSent && withSYN { state = .established }
        guard let finEnd, !isAfter(finEnd, acknowledged) else { return }
        isFINAcknowledged = true
        switch state {
        case .finWait1: state = .finWait2
        case .closing: state = .timeWait
        case .lastACK: state = .closed
        default: break
        }
        // step 5 ends
    }

    /// Step 5: sends a FIN, the first time or again.
    ///
    /// - Parameter havingSeenTheOther: Whether it has acknowledged the other end's FIN. If not, the two have crossed (figure 13).
    mutating func sendFIN(_ end: UInt32, havingSeenTheOther: Bool) {
        // step 5 begins
        if finEnd == nil { finEnd = end }
        switch state {
        case .established, .synReceived: state = .finWait1
        case .closeWait: state = havingSeenTheOther ? .lastACK : .closing
        default: break
        }
        // step 5 ends
    }

    /// Step 5: takes the other end's FIN.
    mutating func takeFIN() {
        // step 5 begins
        switch state {
        case .established, .synReceived: state = .closeWait
        case .finWait1: state = .closing
        case .finWait2: state = .timeWait
        default: break
        }
        // step 5 ends
    }
}
