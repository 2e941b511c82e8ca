/// Two TCP ends that talk to each other, at random: what they send, and what an observer must say of it.
///
/// Both ends are played here, each with its own numbers and its own state. Whatever is captured arrives.
struct Play {
    /// One end of the connection.
    private struct End {
        /// RFC 9293: SND.NXT and RCV.NXT.
        var next: UInt32
        var received: UInt32 = 0
        var state = "CLOSED"
        var window: Int
        /// Every number that it has sent, in the order of 2^32; as plain as can be, to be right.
        var sent: Set<UInt32> = []
        /// The number after the highest that it has sent, and after its last byte of payload.
        var highest: UInt32?
        var dataEnd: UInt32?
        /// The acknowledgment number and the window of its last segment, where that had an ACK.
        var last: (acknowledgment: UInt32, window: Int)?
        var hasSentSYNACK = false
    }

    /// Which numbers are interesting.
    enum Numbers {
        case any
        /// The first number of each end is the last there is, or lies just below it.
        case wrapping
    }

    private(set) var conversation: Conversation
    private var ends: [End]
    private var random: SeededGenerator
    private var clock: Int

    /// A connection that nobody has opened yet.
    ///
    /// - Parameter start: When it begins, in nanoseconds since 1970.
    init(client: Site, server: Site, start: Int, numbers: Numbers = .any, random: SeededGenerator) {
        conversation = Conversation(client: client, server: server)
        self.random = random
        clock = start
        ends = []
        for _ in 0..<2 {
            let first: UInt32 =
                numbers == .any
                ? .random(in: 0...UInt32.max, using: &self.random)
                : UInt32.max - [0, .random(in: 1...40, using: &self.random)][Int.random(in: 0...1, using: &self.random)]
            ends.append(End(next: first, window: Int.random(in: 1_024...60_000, using: &self.random)))
        }
    }

    // MARK: Opening

    /// Figure 6 of RFC 9293; each of the three may be sent twice.
    mutating func open(again: Bool = false) {
        let times = { (generator: inout SeededGenerator) in again && Bool.random(using: &generator) ? 2 : 1 }
        set("SYN-SENT", "SYN-RECEIVED")
        for _ in 0..<times(&random) { send(from: 0, Row.syn, at: first(0), options: .syn(&random)) }
        set("ESTABLISHED", "SYN-RECEIVED")
        for _ in 0..<times(&random) { send(from: 1, Row.syn | Row.ack, at: first(1), options: .syn(&random)) }
        set("ESTABLISHED", "ESTABLISHED")
        send(from: 0, Row.ack)
    }

    /// Figure 7: both ends call at the same time.
    mutating func openFromBothEnds() {
        set("SYN-SENT", "SYN-RECEIVED")
        send(from: 0, Row.syn)
        set("SYN-RECEIVED", "SYN-RECEIVED")
        send(from: 1, Row.syn)
        set("SYN-RECEIVED", "ESTABLISHED")
        send(from: 0, Row.syn | Row.ack, at: first(0))
        set("ESTABLISHED", "ESTABLISHED")
        send(from: 1, Row.syn | Row.ack, at: first(1))
    }

    /// The capture begins in the middle.
    mutating func beginMidstream() {
        set("ESTABLISHED", "ESTABLISHED")
        conversation.outcome = "midstream"
        (ends[0].received, ends[1].received) = (ends[1].next, ends[0].next)
        send(from: 0, Row.psh | Row.ack, length: 7)
        send(from: 1, Row.ack)
    }

    // MARK: Talking

    /// Data and acknowledgments in both directions.
    mutating func talk(_ count: Int) {
        for _ in 0..<count {
            let side = Int.random(in: 0...1, using: &random)
            send(from: side, Row.psh | Row.ack, length: Int.random(in: 2...300, using: &random))
            if Bool.random(using: &random) { send(from: 1 - side, Row.ack) }
        }
    }

    /// Data that is lost, doubled, overtaken; probes; full windows.
    mutating func stumble(_ count: Int) {
        for _ in 0..<count {
            let side = Int.random(in: 0...1, using: &random)
            let start = ends[side].next
            let length = Int.random(in: 2...200, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:  // the same again, whole or in part
                send(from: side, Row.psh | Row.ack, length: length)
                send(from: side, Row.psh | Row.ack, at: start, length: Int.random(in: 2...length, using: &random))
            case 1:  // overtaken by what comes after it
                let second = start &+ UInt32(length)
                send(from: side, Row.ack, at: second, length: 50)
                for _ in 0..<Int.random(in: 1...3, using: &random) { send(from: 1 - side, Row.ack) }
                send(from: side, Row.ack, at: start, length: length)
                send(from: 1 - side, Row.ack)
            case 2:  // known bytes and new ones in one segment
                send(from: side, Row.ack, length: length)
                send(from: side, Row.ack, at: start &+ 1, length: length + 5)
            case 3:  // is anybody there?
                send(from: 1 - side, Row.ack)
                send(from: side, Row.ack, at: ends[side].next &- 1, length: Int.random(in: 0...1, using: &random))
                send(from: 1 - side, Row.ack)
            case 4:  // no more room, and room again
                send(from: side, Row.ack, length: length)
                let window = ends[1 - side].window
                ends[1 - side].window = 0
                send(from: 1 - side, Row.ack)
                send(from: side, Row.ack, length: 1)
                ends[1 - side].window = window
                send(from: 1 - side, Row.ack)
            default:  // the same acknowledgment, with and without something to wait for
                send(from: 1 - side, Row.ack)
                send(from: side, Row.ack, length: length)
                send(from: 1 - side, Row.ack, acknowledging: start)
                send(from: 1 - side, Row.ack, acknowledging: start)
                send(from: 1 - side, Row.ack)
            }
        }
    }

    // MARK: Closing

    /// How a connection comes to its end, or does not.
    enum Ending: CaseIterable {
        case fourSegments, threeSegments, fromBothEnds, oneFIN, secondUnacknowledged, reset, resetAfterFIN, open
    }

    mutating func close(_ ending: Ending, by side: Int) {
        let other = 1 - side
        switch ending {
        case .open: conversation.close = "open"
        case .reset:
            conversation.close = "reset"
            set("CLOSED", "CLOSED")
            send(from: side, Row.rst | Row.ack)
        case .fromBothEnds:
            conversation.close = "fin"
            let before = ends[side].next
            closing(side, "FIN-WAIT-1", "CLOSE-WAIT", from: side)
            closing(side, "CLOSING", "CLOSING", from: other, acknowledging: before)
            (ends[side].state, ends[other].state) = ("CLOSING", "TIME-WAIT")
            send(from: side, Row.ack)
            set("TIME-WAIT", "TIME-WAIT")
            send(from: other, Row.ack)
        case .fourSegments, .threeSegments, .oneFIN, .secondUnacknowledged, .resetAfterFIN:
            closing(side, "FIN-WAIT-1", "CLOSE-WAIT", from: side)
            conversation.close = "half-closed"
            if ending != .threeSegments {
                ends[side].state = "FIN-WAIT-2"
                send(from: other, Row.ack)
                if Bool.random(using: &random) { send(from: other, Row.psh | Row.ack, length: 20) }
            }
            if ending == .oneFIN { return }
            if ending == .resetAfterFIN {
                conversation.close = "reset"
                set("CLOSED", "CLOSED")
                return send(from: side, Row.rst | Row.ack)
            }
            closing(side, "TIME-WAIT", "LAST-ACK", from: other)
            if ending == .secondUnacknowledged { return }
            conversation.close = "fin"
            ends[other].state = "CLOSED"
            send(from: side, Row.ack)
        }
    }

    /// A FIN, with the states that follow it, of the end that closes first and of the other.
    private mutating func closing(_ first: Int, _ its: String, _ others: String, from side: Int, acknowledging: UInt32? = nil) {
        (ends[first].state, ends[1 - first].state) = (its, others)
        send(from: side, Row.fin | Row.ack, acknowledging: acknowledging)
    }

    // MARK: On the wire

    private mutating func set(_ client: String, _ server: String) { (ends[0].state, ends[1].state) = (client, server) }

    /// The first number of an end: that of its SYN.
    private func first(_ side: Int) -> UInt32 {
        conversation.rows.first { $0.fromClient == (side == 0) }?.sequence ?? ends[side].next
    }

    private mutating func send(
        from side: Int, _ flags: UInt8, at number: UInt32? = nil, length: Int = 0, acknowledging: UInt32? = nil,
        options: Row.Options = Row.Options()
    ) {
        var row = Row(time: clock, fromClient: side == 0, flags: flags)
        clock += Int.random(in: 1_000...400_000, using: &random)
        row.sequence = number ?? ends[side].next
        row.acknowledgment = row.hasACK ? acknowledging ?? ends[side].received : .random(in: 0...UInt32.max, using: &random)
        (row.window, row.length, row.options) = (ends[side].window, length, options)
        (row.clientState, row.serverState) = (ends[0].state, ends[1].state)
        row.note = note(of: row, side)
        conversation.rows.append(row)
        arrive(row, side)
    }

    /// What both ends know after it.
    private mutating func arrive(_ row: Row, _ side: Int) {
        let end = row.sequence &+ UInt32(row.sequenceLength)
        for offset in 0..<UInt32(row.sequenceLength) { ends[side].sent.insert(row.sequence &+ offset) }
        if ends[side].highest.map({ Int32(bitPattern: end &- $0) > 0 }) ?? true { ends[side].highest = end }
        ends[side].next = ends[side].highest ?? end
        if row.length > 0 {
            let dataEnd = row.sequence &+ UInt32(row.length) &+ (row.flags & Row.syn != 0 ? 1 : 0)
            if ends[side].dataEnd.map({ Int32(bitPattern: dataEnd &- $0) > 0 }) ?? true { ends[side].dataEnd = dataEnd }
        }
        ends[side].last = row.hasACK ? (row.acknowledgment, row.window) : nil
        if row.flags & Row.syn != 0 {
            if row.hasACK { ends[side].hasSentSYNACK = true }
            if ends[1 - side].received == 0 { ends[1 - side].received = row.sequence }
        }
        // In order, as far as there is no hole.
        while ends[side].sent.contains(ends[1 - side].received) { ends[1 - side].received &+= 1 }
    }

    /// The rules of the notes, one after the other.
    private func note(of row: Row, _ side: Int) -> String? {
        let (end, other) = (ends[side], ends[1 - side])
        let isPlain = row.flags & (Row.syn | Row.fin | Row.rst) == 0
        let numbers = (0..<UInt32(row.sequenceLength)).map { row.sequence &+ $0 }
        if let highest = end.highest {
            let distance = Int32(bitPattern: row.sequence &- highest)
            let isCrossingSYN = row.flags & Row.syn != 0 && row.hasACK && !end.hasSentSYNACK
            let isKnown = !numbers.isEmpty && numbers.allSatisfy { end.sent.contains($0) }
            if isPlain, row.length <= 1, distance == -1 { return "keep-alive" }
            if isKnown, !isCrossingSYN { return "retransmission" }
            if distance > 0 { return "gap" }
            if !isKnown, !numbers.isEmpty, distance < 0 { return "out-of-order" }
        }
        if isPlain, row.window == 0 { return "zero-window" }
        if isPlain, row.length == 0, let last = end.last, last == (row.acknowledgment, row.window), let dataEnd = other.dataEnd,
            Int32(bitPattern: dataEnd &- row.acknowledgment) > 0
        {
            return "duplicate-ack"
        }
        return nil
    }
}
