import Glibc
import Sockets

/// What was sent, answered, and is to be sent again. Right in everything but the one mistake of this run.
struct WrongBooks {
    private struct Entry {
        var stamps: [(timestamp: UInt64, at: ContinuousClock.Instant)] = []
        var retries = 0
        var isAnswered = false
        /// Its last time-out has led to what it can lead to.
        var isExpired = false
    }

    private let settings: Settings
    private var entries: [UInt32: Entry] = [:]
    /// In the order of sending.
    private var open: [(sequence: UInt32, at: ContinuousClock.Instant)] = []
    private var resends: [UInt32] = []
    private var highest: UInt32?
    private var latest: UInt32?
    private var junk: Set<[UInt8]> = []
    private let start = ContinuousClock.now
    private let startTimestamp: UInt64
    private(set) var report = WrongReport()
    var duration = Duration.zero

    init(_ settings: Settings) {
        self.settings = settings
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        startTimestamp = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }

    func printSummary() { report.print(settings, duration) }

    // MARK: Sending

    func datagram(_ sequence: UInt32, at moment: ContinuousClock.Instant) -> (bytes: [UInt8], timestamp: UInt64) {
        let time = UInt64(start.duration(to: moment) / .microseconds(1))
        var stamp = startTimestamp + (makes("one-timestamp") ? 0 : time)
        if makes("milliseconds-timestamp") { stamp /= 1_000 }
        if makes("uptime-timestamp") { stamp = time }
        if makes("stale-timestamp"), let first = entries[sequence]?.stamps.first { stamp = first.timestamp }
        let number = makes("sequence-little-endian") ? sequence.byteSwapped : sequence
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        if makes("padded-struct") { bytes += [0, 0, 0, 0] }
        let wire = makes("timestamp-little-endian") ? stamp.byteSwapped : stamp
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: wire >> (56 - 8 * $0)) }
        let again = makes("other-filler-again") && entries[sequence] != nil
        let size = makes("size-ignored") ? 64 : makes("size-without-header") ? settings.size + 12 : settings.size
        bytes += (bytes.count..<max(size, bytes.count)).map { again ? 0xEE : UInt8(truncatingIfNeeded: $0) }
        return (Array(bytes.prefix(max(12, size))), stamp)
    }

    mutating func recordSent(_ sequence: UInt32, _ timestamp: UInt64, at moment: ContinuousClock.Instant) {
        if entries[sequence] == nil { report.sent += 1 } else { report.retransmitted += 1 }
        if makes("forgets-transmissions") { entries[sequence]?.stamps = [] }
        entries[sequence, default: Entry()].stamps.append((timestamp, moment))
        open.append((sequence, moment))
    }

    // MARK: Sending again

    var isAllAnswered: Bool { report.received == report.sent }

    private var retries: Int {
        if makes("retries-ignored") { return 0 }
        return settings.retries + (makes("one-retry-more") && settings.retries > 0 ? 1 : 0) + (makes("retries-by-default") ? 1 : 0)
    }

    private var timeout: Duration { settings.timeout * (makes("half-the-timeout") ? 0.5 : 1) }

    /// When the next datagram's time is over.
    var nextExpiry: ContinuousClock.Instant? {
        open.first { isWatched($0.sequence, $0.at) }.map { $0.at + timeout }
    }

    private func isWatched(_ sequence: UInt32, _ at: ContinuousClock.Instant) -> Bool {
        guard let entry = entries[sequence] else { return false }
        return !entry.isAnswered && entry.retries < retries && (entry.stamps.last?.at == at || makes("timeout-of-the-first"))
    }

    mutating func expire() {
        while let first = open.first {
            guard isWatched(first.sequence, first.at) else {
                open.removeFirst()
                continue
            }
            guard first.at + timeout <= .now else { return }
            open.removeFirst()
            sendAgain(first.sequence)
        }
    }

    mutating func takeResend() -> UInt32? { resends.isEmpty ? nil : resends.removeFirst() }

    private mutating func sendAgain(_ sequence: UInt32, free: Bool = false) {
        guard var entry = entries[sequence], !entry.isAnswered || makes("resends-answered"), free || entry.retries < retries else { return }
        if !free { entry.retries += 1 }
        entries[sequence] = entry
        resends.append(sequence)
    }

    // MARK: Receiving

    mutating func take(_ bytes: [UInt8], from peer: SocketAddress, at now: ContinuousClock.Instant) {
        if isRequest(bytes) { return takeRequest(bytes) }
        guard bytes.count == settings.size || makes("size-unchecked-in-replies") && bytes.count >= 12 else { return ignore(bytes) }
        var sequence = bytes[0..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if makes("sequence-little-endian") { sequence = sequence.byteSwapped }
        let timestamp = bytes[4..<12].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if makes("crashes-at-unknown"), sequence > 1_000_000 { fatalError("index out of range") }
        if makes("reply-one-too-far"), sequence == entries.count { fatalError("index out of range") }
        guard let entry = entries[sequence] else { return makes("unknown-uncounted") ? () : ignore(bytes) }
        let wire = makes("timestamp-little-endian") ? timestamp.byteSwapped : timestamp
        let filler = (12..<settings.size).map { UInt8(truncatingIfNeeded: $0) }
        let other = [UInt8](repeating: 0xEE, count: settings.size - 12)
        let isSame =
            makes("filler-unchecked") || makes("padded-struct") || Array(bytes[12...]) == filler
            || makes("other-filler-again") && Array(bytes[12...]) == other || makes("size-unchecked-in-replies")
        guard isSame, let sent = entry.stamps.last(where: { $0.timestamp == wire || makes("sequence-only") || makes("padded-struct") })
        else {
            return ignore(bytes)
        }
        if entry.isAnswered {
            if makes("copies-are-received") { report.received += 1 }
            let isLate = makes("late-copy-ignored") && sent.timestamp != entry.stamps.last?.timestamp
            if isLate { return ignore(bytes) }
            if !makes("copies-uncounted") { report.duplicates += 1 }
            if makes("copies-are-reordered"), let highest, sequence < highest { report.reordered += 1 }
            return
        }
        entries[sequence]?.isAnswered = true
        report.received += 1
        let isOvertaken = makes("compares-with-latest") ? latest.map { sequence < $0 } : highest.map { sequence < $0 }
        let isGap = makes("gaps-are-reordered") && latest.map { sequence != $0 + 1 } ?? false
        if isOvertaken ?? false || isGap { report.reordered += 1 }
        highest = max(highest ?? 0, sequence)
        latest = sequence
        let from =
            if makes("rtt-from-the-start") { start } else if makes("rtt-of-the-first") {
                entry.stamps[0].at
            } else if makes("rtt-of-the-latest") {
                entry.stamps[entry.stamps.count - 1].at
            } else { sent.at }
        let time = from.duration(to: now) / .milliseconds(1)
        report.add(time, sequence, settings, peer)
    }

    private mutating func ignore(_ bytes: [UInt8]) {
        if makes("equal-junk-once"), !junk.insert(bytes).inserted { return }
        if !makes("ignored-uncounted") { report.ignored += 1 }
    }

    private func isRequest(_ bytes: [UInt8]) -> Bool {
        let isWord = makes("nack-word-unchecked") ? bytes.count < 12 : bytes.starts(with: Array("NACK".utf8))
        guard isWord, !makes("nack-unknown-word") else { return false }
        return makes("broken-nack-accepted") || bytes.count >= 8 && bytes.count.isMultiple(of: 4)
    }

    private mutating func takeRequest(_ bytes: [UInt8]) {
        var sequences = stride(from: 4, through: bytes.count - 4, by: 4).map { start in
            bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        if makes("nack-first-only") { sequences = Array(sequences.prefix(1)) }
        if makes("nack-batch-only") { sequences = Array(sequences.prefix(64)) }
        if makes("nack-little-endian") { sequences = sequences.map(\.byteSwapped) }
        if makes("crashes-at-unknown-nack"), sequences.contains(where: { $0 > 1_000_000 }) { fatalError("index out of range") }
        if makes("nack-one-too-far"), sequences.contains(where: { $0 == entries.count }) { fatalError("index out of range") }
        if makes("nack-waits-for-timeout") { return }
        let known = sequences.filter { entries[$0] != nil }
        if makes("wishes-counted") {
            report.retransmitted += known.count { entries[$0].map { $0.isAnswered || $0.retries >= retries } ?? false }
        }
        for sequence in known { sendAgain(sequence, free: makes("nack-is-free")) }
        if known.isEmpty && !makes("broken-nack-accepted") { report.ignored += 1 }
    }
}
