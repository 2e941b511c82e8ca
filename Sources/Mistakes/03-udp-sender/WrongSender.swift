import Glibc
import LabProgram
import Sockets

/// What the command line says.
struct Settings {
    let count: Int
    let size: Int
    let interval: Duration
    let timeout: Duration
    let retries: Int
    let json: Bool
    let endpoint: Endpoint
}

/// A right sender, but for the one mistake of this run. It looks at one datagram at a time.
struct WrongSender: ~Copyable {
    private let settings: Settings
    private let peer: SocketAddress
    private let socket: Socket
    private let termination: TerminationSignals?
    private let start = ContinuousClock.now
    private var books: WrongBooks
    private var next = 0
    private var lastSent = ContinuousClock.now

    init(_ settings: Settings, to peer: SocketAddress) throws(SocketError) {
        let termination = makes("dies-of-sigint") ? nil : try TerminationSignals()
        socket = try WrongSender.open(to: peer)
        self.settings = settings
        self.peer = peer
        self.termination = termination
        books = WrongBooks(settings)
    }

    private static func open(to peer: SocketAddress) throws(SocketError) -> Socket {
        let socket = try Socket(.datagram, makes("ipv4-only") ? .ipv4 : peer.family)
        if !isUnconnected { try socket.connect(to: peer) }
        try socket.descriptor.setNonBlocking(true)
        return socket
    }

    private static var isUnconnected: Bool { makes("hears-strangers") || makes("refusal-unheard") }

    /// What came of it so far.
    consuming func finalBooks() -> WrongBooks {
        books.duration = start.duration(to: .now)
        return books
    }

    /// - Returns: What the network reported, if it ended the series.
    mutating func run() -> SocketError? {
        do {
            while try turn() {}
            return nil
        } catch { return error }
    }

    /// Sends what is due, and waits for the next moment. Returns false when the series is over.
    private mutating func turn() throws(SocketError) -> Bool {
        try sendWhatIsDue()
        var moment = ContinuousClock.now + .seconds(86_400)
        let isSeriesSent = next >= settings.count
        if !isSeriesSent { moment = min(moment, due(next)) }
        if let expiry = books.nextExpiry, mayResend { moment = min(moment, expiry) }
        if isSeriesSent {
            if makes("never-waits") { return false }
            if books.isAllAnswered && !makes("always-waits") { return false }
            if books.nextExpiry == nil || !mayResend {
                let end = (makes("timeout-from-the-start") ? start : lastSent) + settings.timeout
                if ContinuousClock.now >= end && !makes("waits-for-ever") { return false }
                moment = makes("waits-for-ever") ? moment : min(moment, end)
            }
        }
        if makes("refusal-at-next-send"), isSeriesSent, books.report.received == 0 {
            return ContinuousClock.now < lastSent + settings.timeout
        }
        return try receive(until: moment)
    }

    /// Whether time-outs are looked at now.
    private var mayResend: Bool { !makes("resends-at-the-end") || next >= settings.count }

    private func due(_ number: Int) -> ContinuousClock.Instant {
        var interval = settings.interval
        if makes("whole-milliseconds") { interval = .milliseconds(Int(interval / .milliseconds(1))) }
        if makes("no-pause") { interval = .zero }
        if makes("zero-is-default"), interval == .zero { interval = .milliseconds(100) }
        if makes("lateness-adds-up") { return number == 0 ? start : lastSent + interval }
        return start + interval * number
    }

    // MARK: Sending

    private mutating func sendWhatIsDue() throws(SocketError) {
        if mayResend { books.expire() }
        while let sequence = books.takeResend() {
            try send(sequence)
            if makes("holds-up-others") {
                let end = ContinuousClock.now + settings.timeout
                while ContinuousClock.now < end, try receive(until: end) {}
            }
        }
        let count = makes("count-ignored") ? 10 : settings.count
        while next < settings.count, next < count, due(next) <= .now {
            // For longer than the reflector keeps back a reply that is to be overtaken.
            if makes("pauses"), next == 3 { usleep(300_000) }
            try send(UInt32(next + (makes("starts-at-one") ? 1 : 0)))
            if makes("sends-twice") { try transmit(books.datagram(UInt32(next), at: .now).bytes) }
            next += 1
            if makes("waits-for-replies"), books.report.received < next { _ = try receive(until: .now + settings.timeout) }
        }
        if next >= count { next = settings.count }
    }

    private mutating func send(_ sequence: UInt32) throws(SocketError) {
        lastSent = .now
        let (bytes, timestamp) = books.datagram(sequence, at: lastSent)
        try transmit(bytes)
        books.recordSent(sequence, timestamp, at: lastSent)
    }

    private func transmit(_ bytes: [UInt8]) throws(SocketError) {
        if Self.isUnconnected { try socket.send(bytes.span, to: peer) } else { _ = try socket.send(bytes.span) }
    }

    // MARK: Receiving

    /// Returns false when the program is asked to end, or gives up.
    private mutating func receive(until moment: ContinuousClock.Instant) throws(SocketError) -> Bool {
        var events = [PollEntry(socket, .readable)]
        if let termination { events.append(PollEntry(termination.descriptor, .readable)) }
        if makes("gives-up-at-eintr") {
            // No second try after EINTR: ppoll(2) itself goes on after SIGCONT, epoll_wait(2) and timed receives do not.
            guard waitOnce(until: moment) else { return false }
            try poll(&events, until: .now)
        } else {
            try poll(&events, until: .after(ContinuousClock.now.duration(to: moment)))
        }
        if events.count == 2, !events[1].ready.isEmpty { return false }
        guard !events[0].ready.isEmpty else { return true }
        let size = makes("buffer-too-small") ? settings.size : 65_535
        while let datagram = try socket.receiveDatagram(upTo: size) {
            if makes("empty-is-the-end"), datagram.bytes.isEmpty { return false }
            if makes("crashes-at-short"), datagram.bytes.count < 12 { fatalError("the datagram has no header") }
            books.take(datagram.bytes, from: peer, at: .now)
        }
        return true
    }

    /// A receive with a time-out of its own that only looks. It fails with EINTR after SIGSTOP and SIGCONT: signal(7).
    private func waitOnce(until moment: ContinuousClock.Instant) -> Bool {
        let left = max(1_000, Int(ContinuousClock.now.duration(to: moment) / .microseconds(1)))
        var time = timeval(tv_sec: left / 1_000_000, tv_usec: left % 1_000_000)
        let number = socket.descriptor.number
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        _ = fcntl(number, F_SETFL, 0)
        defer { _ = fcntl(number, F_SETFL, O_NONBLOCK) }
        var byte: UInt8 = 0
        let count = recv(number, &byte, 1, Int32(MSG_PEEK))
        return !(count == -1 && errno == EINTR)
    }
}

/// Sends the series to each address in turn, and prints what came of it.
func measure(_ settings: Settings) throws {
    var failure: SocketError? = SocketError(operation: "getaddrinfo", address: "\(settings.endpoint)", cause: .noAddress)
    if makes("numbers-only"), SocketAddress(numeric: settings.endpoint.host, port: 0) == nil { throw failure ?? .timedOut("getaddrinfo") }
    for address in try settings.endpoint.resolve() {
        var sender = try WrongSender(settings, to: address)
        failure = sender.run().map { SocketError(operation: "send", address: "\(settings.endpoint)", cause: $0.cause) }
        let books = sender.finalBooks()
        let isOver = failure == nil || books.report.received > 0
        if !isOver { continue }
        if failure == nil || !makes("no-summary-at-error") { books.printSummary() }
        if let failure { throw failure }
        if books.report.received > 0 { return }
        if !makes("silent-without-replies") { report("error: no reply from \(settings.endpoint)") }
        exit(makes("success-without-replies") ? 0 : 1)
    }
    if let failure { throw failure }
}
