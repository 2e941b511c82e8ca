// Step 6: what goes wrong: connections that don't come about, and segments that are lost, doubled or out of order.
import LabProgram
import Sockets

extension Connection {
    /// Steps 4 and 6: how the connection was opened.
    ///
    /// Step 4 knows of those that were; the others come in step 6.
    var outcome: Outcome? {
        if isHandshakeComplete { return .established }
        // step 6 begins
        // starter: unsolvedSoFar(step: 6)
        // starter: return nil
        if !beganWithSYN { return .midstream }
        if clientEnd.hasSentSYNACK || serverEnd.hasSentSYNACK { return .halfOpen }
        return isRefused ? .refused : .unanswered
        // step 6 ends
    }

    /// Step 6: whether an end has answered the other's SYN with an RST.
    private var isRefused: Bool {
        // step 6 begins
        // starter: false
        rows.contains { row in
            row.tcp.flags.contains(.rst) && (row.from == .server || serverEnd.syn != nil)
        }
        // step 6 ends
    }
}

/// Step 6: what is remarkable about a segment: the first note that fits, in the order of ``Note``.
func findTrouble(in segment: Segment, from sender: inout End, to receiver: End) -> Note? {
    // step 6 begins
    // starter: unsolvedSoFar(step: 6)
    // starter: return nil
    let (tcp, numbers, last) = (segment.tcp, sender.numbers, sender.last)
    let space = numbers.space(of: segment)
    let hasNone = tcp.flags.isDisjoint(with: [.syn, .fin, .rst])
    let wasSeen = !space.isEmpty && numbers.contains(space)
    // In a simultaneous open (figure 7), each end sends its SYN once more, with the ACK for the other's.
    let answersCrossingSYN = tcp.flags.isSuperset(of: [.syn, .ack]) && sender.syn == tcp.sequence && !sender.hasSentSYNACK

    sender.numbers.insert(space)
    let dataEnd = segment.sequenceEnd &- (tcp.flags.contains(.fin) ? 1 : 0)
    // What is sent again ends before what was sent later.
    if segment.length > 0, sender.dataEnd.map({ isAfter(dataEnd, $0) }) ?? true { sender.dataEnd = dataEnd }
    sender.last = (tcp.acknowledged, tcp.window)

    if let next = numbers.next {
        if hasNone, segment.length <= 1, space.lowerBound == next - 1 { return .keepAlive }
        if wasSeen, !answersCrossingSYN { return .retransmission }
        if space.lowerBound > next { return .gap }
        if !space.isEmpty, !wasSeen, space.lowerBound < next { return .outOfOrder }
    }
    if hasNone, tcp.window == 0 { return .zeroWindow }
    if hasNone, segment.length == 0, let acknowledged = tcp.acknowledged, let last, last == (acknowledged, tcp.window),
        let dataEnd = receiver.dataEnd, isAfter(dataEnd, acknowledged)
    {
        return .duplicateACK
    }
    return nil
    // step 6 ends
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
        // step 6 begins
        // starter: 0..<0
        let number = segment.tcp.sequence
        let start = next.map { $0 + Int(Int32(bitPattern: number &- UInt32(truncatingIfNeeded: $0))) } ?? Int(number)
        return start..<start + segment.sequenceLength
        // step 6 ends
    }

    /// Whether all of them have been seen.
    func contains(_ space: Range<Int>) -> Bool {
        // step 6 begins
        // starter: false
        seen.contains { $0.lowerBound <= space.lowerBound && space.upperBound <= $0.upperBound }
        // step 6 ends
    }

    /// Notes that they have been seen.
    mutating func insert(_ space: Range<Int>) {
        // step 6 begins
        if next == nil { next = space.lowerBound }
        guard !space.isEmpty else { return }
        next = max(next ?? 0, space.upperBound)
        // Those that touch or overlap it become one with it.
        let first = seen.firstIndex { $0.upperBound >= space.lowerBound } ?? seen.endIndex
        let end = seen[first...].firstIndex { $0.lowerBound > space.upperBound } ?? seen.endIndex
        let merged = seen[first..<end].reduce(space) { min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound) }
        seen.replaceSubrange(first..<end, with: [merged])
        if seen.count > Self.mostHoles { seen.replaceSubrange(0...1, with: [seen[0].lowerBound..<seen[1].upperBound]) }
        // step 6 ends
    }
}
