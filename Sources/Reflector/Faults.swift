/// Faults with a probability each, and a seed that decides which datagrams they hit.
///
/// The decision depends on the seed, the sequence number and the attempt alone, never on time or order. So the same series
/// meets the same faults again, and ``fate(of:)`` tells beforehand what will become of a datagram.
public struct Faults: Equatable, Sendable {
    /// How often, 0...1, a datagram gets no reply.
    public var loss = 0.0
    /// How often a datagram gets no reply, but a `NACK` that asks for it again.
    public var requests = 0.0
    /// How often the reply comes from a stranger's port.
    public var strangers = 0.0
    /// How often one byte of the reply is altered.
    public var corruption = 0.0
    /// How often the reply is cut short.
    public var truncation = 0.0
    /// How often the reply comes twice; also an altered one.
    public var duplication = 0.0
    /// How often the reply is held until another one has overtaken it.
    public var reordering = 0.0
    /// How long each reply is kept at least.
    public var delay = Duration.zero
    /// How much longer it is kept at most; evenly spread.
    public var delaySpread = Duration.zero
    /// Another seed hits other datagrams.
    public var seed: UInt64

    /// No faults yet.
    public init(seed: UInt64 = 0) {
        self.seed = seed
    }

    /// What will become of a datagram.
    ///
    /// Of loss, requests, strangers, corruption and truncation, the first that hits is taken.
    public func fate(of arrival: Arrival) -> Fate {
        // One without a header is known by its place in the row.
        var draws = Draws(seed: seed, arrival.sequence.map(UInt64.init) ?? ~UInt64(arrival.index), UInt64(arrival.attempt))
        // Every draw is made for every datagram, so that one probability does not change what another one hits.
        let isLost = draws.hits(loss)
        let isRequested = draws.hits(requests)
        let isStrange = draws.hits(strangers)
        let isCorrupted = draws.hits(corruption)
        let isTruncated = draws.hits(truncation)
        let isDoubled = draws.hits(duplication)
        let isOvertaken = draws.hits(reordering)
        let delay = delay + delaySpread * draws.fraction()
        let place = draws.number()

        if isLost { return Fate(.none) }
        if isRequested, let sequence = arrival.sequence { return Fate(.none, requests: [sequence]) }
        var fate = Fate(copies: isDoubled ? 2 : 1, delay: delay, isOvertaken: isOvertaken)
        if isStrange {
            fate.reply = .fromStranger
        } else if isCorrupted, arrival.size >= 12 {
            fate.reply = .corrupted(at: Faults.alteredByte(place, size: arrival.size), mask: UInt8(1 + place >> 32 % 255))
        } else if isTruncated, arrival.size > 0 {
            fate.reply = .truncated(to: Int(place % UInt64(arrival.size)))
        }
        return fate
    }

    /// A byte of the sequence number, the timestamp or the filler, each as likely.
    ///
    /// In the numbers it is one of the uppermost bytes. A lower one could turn a reply into that to another datagram, sent
    /// within the same microsecond: no fault that anybody could see.
    private static func alteredByte(_ place: UInt64, size: Int) -> Int {
        let rest = Int(place >> 8 & 0xFFFF_FFFF)
        return switch place % (size > 12 ? 3 : 2) {
        case 0: 0
        case 1: 4 + rest % 4
        default: 12 + rest % (size - 12)
        }
    }
}

/// Random numbers that depend on three numbers alone: SplitMix64 (Steele, Lea and Flood, 2014).
struct Draws {
    private var state: UInt64

    init(seed: UInt64, _ first: UInt64, _ second: UInt64) {
        state = seed
        state = number() ^ first
        state = number() ^ second
    }

    mutating func number() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// 0 or more, less than 1.
    mutating func fraction() -> Double { Double(number() >> 11) * 0x1p-53 }

    mutating func hits(_ probability: Double) -> Bool { fraction() < probability }
}
