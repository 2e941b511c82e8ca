/// Packets and headers, byte by byte, as the RFCs say, and independent of any code under test.
enum Frame {
    /// The hosts of packets that name no others.
    static let hosts: [[UInt8]] = [[10, 0, 0, 1], [10, 0, 0, 2]]
    static let hosts6: [[UInt8]] = [1, 2].map { join([0xFD], [UInt8](repeating: 0, count: 14), [$0]) }

    /// An IPv4 packet: RFC 791. `fragment` is the field of flags and offset; options fill whole groups of four bytes.
    static func ipv4(
        _ payload: [UInt8], protocol number: UInt8 = 6, fromClient: Bool = true, fragment: Int = 0, hosts: [[UInt8]] = hosts,
        options: [UInt8] = []
    ) -> [UInt8] {
        let length = 20 + options.count
        let ends = fromClient ? hosts : hosts.reversed()
        return join(
            [0x40 | UInt8(length / 4), 0], big16(length + payload.count), [0, 0], big16(fragment), [64, number, 0, 0], ends[0], ends[1],
            options, payload)
    }

    /// An IPv6 packet, with extension headers before the payload: RFC 8200.
    static func ipv6(
        _ payload: [UInt8], next: UInt8 = 6, extensions: [UInt8] = [], fromClient: Bool = true, hosts: [[UInt8]] = hosts6
    ) -> [UInt8] {
        let ends = fromClient ? hosts : hosts.reversed()
        return join([0x60, 0, 0, 0], big16(extensions.count + payload.count), [next, 64], ends[0], ends[1], extensions, payload)
    }

    /// A TCP segment between a client's port and a server's: RFC 9293, 3.1. Options fill whole groups of four bytes.
    static func tcp(
        clientPort: Int = 40_000, serverPort: Int = 80, fromClient: Bool = true, flags: UInt8, sequence: UInt32,
        acknowledgment: UInt32 = 0, window: Int = 1_000, options: [UInt8] = [], payload: Int = 0
    ) -> [UInt8] {
        join(
            big16(fromClient ? clientPort : serverPort), big16(fromClient ? serverPort : clientPort), big32(sequence),
            big32(acknowledgment), [UInt8((20 + options.count) / 4) << 4, flags], big16(window), [0, 0, 0, 0], options,
            [UInt8](repeating: 0x61, count: payload))
    }

    /// A UDP datagram: RFC 768.
    static func udp(payload: Int = 8) -> [UInt8] {
        join(big16(5_353), big16(53), big16(8 + payload), [0, 0], [UInt8](repeating: 0x62, count: payload))
    }

    /// An Ethernet frame, with IEEE 802.1Q tags of those types. Without a type, that of the IP packet in it.
    static func ethernet(_ packet: [UInt8], tags: [Int] = [], type: Int? = nil) -> [UInt8] {
        join([UInt8](repeating: 2, count: 12), tags.flatMap { join(big16($0), [0, 7]) }, big16(type ?? etherType(of: packet)), packet)
    }

    /// The EtherType of an IP packet.
    static func etherType(of packet: [UInt8]) -> Int { packet[0] >> 4 == 4 ? 0x0800 : 0x86DD }

    static func big16(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
    static func big32(_ number: UInt32) -> [UInt8] { join(big16(Int(number >> 16)), big16(Int(number & 0xFFFF))) }
}

/// Pieces of bytes, one behind the other.
func join(_ pieces: [UInt8]...) -> [UInt8] { pieces.flatMap { $0 } }

/// Makes capture files in one byte order, as the formats' documents say: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
struct CaptureEncoder {
    var isBig: Bool
    func u16(_ number: Int) -> [UInt8] { isBig ? Frame.big16(number) : Frame.big16(number).reversed() }
    func u32(_ number: Int) -> [UInt8] { isBig ? Frame.big32(UInt32(number)) : Frame.big32(UInt32(number)).reversed() }
    private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4) }

    /// A classic capture: seconds, fraction of a second, packet.
    func pcap(nanoseconds: Bool, linkType: Int, _ packets: [(seconds: Int, fraction: Int, packet: [UInt8])]) -> [UInt8] {
        var file = join(u32(nanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4), u16(2), u16(4), u32(0), u32(0), u32(262_144), u32(linkType))
        for (seconds, fraction, packet) in packets {
            file += join(u32(seconds), u32(fraction), u32(packet.count), u32(packet.count), packet)
        }
        return file
    }

    func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
        let body = padded(body)
        return join(u32(type), u32(body.count + 12), body, u32(body.count + 12))
    }

    func section() -> [UInt8] {
        block(0x0A0D_0D0A, join(u32(0x1A2B_3C4D), u16(1), u16(0), [UInt8](repeating: 0xFF, count: 8)))
    }

    func interface(_ linkType: Int, snapLength: Int = 0, options: [(code: Int, value: [UInt8])] = []) -> [UInt8] {
        let list = options.flatMap { join(u16($0.code), u16($0.value.count), padded($0.value)) }
        return block(1, join(u16(linkType), u16(0), u32(snapLength), list, options.isEmpty ? [] : u32(0)))
    }

    func enhanced(_ interface: Int, ticks: UInt64, _ packet: [UInt8], originalLength: Int? = nil, options: [UInt8] = []) -> [UInt8] {
        let (high, low) = (Int(ticks >> 32), Int(ticks & 0xFFFF_FFFF))
        return block(
            6, join(u32(interface), u32(high), u32(low), u32(packet.count), u32(originalLength ?? packet.count), padded(packet), options))
    }

    func simple(_ packet: [UInt8], originalLength: Int? = nil) -> [UInt8] {
        block(3, join(u32(originalLength ?? packet.count), packet))
    }
}
