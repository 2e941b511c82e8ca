// Step 6: what goes wrong: connections that don't come about, and segments that are lost, doubled or out of order.
import LabProgram
import Sockets

extension Connection {
    /// Steps 4 and 6: how the connection was opened.
    ///
    /// Step 4 knows of those that were; the others come in step 6.
    var outcome: Outcome? {
        if isHandshakeComplete { return .established }
        unsolvedSoFar(step: 6)
        return nil
    }

    /// Step 6: whether an end has answered the other's SYN with an RST.
    private var isRefused: Bool {
        false
    }
}

/// Step 6: what is remarkable about a segment: the first note that fits, in the order of ``Note``.
func findTrouble(in segment: Segment, from sender: inout End, to receiver: End) -> Note? {
    unsolvedSoFar(step: 6)
    return nil
}

/// Step 6: which sequence numbers of a direction have been seen.
///
/// Numbers start anew after 2^32 - 1; positions do not, so that they can be compared: each is the one nearest to the last.
struct SequenceSpace {
    /// Apart from each other, in order.
    private var seen: [Range<Int>] = []
    /// The position after the highest seen; nil before the first segment.
    private(set) var next: Int?
    /// More holes than this are not kept: the lowest counts as filled.
    private static let mostHoles = 256

    /// The positions that a segment takes; none for one without payload, SYN or FIN.
    func space(of segment: Segment) -> Range<Int> {
        0..<0
    }

    /// Whether all of them have been seen.
    func contains(_ space: Range<Int>) -> Bool {
        false
    }

    /// Notes that they have been seen.
    mutating func insert(_ space: Range<Int>) {
        unsolved(step: 6)
    }
}
