/// A datagram that has reached the reflector.
public struct Arrival: Equatable, Sendable {
    /// The how-manieth datagram of its sender this is, from 0 on.
    public let index: Int
    /// Its first four bytes, big-endian; nil where it is too short for a header of 12 bytes.
    public let sequence: UInt32?
    /// How often the sender has sent this sequence before; 0 for the first time.
    public let attempt: Int
    /// How many bytes it has.
    public let size: Int

    /// An arrival with these properties.
    public init(index: Int, sequence: UInt32?, attempt: Int, size: Int) {
        self.index = index
        self.sequence = sequence
        self.attempt = attempt
        self.size = size
    }
}

/// What the reflector does with one datagram.
public struct Fate: Equatable, Sendable {
    /// What goes back.
    public enum Reply: Equatable, Sendable {
        /// Nothing: to the sender, the datagram is lost.
        case none
        /// The same bytes.
        case exact
        /// The same bytes, but for one, whose bits are changed by exclusive or with a mask that is not 0.
        case corrupted(at: Int, mask: UInt8)
        /// The first so many bytes only; 0 is an empty datagram.
        case truncated(to: Int)
        /// The same bytes, and so many zero bytes behind them.
        case extended(by: Int)
        /// These bytes instead.
        case replaced(by: [UInt8])
        /// The same bytes, from a port that the sender has never sent to.
        case fromStranger
    }

    /// What goes back.
    public var reply: Reply
    /// How many times it goes back.
    public var copies: Int
    /// How long the reply is kept.
    public var delay: Duration
    /// Whether the reply then waits until one to another datagram has overtaken it.
    public var isOvertaken: Bool
    /// These sequences are asked for at once, with one `NACK` datagram; none if there are none.
    public var requests: [UInt32]

    /// A fate; without arguments, the datagram goes back once, as it is, at once.
    public init(
        _ reply: Reply = .exact, copies: Int = 1, delay: Duration = .zero, isOvertaken: Bool = false, requests: [UInt32] = []
    ) {
        self.reply = reply
        self.copies = copies
        self.delay = delay
        self.isOvertaken = isOvertaken
        self.requests = requests
    }
}
