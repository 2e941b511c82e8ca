extension Row.Options {
    /// One option: its bytes, and what must be said of it.
    enum Item {
        case mss(Int)
        case windowScale(Int)
        case sackPermitted
        case timestamps(UInt32, UInt32)
        /// Kind 1: nothing, to align the next one.
        case nothing
        /// Kind 0: nothing behind it counts.
        case end
        /// Any kind with any bytes behind its length.
        case other(kind: UInt8, [UInt8])

        var bytes: [UInt8] {
            switch self {
            case .mss(let size): [2, 4] + Frame.big16(size)
            case .windowScale(let bits): [3, 3, UInt8(bits)]
            case .sackPermitted: [4, 2]
            case .timestamps(let value, let echo): [8, 10] + Frame.big32(value) + Frame.big32(echo)
            case .nothing: [1]
            case .end: [0]
            case .other(let kind, let bytes): [kind, UInt8(bytes.count + 2)] + bytes
            }
        }

        var meaning: [String: JSON] {
            switch self {
            case .mss(let size): ["mss": .number(size)]
            case .windowScale(let bits): ["window_scale": .number(bits)]
            case .sackPermitted: ["sack_permitted": .bool(true)]
            case .timestamps(let value, let echo): ["ts_val": .number(Int(value)), "ts_ecr": .number(Int(echo))]
            case .nothing, .end, .other: [:]
            }
        }
    }

    /// Options in that order, filled up with zeros to a multiple of four bytes. What is behind an end means nothing.
    init(_ items: [Item]) {
        var isOver = false
        for item in items {
            bytes += item.bytes
            if case .end = item { isOver = true }
            if !isOver { meaning.merge(item.meaning) { $1 } }
        }
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    /// What Linux puts into a SYN, with random values.
    static func syn(_ random: inout SeededGenerator) -> Self {
        Self([
            .mss(.random(in: 536...9_000, using: &random)), .sackPermitted,
            .timestamps(.random(in: 1...UInt32.max, using: &random), .random(in: 0...UInt32.max, using: &random)), .nothing,
            .windowScale(.random(in: 0...14, using: &random)),
        ])
    }
}
