/// An interface of a pcapng section: what its packets begin with, and how its times count.
struct PcapngInterface {
    let linkType: LinkType
    /// How much of a packet was kept at most, in bytes; 0 is no limit.
    let snapLength: Int
    /// if_tsresol: a power of ten, or with the topmost bit set, of two. The default is microseconds.
    private var resolution: UInt8 = 6
    /// if_tsoffset: seconds to add to each time.
    private var offset: Int64 = 0

    /// The body of an interface description block.
    init(_ body: Span<UInt8>, _ order: ByteOrder) throws(RecordError) {
        guard body.count >= 8 else { throw .damaged("an interface description can't be \(body.count + 12) bytes long") }
        linkType = LinkType(rawValue: UInt32(order.uint16(body, at: 0)))
        snapLength = Int(order.uint32(body, at: 4))
        var index = 8
        while index + 4 <= body.count {
            let code = order.uint16(body, at: index)
            let length = Int(order.uint16(body, at: index + 2))
            if code == 0 { return }
            let value = index + 4
            guard value + length <= body.count else { throw .damaged("an option of an interface runs past the end of its block") }
            switch (code, length) {
            case (9, 1): resolution = body[value]
            case (14, 8):
                let (first, second) = (UInt64(order.uint32(body, at: value)), UInt64(order.uint32(body, at: value + 4)))
                offset = Int64(bitPattern: order == .big ? first << 32 | second : second << 32 | first)
            default: break
            }
            index = value + (length + 3) / 4 * 4
        }
    }

    /// The time since 1970 of a packet that was captured at so many ticks.
    func time(ticks: UInt64) -> Duration {
        let (seconds, attoseconds) = split(ticks)
        // No machine lives for 30,000 years; a damaged time must not overflow what is computed with it.
        let limit: Int64 = 1_000_000_000_000
        let sum = Int64(clamping: seconds).addingReportingOverflow(min(max(offset, -limit), limit))
        let sane = sum.overflow ? limit : min(max(sum.partialValue, -limit), limit)
        return Duration(secondsComponent: sane, attosecondsComponent: attoseconds)
    }

    private func split(_ ticks: UInt64) -> (seconds: UInt64, attoseconds: Int64) {
        let exponent = Int(resolution & 0x7F)
        let attosecondsPerSecond: UInt64 = 1_000_000_000_000_000_000
        if resolution & 0x80 != 0 {
            let seconds = exponent < 64 ? ticks >> UInt64(exponent) : 0
            let rest = exponent < 64 ? ticks & ((1 << UInt64(exponent)) - 1) : ticks
            return (seconds, Int64((UInt128(rest) * UInt128(attosecondsPerSecond)) >> UInt128(exponent)))
        }
        guard exponent > 18 else {
            let perSecond = Self.powerOfTen(exponent)
            return (ticks / perSecond, Int64(ticks % perSecond * (attosecondsPerSecond / perSecond)))
        }
        // Finer than an attosecond: what is below one is dropped.
        guard exponent - 18 <= 19 else { return (0, 0) }
        let attoseconds = ticks / Self.powerOfTen(exponent - 18)
        return (attoseconds / attosecondsPerSecond, Int64(attoseconds % attosecondsPerSecond))
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
