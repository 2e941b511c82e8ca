import LabProgram
import Sockets

/// Step 7: sends the series to the first of the host's addresses where somebody listens, and prints what became of it.
func measure(_ settings: Settings) throws {
    // step 7 begins
    // starter: var summary = Summary()
    // starter: do throws(SocketError) {
    // starter:     guard let address = try settings.endpoint.resolve().first else { unsolved(step: 7) }
    // starter:     var sender = try UDPSender(settings, to: address)
    // starter:     try sender.run()
    // starter:     summary = sender.ledger.finalSummary()
    // starter: } catch {
    // starter:     report("error: \(error)")
    // starter:     unsolved(step: 7)
    // starter: }
    // starter: try finish(summary, settings, failure: nil)
    var failure: SocketError? = SocketError(operation: "getaddrinfo", address: "\(settings.endpoint)", cause: .noAddress)
    for address in try settings.endpoint.resolve() {
        var summary = Summary()
        do throws(SocketError) {
            var sender = try UDPSender(settings, to: address)
            defer { summary = sender.ledger.finalSummary() }
            try sender.run()
            failure = nil
        } catch {
            failure = explain(error, settings)
        }
        // A failure at once is one of this address; the next may be better. After a reply it is one of the series.
        if failure == nil || summary.received > 0 { return try finish(summary, settings, failure: failure) }
    }
    if let failure { throw failure }
    // step 7 ends
}

/// Step 7: a failure in the words of whoever typed the address.
///
/// Nobody answers a `send` on UDP. That nobody listens comes back later, as an ICMP message, and the kernel hands it to
/// whichever call is next.
private func explain(_ error: SocketError, _ settings: Settings) -> SocketError {
    // step 7 begins
    // starter: error
    let target = "\(settings.endpoint)"
    return switch error.operation {
    case "send", "recv": SocketError(operation: "send", address: target, cause: error.cause)
    case "connect": error.at(target)
    default: error
    }
    // step 7 ends
}

/// Sends a series of datagrams to one address, and takes in what comes back.
struct UDPSender: ~Copyable {
    private let settings: Settings
    private let peer: SocketAddress
    private let socket: Socket
    private let termination: TerminationSignals
    private let clock: SeriesClock
    /// What every datagram looks like, but for its header.
    private let template: [UInt8]
    /// What happened so far.
    private(set) var ledger: Ledger
    /// The first datagram of the series that was not sent yet.
    private var next = 0
    /// The datagrams that go out together: all that are due.
    private var outgoing: DatagramBatch
    /// What is in ``outgoing``, each with the time that its timestamp shows.
    private var drafts: [(sequence: UInt32, time: Int64)] = []
    private var incoming = DatagramBatch(capacity: 64, slotSize: 65_535)
    /// Whether the kernel had no room for a datagram.
    private var mustWaitForRoom = false

    init(_ settings: Settings, to peer: SocketAddress) throws(SocketError) {
        let termination = try TerminationSignals()
        socket = try UDPSender.open(to: peer)
        self.settings = settings
        self.peer = peer
        self.termination = termination
        template = Header.template(size: settings.size)
        // Many datagrams at a time if they are small; large ones cost so much themselves that the calls don't matter.
        outgoing = DatagramBatch(capacity: max(1, min(64, 65_536 / settings.size)), copiesOf: template)
        clock = SeriesClock()
        ledger = Ledger(settings, clock: clock)
    }

    /// Step 1: a socket for the one peer.
    ///
    /// To connect a UDP socket sends nothing. It sets where datagrams go, lets none from elsewhere in, and makes the kernel
    /// report ICMP errors (udp(7)).
    private static func open(to peer: SocketAddress) throws(SocketError) -> Socket {
        // step 1 begins
        let socket = try Socket(.datagram, peer.family)
        // What comes while we are busy sending waits here; the kernel takes the number as a wish.
        try socket.set(.receiveBuffer, to: 4_194_304)
        try socket.connect(to: peer)
        try socket.descriptor.setNonBlocking(true)
        return socket
        // step 1 ends
    }

    /// Sends the whole series, and waits for its replies; until the end, or until the program is asked to end.
    mutating func run() throws(SocketError) {
        try sendWhatIsDue()
        // step 2 begins
        // starter: if next > 0 { unsolved(step: 2) }
        // step 2 ends
        while let moment = nextMoment(), try receive(until: moment) {
            try resendWhatIsDue()
            try sendWhatIsDue()
        }
    }

    // MARK: Sending

    /// Step 1: adds a datagram to the batch, and a note of it to ``drafts``.
    ///
    /// Its header has the time now, and ``Header/write(to:)`` puts it in; until step 2 that does nothing.
    private mutating func add(_ sequence: UInt32) {
        // step 1 begins
        let time = clock.now
        let header = Header(sequence: sequence, timestamp: clock.timestamp(at: time))
        outgoing.append { header.write(to: &$0) }
        drafts.append((sequence, time))
        // step 1 ends
    }

    /// Step 1: sends the batch, tells the ledger which of the ``drafts`` were taken, and empties both.
    ///
    /// - Returns: How many datagrams the kernel has taken; the others were not sent.
    private mutating func sendBatch() throws(SocketError) -> Int {
        // step 1 begins
        guard outgoing.count > 0 else { return 0 }
        let taken = try socket.send(outgoing)
        for draft in drafts.prefix(taken) { ledger.recordSent(draft.sequence, at: draft.time) }
        mustWaitForRoom = taken == 0
        outgoing.removeAll()
        drafts.removeAll(keepingCapacity: true)
        return taken
        // step 1 ends
    }

    /// Step 3: sends the datagrams of the series whose time has come, as many as fit into a batch.
    ///
    /// Datagram k has its time in the schedule, whenever the one before it went out. Who waits for the interval after each
    /// sending adds up all that he is late.
    private mutating func sendWhatIsDue() throws(SocketError) {
        // step 3 begins
        // starter: add(0)
        // starter: next = try sendBatch()
        let now = clock.now
        var number = next
        while !outgoing.isFull, number < settings.count, dueTime(of: number) <= now {
            add(UInt32(number))
            number += 1
        }
        next += try sendBatch()
        // step 3 ends
    }

    /// Step 3: when a datagram of the series is due, in nanoseconds of the clock.
    private func dueTime(of number: Int) -> Int64 {
        // step 3 begins
        (settings.interval * number).nanoseconds
        // step 3 ends
    }

    /// Step 6: sends those again that have waited for too long, or that the peer has asked for.
    private mutating func resendWhatIsDue() throws(SocketError) {
        // step 6 begins
        // starter: if settings.retries > 0 { unsolved(step: 6) }
        ledger.expire(at: clock.now, upTo: outgoing.capacity)
        for sequence in ledger.resends.prefix(outgoing.capacity) { add(sequence) }
        ledger.removeResends(try sendBatch())
        // step 6 ends
    }

    // MARK: Receiving

    /// Until when there is nothing to do but to receive; nil once the series is over.
    private mutating func nextMoment() -> Deadline? {
        if mustWaitForRoom { return .never }
        // A datagram that is to be sent again is due already.
        var moment = ledger.resends.isEmpty ? ledger.nextExpiry ?? .max : 0
        if next < settings.count {
            moment = min(moment, dueTime(of: next))
        } else {
            // step 4 begins
            // starter: unsolved(step: 4)
            if ledger.isAllAnswered { return nil }
            if moment == .max {
                guard clock.now < ledger.end else { return nil }
                moment = ledger.end
            }
            // step 4 ends
        }
        return clock.deadline(at: moment)
    }

    /// Step 4: waits until something has come, and takes in all that has.
    ///
    /// - Returns: false if the program was asked to end.
    private mutating func receive(until moment: Deadline) throws(SocketError) -> Bool {
        // step 4 begins
        // starter: try termination.descriptor.wait(for: .readable, until: moment).isEmpty
        var events = [
            PollEntry(socket, mustWaitForRoom ? [.readable, .writable] : .readable),
            PollEntry(termination.descriptor, .readable),
        ]
        try poll(&events, until: moment)
        if !events[0].ready.isDisjoint(with: [.readable, .failed]) {
            // Not for ever: whoever floods us must not keep us from sending.
            for _ in 0..<8 {
                try receiveBatch()
                if !incoming.isFull { break }
            }
        }
        return events[1].ready.isEmpty
        // step 4 ends
    }

    /// Step 4: takes in what has come, at most a batch, and prints a line for each first reply.
    private mutating func receiveBatch() throws(SocketError) {
        // step 4 begins
        // starter: unsolved(step: 4)
        try socket.receive(into: &incoming)
        // One time for all: what waits behind the others has arrived as well.
        let now = clock.now
        var lines: [UInt8] = []
        for index in 0..<incoming.count {
            let message = incoming.withDatagram(at: index) { Message($0, template: template.span) }
            guard let roundTrip = ledger.recordArrival(message, at: now) else { continue }
            guard !settings.json, case .reply(let header) = message else { continue }
            lines += replyLine(settings, from: peer, sequence: header.sequence, roundTrip: roundTrip).utf8
        }
        if !lines.isEmpty { try StandardStream.output.write(lines.span) }
        // step 4 ends
    }
}
