import LabProgram
import Sockets

/// Step 7: sends the series to the first of the host's addresses where somebody listens, and prints what became of it.
func measure(_ settings: Settings) throws {
    var summary = Summary()
    do throws(SocketError) {
        guard let address = try settings.endpoint.resolve().first else { unsolved(step: 7) }
        var sender = try UDPSender(settings, to: address)
        try sender.run()
        summary = sender.ledger.finalSummary()
    } catch {
        report("error: \(error)")
        unsolved(step: 7)
    }
    try finish(summary, settings, failure: nil)
}

/// Step 7: a failure in the words of whoever typed the address.
///
/// Nobody answers a `send` on UDP. That nobody listens comes back later, as an ICMP message, and the kernel hands it to
/// whichever call is next.
private func explain(_ error: SocketError, _ settings: Settings) -> SocketError {
    error
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
        unsolved(step: 1)
    }

    /// Sends the whole series, and waits for its replies; until the end, or until the program is asked to end.
    mutating func run() throws(SocketError) {
        try sendWhatIsDue()
        if next > 0 { unsolved(step: 2) }
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
        unsolved(step: 1)
    }

    /// Step 1: sends the batch, tells the ledger which of the ``drafts`` were taken, and empties both.
    ///
    /// - Returns: How many datagrams the kernel has taken; the others were not sent.
    private mutating func sendBatch() throws(SocketError) -> Int {
        unsolved(step: 1)
    }

    /// Step 3: sends the datagrams of the series whose time has come, as many as fit into a batch.
    ///
    /// Datagram k has its time in the schedule, whenever the one before it went out. Who waits for the interval after each
    /// sending adds up all that he is late.
    private mutating func sendWhatIsDue() throws(SocketError) {
        add(0)
        next = try sendBatch()
    }

    /// Step 3: when a datagram of the series is due, in nanoseconds of the clock.
    private func dueTime(of number: Int) -> Int64 {
        unsolved(step: 3)
    }

    /// Step 6: sends those again that have waited for too long, or that the peer has asked for.
    private mutating func resendWhatIsDue() throws(SocketError) {
        if settings.retries > 0 { unsolved(step: 6) }
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
            unsolved(step: 4)
        }
        return clock.deadline(at: moment)
    }

    /// Step 4: waits until something has come, and takes in all that has.
    ///
    /// - Returns: false if the program was asked to end.
    private mutating func receive(until moment: Deadline) throws(SocketError) -> Bool {
        try termination.descriptor.wait(for: .readable, until: moment).isEmpty
    }

    /// Step 4: takes in what has come, at most a batch, and prints a line for each first reply.
    private mutating func receiveBatch() throws(SocketError) {
        unsolved(step: 4)
    }
}
