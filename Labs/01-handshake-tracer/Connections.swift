// Steps 4 and 5: which segments belong together, how a connection is opened, and the states of its ends.
import LabProgram
import Sockets

/// Whether `number` comes after `other`: sequence numbers start anew after 2^32 - 1, so of two, the one that is less than half
/// the way round ahead is the later one (RFC 9293, 3.4).
func isAfter(_ number: UInt32, _ other: UInt32) -> Bool {
    unsolved(step: 4)
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
        // Until then, every segment is a connection of its own.
        unsolvedSoFar(step: 4)
        connections.append(Connection(startedBy: segment))
    }
}

extension Connection {
    /// Step 4: whether the segment begins another connection with the same addresses and ports: a SYN with a new sequence
    /// number, after a close.
    func isFollowed(by segment: Segment, from side: Side) -> Bool {
        false
    }

    /// Step 4: whether both ends have sent a SYN, and both SYNs are acknowledged.
    var isHandshakeComplete: Bool {
        false
    }

    /// Step 5: how the connection was closed; nil if it was never open.
    var close: Close? {
        nil
    }

    /// Step 5: whether nothing more can come of it: both FINs acknowledged, or a reset.
    var hasEnded: Bool {
        false
    }
}

/// Step 4: learns the initial sequence numbers, and which SYNs have been acknowledged.
func followHandshake(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    // Until then, numbers are shown as they were sent.
}

/// Step 5: where both ends stand once the sender has sent the segment and the receiver has taken it.
///
/// RFC 9293, 3.3.2 and figures 6, 7, 12 and 13. Retransmissions change nothing.
func advanceStates(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    unsolvedSoFar(step: 5)
}

extension End {
    /// Step 5: takes an acknowledgment: of its SYN, of its FIN, or of neither.
    mutating func takeAcknowledgment(_ acknowledged: UInt32, withSYN: Bool) {
        unsolved(step: 5)
    }

    /// Step 5: sends a FIN, the first time or again.
    ///
    /// - Parameter havingSeenTheOther: Whether it has acknowledged the other end's FIN. If not, the two have crossed (figure 13).
    mutating func sendFIN(_ end: UInt32, havingSeenTheOther: Bool) {
        unsolved(step: 5)
    }

    /// Step 5: takes the other end's FIN.
    mutating func takeFIN() {
        unsolved(step: 5)
    }
}
