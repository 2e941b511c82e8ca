// Step 6, with the mistakes that are made in it.
import Sockets

extension Connection {
    var outcome: Outcome? {
        if isHandshakeComplete { return .established }
        if !beganWithSYN { return .midstream }
        if makes("half-open-forgotten") { return isRefused ? .refused : .unanswered }
        if clientEnd.hasSentSYNACK || serverEnd.hasSentSYNACK { return .halfOpen }
        return isRefused ? .refused : .unanswered
    }

    private var isRefused: Bool {
        rows.contains { row in
            row.tcp.flags.contains(.rst) && (row.from == .server || serverEnd.syn != nil || makes("taken-back-is-refused"))
        }
    }
}

func findTrouble(in segment: Segment, from sender: inout End, to receiver: End) -> Note? {
    let (tcp, numbers, last) = (segment.tcp, sender.numbers, sender.last)
    let space = numbers.space(of: segment)
    let hasNone = tcp.flags.isDisjoint(with: [.syn, .fin, .rst])
    var wasSeen = !space.isEmpty && numbers.contains(space)
    if makes("highest-number-only"), let next = numbers.next { wasSeen = !space.isEmpty && space.upperBound <= next }
    let answersCrossingSYN = tcp.flags.isSuperset(of: [.syn, .ack]) && sender.syn == tcp.sequence && !sender.hasSentSYNACK

    sender.numbers.insert(space)
    let dataEnd = segment.sequenceEnd &- (tcp.flags.contains(.fin) && !makes("fin-counts-as-data") ? 1 : 0)
    let isFurther = sender.dataEnd.map { isAfter(dataEnd, $0) } ?? true
    if segment.length > 0, isFurther || makes("resent-data-is-the-last") { sender.dataEnd = dataEnd }
    sender.last = (tcp.acknowledged, tcp.window)

    if let next = numbers.next {
        let isShort = segment.length <= (makes("keep-alive-of-any-length") ? 65_535 : 1)
        if hasNone, isShort, space.lowerBound == next - 1, !makes("keep-alive-missed") { return .keepAlive }
        if wasSeen, !answersCrossingSYN { return .retransmission }
        if space.lowerBound > next, !makes("gaps-missed") { return .gap }
        if !space.isEmpty, !wasSeen, space.lowerBound < next { return .outOfOrder }
    }
    if hasNone || makes("zero-window-in-rst"), tcp.window == 0 { return .zeroWindow }
    if hasNone, segment.length == 0, let acknowledged = tcp.acknowledged, let last, last == (acknowledged, tcp.window),
        receiver.dataEnd.map({ isAfter($0, acknowledged) }) ?? false || makes("every-same-ack-is-a-duplicate")
    {
        return .duplicateACK
    }
    return nil
}

struct SequenceSpace {
    private var seen: [Range<Int>] = []
    private(set) var next: Int?
    private static let mostHoles = 256

    func space(of segment: Segment) -> Range<Int> {
        let number = segment.tcp.sequence
        let start = next.map { $0 + Int(Int32(bitPattern: number &- UInt32(truncatingIfNeeded: $0))) } ?? Int(number)
        if makes("numbers-never-wrap") { return Int(number)..<Int(number) + segment.sequenceLength }
        return start..<start + (makes("syn-takes-no-number") ? segment.length : segment.sequenceLength)
    }

    func contains(_ space: Range<Int>) -> Bool {
        seen.contains { $0.lowerBound <= space.lowerBound && space.upperBound <= $0.upperBound }
    }

    mutating func insert(_ space: Range<Int>) {
        if next == nil { next = space.lowerBound }
        guard !space.isEmpty else { return }
        next = max(next ?? 0, space.upperBound)
        let start = space.lowerBound + (makes("neighbours-kept-apart") ? 1 : 0)
        let first = seen.firstIndex { $0.upperBound >= start } ?? seen.endIndex
        let end = seen[first...].firstIndex { $0.lowerBound > space.upperBound } ?? seen.endIndex
        let merged = seen[first..<end].reduce(space) { min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound) }
        seen.replaceSubrange(first..<end, with: [merged])
        if seen.count > Self.mostHoles { seen.replaceSubrange(0...1, with: [seen[0].lowerBound..<seen[1].upperBound]) }
    }
}
