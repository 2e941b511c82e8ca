import Capture
import Testing

/// A generator with a seed, so that a failure can be had again: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A capture with up to eight bytes changed, some cut out or doubled, or its end cut off.
func damaged(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...4: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 5: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        case 6: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 7: bytes.removeSubrange(index..<min(bytes.count, index + 4))
        case 8: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 4)], at: index)
        default: bytes.removeSubrange(index...)
        }
        if bytes.isEmpty { break }
    }
    return bytes
}

@Suite("Damaged captures")
struct DamageTests {
    static let captures: [[UInt8]] = {
        let packets = [Frame.ethernet(Frame.ipv4(Frame.tcp(flags: 2, sequence: 1)), tags: [0x8100]), Frame.ethernet([0, 1], type: 0x0806)]
        let (little, big) = (Encoder(isBig: false), Encoder(isBig: true))
        let resolution: [(code: Int, value: [UInt8])] = [(9, [0x8A]), (14, [0, 0, 0, 0, 0, 0, 0, 1])]
        return [
            little.pcap(nanoseconds: false, linkType: 1, packets.map { (1, 2, $0) }),
            big.pcap(nanoseconds: true, linkType: 113, packets.map { (1, 2, $0) }),
            bytes(
                little.section(), little.interface(1, options: resolution), little.enhanced(0, ticks: 9, packets[0]),
                little.simple(packets[1]), big.section(), big.interface(0), big.block(5, [1, 2]),
                big.enhanced(0, ticks: 1 << 40, packets[0])),
        ]
    }()

    @Test("10,000 damaged captures are read without a crash, and without more than they hold", arguments: captures.indices)
    func mutations(index: Int) {
        var generator = SeededGenerator(state: UInt64(index))
        for _ in 0..<3_400 {
            let bytes = damaged(Self.captures[index], &generator)
            let (packets, _) = readAll(bytes)
            #expect(packets.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
            for packet in packets {
                if case .ip(let start) = packet.network { #expect(start <= packet.bytes.count) }
            }
        }
    }
}
