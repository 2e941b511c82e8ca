import LabProgram

/// The books of a series: what was sent and when, what has been answered, and what is to be sent again.
///
/// It keeps no bytes: a datagram can be told from its sequence number and timestamp alone, since all the rest is the same.
struct Ledger {
    /// One sending of one datagram.
    private struct Transmission {
        let sequence: UInt32
        /// The index of the sending of the same datagram before this one; -1 if there was none.
        let previous: Int32
        /// In nanoseconds of the series' clock.
        let sentAt: Int64
    }
    private struct Entry {
        /// The index of the latest transmission.
        var latest: Int32
        var retries: Int32 = 0
        var isAnswered = false
    }

    private let clock: SeriesClock
    private let retries: Int
    private let timeout: Int64
    /// In the order of sending, which is the order of time.
    private var transmissions: [Transmission] = []
    /// By sequence number.
    private var entries: [Entry] = []
    /// The transmissions before this one need no watching any more.
    private var firstUnexpired = 0
    private var highestAnswered: UInt32?
    /// What is to be sent again now, in this order.
    private(set) var resends: [UInt32] = []
    /// What has happened so far.
    private(set) var summary = Summary()

    init(_ settings: Settings, clock: SeriesClock) {
        self.clock = clock
        retries = settings.retries
        timeout = settings.timeout.nanoseconds
        transmissions.reserveCapacity(settings.count)
        entries.reserveCapacity(settings.count)
    }

    // MARK: What was sent

    /// Whether every datagram that was sent has been answered.
    var isAllAnswered: Bool { summary.received == summary.sent }

    /// When the wait for replies is over, if nothing more is sent.
    var end: Int64 { (transmissions.last?.sentAt ?? 0) + timeout }

    /// Writes down that a datagram was sent, for the first time or again.
    ///
    /// A reply is known by its timestamp: so `time` must be the very one that the datagram's timestamp was made from.
    ///
    /// The first times come in order: 0, 1, 2 ...
    mutating func recordSent(_ sequence: UInt32, at time: Int64) {
        let index = Int32(transmissions.count)
        if sequence < entries.count {
            transmissions.append(Transmission(sequence: sequence, previous: entries[Int(sequence)].latest, sentAt: time))
            entries[Int(sequence)].latest = index
            summary.retransmitted += 1
        } else {
            transmissions.append(Transmission(sequence: sequence, previous: -1, sentAt: time))
            entries.append(Entry(latest: index))
            summary.sent += 1
        }
    }

    /// When the datagram with this header was sent; nil if there was none.
    private func sendingTime(of header: Header) -> Int64? {
        guard header.sequence < entries.count else { return nil }
        var index = entries[Int(header.sequence)].latest
        while index >= 0 {
            let transmission = transmissions[Int(index)]
            if clock.timestamp(at: transmission.sentAt) == header.timestamp { return transmission.sentAt }
            index = transmission.previous
        }
        return nil
    }

    // MARK: What has arrived

    /// Step 4: writes down what has arrived.
    ///
    /// - Returns: How long the round trip took, in nanoseconds, if this is the first reply to a datagram.
    mutating func recordArrival(_ message: Message, at time: Int64) -> Int64? {
        // step 4 begins
        // starter: unsolved(step: 4)
        switch message {
        case .reply(let header):
            guard let sentAt = sendingTime(of: header) else { break }
            return recordReply(to: header.sequence, sentAt: sentAt, at: time)
        case .request(let sequences):
            let known = sequences.filter { $0 < entries.count }
            for sequence in known { sendAgain(sequence) }
            if !known.isEmpty { return nil }
        case .other:
            break
        }
        summary.ignored += 1
        return nil
        // step 4 ends
    }

    /// Step 4: counts a reply once, and sees whether others have overtaken it.
    private mutating func recordReply(to sequence: UInt32, sentAt: Int64, at time: Int64) -> Int64? {
        // step 4 begins
        // starter: unsolved(step: 4)
        guard !entries[Int(sequence)].isAnswered else {
            summary.duplicates += 1
            return nil
        }
        entries[Int(sequence)].isAnswered = true
        summary.received += 1
        if let highestAnswered, sequence < highestAnswered {
            summary.reordered += 1
        } else {
            highestAnswered = sequence
        }
        recordRoundTrip(time - sentAt)
        return time - sentAt
        // step 4 ends
    }

    /// Step 5: takes one more round trip time, in nanoseconds, into the statistics: `recordReply` calls it.
    ///
    /// They keep no list of all times; so what each figure needs must follow from the figures before.
    private mutating func recordRoundTrip(_ nanoseconds: Int64) {
        // step 5 begins
        // starter: // No statistics, until step 5.
        var times = summary.roundTrips ?? RoundTrips()
        let time = Double(nanoseconds)
        times.count += 1
        times.min = min(times.min, time)
        times.max = max(times.max, time)
        // Welford's method: no large sums that have to be subtracted from each other at the end.
        let difference = time - times.average
        times.average += difference / Double(times.count)
        times.squares += difference * (time - times.average)
        // RFC 3550, 6.4.1: D(i-1, i) = (R_i - S_i) - (R_i-1 - S_i-1) is the difference of two round trip times.
        if let latest = times.latest { times.jitter += (abs(time - latest) - times.jitter) / 16 }
        times.latest = time
        summary.roundTrips = times
        // step 5 ends
    }

    // MARK: What is to be sent again

    /// Step 6: has a datagram sent again, unless it has been answered or its retries are used up.
    private mutating func sendAgain(_ sequence: UInt32) {
        // step 6 begins
        guard !entries[Int(sequence)].isAnswered, entries[Int(sequence)].retries < retries else { return }
        entries[Int(sequence)].retries += 1
        resends.append(sequence)
        // step 6 ends
    }

    /// Step 6: has those datagrams sent again that have waited for their reply for too long.
    ///
    /// - Parameter limit: Stops at so many; the others are still late the next time.
    mutating func expire(at time: Int64, upTo limit: Int) {
        // step 6 begins
        while resends.count < limit, let next = nextExpiry, next <= time {
            sendAgain(transmissions[firstUnexpired].sequence)
            firstUnexpired += 1
        }
        // step 6 ends
    }

    /// Step 6: when the next datagram will have waited for too long; nil if there is none.
    ///
    /// The time-out is the same for all, so they expire in the order of sending.
    var nextExpiry: Int64? {
        mutating get {
            // step 6 begins
            // starter: nil
            while firstUnexpired < transmissions.count {
                let transmission = transmissions[firstUnexpired]
                let entry = entries[Int(transmission.sequence)]
                // A later transmission of the same datagram has its own time.
                let isWatched = !entry.isAnswered && entry.latest == firstUnexpired && entry.retries < retries
                if isWatched { return transmission.sentAt + timeout }
                firstUnexpired += 1
            }
            return nil
            // step 6 ends
        }
    }

    /// Step 6: forgets the first so many of ``resends``, which have been sent.
    mutating func removeResends(_ count: Int) {
        // step 6 begins
        resends.removeFirst(count)
        // step 6 ends
    }

    /// The summary of a series that ends now.
    func finalSummary() -> Summary {
        var summary = summary
        summary.duration = clock.now
        return summary
    }
}
