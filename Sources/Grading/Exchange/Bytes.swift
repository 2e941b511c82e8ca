import Foundation

/// `1 byte`, `5 bytes`, `65,536 bytes`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A number with commas between the thousands.
func grouped(_ number: Int) -> String {
    var digits = String(abs(number))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// Bytes as a quoted text, with escapes for what is not printable ASCII, cut after `limit` of them.
func readable(_ bytes: some Collection<UInt8>, limit: Int = 40) -> String {
    let text = bytes.prefix(limit).map { byte in
        switch byte {
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\t"): "\\t"
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0: "\\0"
        case 0x20...0x7E: String(Unicode.Scalar(byte))
        default: "\\x" + hex(byte)
        }
    }.joined()
    return "\"\(text)\"" + (bytes.count > limit ? "..." : "")
}

/// Two upper-case digits.
func hex(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}

/// A byte as a reader would name it.
func named(_ byte: UInt8) -> String {
    switch byte {
    case 0: "the NUL byte"
    case UInt8(ascii: "\n"): "the newline"
    case 0x21...0x7E: "the byte '\(Unicode.Scalar(byte))'"
    default: "the byte 0x\(hex(byte))"
    }
}

/// What came back, compared with what should have.
struct Comparison {
    let expected: [UInt8]
    let received: [UInt8]

    /// Where they first differ: a place in either, or the end of the shorter one; nil if they are the same.
    var firstDifference: Int? {
        // Megabytes, in blocks: Data compares a block in one go (memcmp), arrays byte by byte.
        let (expectedData, receivedData) = (Data(expected), Data(received))
        let shorter = min(expected.count, received.count)
        for start in stride(from: 0, to: shorter, by: 4_096) {
            let block = start..<min(start + 4_096, shorter)
            if expectedData[block] != receivedData[block] { return block.first { expectedData[$0] != receivedData[$0] } }
        }
        return expected.count == received.count ? nil : shorter
    }

    /// What is wrong, in words and bytes: `sent 5 bytes, got back 3: stopped before the NUL byte at offset 3`.
    var description: String {
        guard let place = firstDifference else { return "sent \(counted(expected.count, "byte")), got the same back" }
        let counts = "sent \(counted(expected.count, "byte")), got back \(grouped(received.count))"
        if place == received.count {
            return "\(counts): stopped before \(named(expected[place])) at offset \(grouped(place))\n" + excerpts(around: place)
        }
        if place == expected.count {
            return "\(counts): \(counted(received.count - place, "byte")) too many, \(readable(received[place...]))"
        }
        var text = "\(counts): at offset \(grouped(place)) \(named(expected[place])) came back as \(named(received[place]))"
        if received[place...].starts(with: [0xEF, 0xBF, 0xBD]) {
            text += " (EF BF BD is U+FFFD, what a text decoder puts for bytes that are no UTF-8: treat bytes as bytes)"
        }
        return text + "\n" + excerpts(around: place)
    }

    private func excerpts(around place: Int) -> String {
        let start = max(0, place - 8)
        return "  expected \(excerpt(expected, from: start))\n  received \(excerpt(received, from: start))"
    }

    /// Sixteen bytes from an offset on, as hex and as text.
    private func excerpt(_ bytes: [UInt8], from start: Int) -> String {
        guard start < bytes.count else { return "offset \(grouped(start)): nothing" }
        let part = bytes[start..<min(start + 16, bytes.count)]
        // A dot for what is not printable, as hexdump(1) does.
        let text = part.map { (0x20...0x7E).contains($0) ? String(Unicode.Scalar($0)) : "." }.joined()
        return "offset \(grouped(start)): \(part.map(hex).joined(separator: " "))  |\(text)|"
    }
}

/// A number that is another for other bytes, and the same in every run: FNV-1a, 64 bits.
///
/// - Parameter seed: What came of the bytes before these.
public func hash(of bytes: some Sequence<UInt8>, after seed: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
    bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// Random numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// So many random bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 8)
        while result.count < count {
            let word = next()
            for shift in stride(from: 0, to: 64, by: 8) { result.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
        }
        result.removeLast(result.count - count)
        return result
    }
}
