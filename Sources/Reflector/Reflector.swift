import Sockets

/// Sends datagrams back to whoever sent them, and does to them on purpose what a network does by accident.
///
/// One thread waits for datagrams and for the moments when kept replies are due; it never sleeps.
public struct Reflector: ~Copyable, Sendable {
    /// Where it can be sent to.
    public let address: SocketAddress
    /// What it did, sender by sender, in the order in which they came; the latest ``senderLimit`` of them.
    public private(set) var tallies: [(sender: SocketAddress, tally: Tally)] = []
    /// How many senders are remembered.
    public static let senderLimit = 16

    private let socket: Socket
    private let stranger: Socket
    private let fate: @Sendable (Arrival) -> Fate
    private let holdLimit: Duration
    private let observe: @Sendable (Event) -> Void
    private let start = ContinuousClock.now
    private var kept = DueQueue<Reply>()
    /// Replies that wait to be overtaken, the oldest first.
    private var held: [(reply: Reply, limit: Deadline)] = []

    /// A reply on its way.
    private struct Reply: Sendable {
        let sender: SocketAddress
        let sequence: Int?
        let bytes: [UInt8]
        let fate: Fate
    }

    /// Binds a reflector to an address; port 0 lets the kernel pick one.
    ///
    /// - Parameters:
    ///   - fate: What becomes of each datagram: ``Faults/fate(of:)``, say, or a script.
    ///   - holdLimit: A reply that nobody overtakes goes out after this time all the same.
    ///   - observe: Is told of everything, in the thread of ``run(until:_:)``.
    /// - Throws: `SocketError` with the operation `socket` or `bind`.
    public init(
        at address: SocketAddress = .loopback(port: 0), holdLimit: Duration = .milliseconds(200),
        observe: @escaping @Sendable (Event) -> Void = { _ in }, fate: @escaping @Sendable (Arrival) -> Fate
    ) throws(SocketError) {
        let socket = try Socket(.datagram, address.family)
        try socket.bind(to: address)
        try socket.set(.receiveBuffer, to: 4_194_304)
        try socket.descriptor.setNonBlocking(true)
        let stranger = try Socket(.datagram, address.family)
        try stranger.bind(to: address.with(port: 0))
        try stranger.descriptor.setNonBlocking(true)
        self.address = try socket.localAddress()
        self.socket = socket
        self.stranger = stranger
        self.holdLimit = holdLimit
        self.observe = observe
        self.fate = fate
    }

    /// Reflects until `stop` is readable, or the deadline has passed.
    ///
    /// What has arrived by then is still counted and
    /// reflected; replies that are kept or held are not sent any more.
    ///
    /// - Throws: `SocketError` with the operation `poll` or `recvfrom`.
    public mutating func run(until stop: borrowing Descriptor, _ deadline: Deadline = .never) throws(SocketError) {
        while true {
            var events = [PollEntry(socket, .readable), PollEntry(stop, .readable)]
            let due = min(kept.nextDue ?? .never, held.first?.limit ?? .never)
            try poll(&events, until: min(due, deadline))
            let ends = !events[1].ready.isEmpty || deadline.hasPassed
            sendDueReplies()
            // Replies are due meanwhile; so not all at once, but at the end, when none are sent any more.
            for _ in 0..<(ends ? 100_000 : 64) {
                guard let datagram = try socket.receiveDatagram() else { break }
                receive(datagram)
            }
            if ends { return }
        }
    }

    // MARK: Receiving

    private mutating func receive(_ datagram: Datagram) {
        let (bytes, sender) = (datagram.bytes, datagram.sender)
        let header = bytes.count >= 12 ? bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
        let index = indexOfTally(sender)
        let count = tallies[index].tally.arrivals + tallies[index].tally.others
        var sequence: Int?
        var attempt = 0
        if let header, header < Tally.sequenceLimit {
            sequence = Int(header)
            attempt = tallies[index].tally.recordArrival(Int(header))
        } else {
            tallies[index].tally.others += 1
        }
        let fate = fate(Arrival(index: count, sequence: header, attempt: attempt, size: bytes.count))
        tell(.arrived, sender, bytes)
        if !fate.requests.isEmpty { request(fate.requests, from: sender, index) }
        guard fate.reply != .none else { return }
        let reply = Reply(sender: sender, sequence: sequence, bytes: bytes, fate: fate)
        if fate.delay > .zero {
            kept.insert(reply, due: .after(fate.delay))
        } else {
            letGo(reply)
        }
    }

    /// The place of a sender's tally; a new one for a new sender.
    private mutating func indexOfTally(_ sender: SocketAddress) -> Int {
        // Nearly always there is one sender, or the latest one is meant.
        if let index = tallies.lastIndex(where: { $0.sender == sender }) { return index }
        if tallies.count == Reflector.senderLimit { tallies.removeFirst() }
        tallies.append((sender, Tally()))
        return tallies.count - 1
    }

    // MARK: Sending

    private mutating func request(_ sequences: [UInt32], from sender: SocketAddress, _ index: Int) {
        var bytes = Array("NACK".utf8)
        for sequence in sequences { withUnsafeBytes(of: sequence.bigEndian) { bytes += $0 } }
        guard send(bytes, to: sender, .requested, through: socket) else { return }
        tallies[index].tally.requests += 1
        tallies[index].tally.requestedSequences += sequences.count
    }

    private mutating func sendDueReplies() {
        while let reply = kept.removeNextIfDue() { letGo(reply) }
        while let first = held.first, first.limit.hasPassed { send(held.removeFirst().reply) }
    }

    /// The reply has been kept as long as it should.
    private mutating func letGo(_ reply: Reply) {
        if reply.fate.isOvertaken {
            held.append((reply, .after(holdLimit)))
            return
        }
        send(reply)
        // An altered one overtakes nobody: the sender does not take it for a reply.
        guard reply.fate.reply == .exact, !held.isEmpty else { return }
        let overtaken = held.filter { $0.reply.sender == reply.sender && $0.reply.sequence != reply.sequence }
        held.removeAll { $0.reply.sender == reply.sender && $0.reply.sequence != reply.sequence }
        for one in overtaken { send(one.reply) }
    }

    private mutating func send(_ reply: Reply) {
        var bytes = reply.bytes
        switch reply.fate.reply {
        case .none: return
        case .exact, .fromStranger: break
        case .corrupted(let place, let mask) where bytes.indices.contains(place): bytes[place] ^= mask
        case .corrupted: break
        case .truncated(let count): bytes.removeLast(max(0, bytes.count - count))
        case .extended(let count): bytes += [UInt8](repeating: 0, count: count)
        case .replaced(let other): bytes = other
        }
        // A script may damage nothing at all.
        let isExact = bytes == reply.bytes
        let index = indexOfTally(reply.sender)
        for _ in 0..<reply.fate.copies {
            if reply.fate.reply == .fromStranger {
                if send(bytes, to: reply.sender, .repliedFromStranger, through: stranger) { tallies[index].tally.fromStranger += 1 }
            } else if send(bytes, to: reply.sender, isExact ? .replied : .repliedAltered, through: socket) {
                guard let sequence = reply.sequence else { continue }
                if isExact { tallies[index].tally.recordExactReply(sequence) } else { tallies[index].tally.ignored += 1 }
            }
        }
    }

    /// Sends a datagram, and says whether it went out: one that can't be sent is one more that is lost.
    private func send(_ bytes: [UInt8], to sender: SocketAddress, _ action: Event.Action, through socket: borrowing Socket) -> Bool {
        guard (try? socket.send(bytes.span, to: sender)) == true else { return false }
        tell(action, sender, bytes)
        return true
    }

    private func tell(_ action: Event.Action, _ sender: SocketAddress, _ bytes: [UInt8]) {
        observe(Event(action: action, time: start.duration(to: .now), sender: sender, bytes: bytes))
    }
}

/// Something that the reflector has just done.
public struct Event: Sendable {
    /// What it was.
    public enum Action: Sendable {
        /// A datagram came.
        case arrived
        /// It went back as it was.
        case replied
        /// It went back altered.
        case repliedAltered
        /// It went back from a stranger's port.
        case repliedFromStranger
        /// Some were asked for again.
        case requested
    }
    /// What it was.
    public let action: Action
    /// When, by a monotonic clock that started with the reflector; of a reply, after it was sent.
    public let time: Duration
    /// Whose datagram it was.
    public let sender: SocketAddress
    /// What was received or sent.
    public let bytes: [UInt8]
}
