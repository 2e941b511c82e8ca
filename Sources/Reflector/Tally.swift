/// What the reflector has done to one sender's datagrams.
///
/// The names are those of a sender's report, and the numbers are those that a correct sender reports, if it sent
/// everything that arrived here, and received everything that went back before it stopped looking.
public struct Tally: Equatable, Sendable {
    /// How many datagrams with a sequence number have arrived, each attempt counted.
    public internal(set) var arrivals = 0
    /// How many different sequences have arrived: a sender's `sent`.
    public internal(set) var sent = 0
    /// How many sequences have gone back exactly.
    public internal(set) var received = 0
    /// Exact replies to what had gone back before.
    public internal(set) var duplicates = 0
    /// First exact replies that went back after one to a higher sequence.
    public internal(set) var reordered = 0
    /// Altered replies: a sender's `ignored`.
    public internal(set) var ignored = 0
    /// Replies from a stranger's port, which no sender may count.
    public internal(set) var fromStranger = 0
    /// `NACK` datagrams.
    public internal(set) var requests = 0
    /// The sequence numbers in them.
    public internal(set) var requestedSequences = 0
    /// Datagrams too short for a header, or with a sequence of ``sequenceLimit`` or more; they are not counted above.
    public internal(set) var others = 0

    /// Sequences that never went back.
    public var lost: Int { sent - received }
    /// Arrivals of a sequence that had arrived before.
    public var retransmitted: Int { arrivals - sent }

    /// No sender sends more datagrams than this, so no higher number is remembered.
    public static let sequenceLimit = 1_000_000

    // By sequence; they grow as sequences come.
    private var attempts: [UInt32] = []
    private var isAnswered: [Bool] = []
    private var highestAnswered = -1

    /// Nothing has happened yet.
    public init() {}

    /// Counts an arrival, and says how often this sequence has arrived before.
    mutating func recordArrival(_ sequence: Int) -> Int {
        if sequence >= attempts.count {
            let more = sequence + 1 - attempts.count
            attempts.append(contentsOf: repeatElement(0, count: more))
            isAnswered.append(contentsOf: repeatElement(false, count: more))
        }
        arrivals += 1
        if attempts[sequence] == 0 { sent += 1 }
        attempts[sequence] += 1
        return Int(attempts[sequence]) - 1
    }

    /// Counts a reply that has gone back exactly.
    mutating func recordExactReply(_ sequence: Int) {
        if isAnswered[sequence] {
            duplicates += 1
            return
        }
        isAnswered[sequence] = true
        received += 1
        if sequence < highestAnswered { reordered += 1 }
        highestAnswered = max(highestAnswered, sequence)
    }
}

extension Tally: CustomStringConvertible {
    /// One line, in the words of a sender's report.
    public var description: String {
        """
        \(sent) sent, \(received) received, \(duplicates) duplicated, \(reordered) reordered, \(retransmitted) retransmitted, \
        \(ignored) ignored, \(fromStranger) from a stranger, \(requestedSequences) asked for again
        """
    }
}
