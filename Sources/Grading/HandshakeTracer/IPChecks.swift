import Capture

/// Step 1: what is no TCP segment, and why. None of these packets gets as far as a TCP header.
enum IPChecks {
    typealias Item = SkippedPackets.Item
    /// Something that a TCP header could be.
    private static let segment = Frame.tcp(flags: 2, sequence: 1)

    static func otherProtocols(_ trial: Trial) throws {
        let udp = Frame.udp()
        try SkippedPackets.expect(
            [
                Item(packet: Frame.ipv4(udp, protocol: 17), reason: .notTCP, what: "UDP over IPv4"),
                Item(packet: Frame.ipv4([8, 0, 0, 0, 0, 0, 0, 1], protocol: 1), reason: .notTCP, what: "ICMP over IPv4"),
                Item(packet: Frame.ipv4(segment, protocol: 17, options: [1, 1, 1, 6]), reason: .notTCP, what: "UDP behind IPv4 options"),
                Item(
                    packet: Frame.ipv4([], protocol: 17), reason: .notTCP, what: "an IPv4 header that announces UDP, and nothing behind it"),
                Item(packet: Frame.ipv6(udp, next: 17), reason: .notTCP, what: "UDP over IPv6"),
                Item(packet: Frame.ipv6([128, 0, 0, 0], next: 58), reason: .notTCP, what: "ICMPv6"),
                Item(packet: Frame.ipv6([], next: 59), reason: .notTCP, what: "IPv6 without anything behind it (next header 59)"),
                Item(packet: Frame.ipv6(segment, next: 50), reason: .notTCP, what: "encrypted IPv6 (next header 50)"),
            ], trial, step: 1)
    }

    static func fragments(_ trial: Trial) throws {
        let udp = Frame.udp()
        func header(_ next: UInt8, _ field: Int) -> [UInt8] { join([next, 0], Frame.big16(field), [0, 0, 0, 9]) }
        try SkippedPackets.expect(
            [
                Item(packet: Frame.ipv4(segment, fragment: 0x2000), reason: .fragment, what: "the first IPv4 fragment (more follow)"),
                Item(packet: Frame.ipv4(segment, fragment: 0x2007), reason: .fragment, what: "a middle IPv4 fragment"),
                Item(packet: Frame.ipv4(segment, fragment: 0x0007), reason: .fragment, what: "the last IPv4 fragment (an offset alone)"),
                Item(packet: Frame.ipv4(segment, fragment: 0x1000), reason: .fragment, what: "an IPv4 fragment far behind (offset 4096)"),
                Item(packet: Frame.ipv4(udp, protocol: 17, fragment: 0x4000), reason: .notTCP, what: "UDP, \"don't fragment\""),
                Item(packet: Frame.ipv4(udp, protocol: 17, fragment: 0x8000), reason: .notTCP, what: "UDP, with the reserved flag"),
                Item(
                    packet: Frame.ipv6(segment, next: 44, extensions: header(6, 0x0001)), reason: .fragment, what: "the first IPv6 fragment"
                ),
                Item(
                    packet: Frame.ipv6(segment, next: 44, extensions: header(6, 0x0018)), reason: .fragment, what: "the last IPv6 fragment"),
                Item(
                    packet: Frame.ipv6(segment, next: 44, extensions: header(6, 0x0800)), reason: .fragment,
                    what: "an IPv6 fragment far behind (offset 2048)"),
                Item(
                    packet: Frame.ipv6(udp, next: 44, extensions: join([17, 7], Frame.big16(0), [0, 0, 0, 9])), reason: .notTCP,
                    what: "UDP behind a fragment header of IPv6 whose reserved byte is not 0 (RFC 8200, 4.5: ignored)"),
                Item(
                    packet: Frame.ipv6(udp, next: 44, extensions: header(17, 0)), reason: .notTCP,
                    what: "UDP behind a fragment header of IPv6 with offset 0 and nothing to follow (RFC 6946)"),
            ], trial, step: 1)
    }

    static func extensionHeaders(_ trial: Trial) throws {
        let fragment: [UInt8] = [6, 0, 0, 1, 0, 0, 0, 9]
        let empty: [UInt8] = [0, 1, 4, 0, 0, 0, 0]
        let authentication = join([44, 4], [UInt8](repeating: 0, count: 22))
        // Each is followed by a fragment header, which shows only to those who find its beginning.
        var items = [UInt8]([0, 43, 60, 135, 139, 140]).map { kind in
            Item(
                packet: Frame.ipv6(segment, next: kind, extensions: join([44], empty, fragment)), reason: .fragment,
                what: "an IPv6 fragment behind an extension header of kind \(kind)")
        }
        items += [
            Item(
                packet: Frame.ipv6(segment, next: 60, extensions: join([44, 1], [UInt8](repeating: 0, count: 14), fragment)),
                reason: .fragment, what: "an IPv6 fragment behind 16 bytes of destination options"),
            Item(
                packet: Frame.ipv6(segment, next: 51, extensions: join(authentication, fragment)), reason: .fragment,
                what: "an IPv6 fragment behind an authentication header of 24 bytes (it counts in four bytes: RFC 4302)"),
            Item(
                packet: Frame.ipv6(segment, next: 0, extensions: join([43], empty, [60], empty, [44], empty, fragment)),
                reason: .fragment, what: "an IPv6 fragment behind three extension headers"),
            Item(
                packet: Frame.ipv6(Frame.udp(), next: 0, extensions: join([17], empty)), reason: .notTCP,
                what: "UDP behind hop-by-hop options"),
            Item(
                packet: Frame.ipv6([], next: 0, extensions: join([59], empty)), reason: .notTCP,
                what: "hop-by-hop options, and nothing behind them (next header 59)"),
            Item(
                packet: Frame.ipv6([], next: 0, extensions: [6, 9, 0, 0, 0, 0, 0, 0]), reason: .malformed,
                what: "an IPv6 extension header that says 80 bytes where 8 are left"),
            Item(packet: Frame.ipv6([], next: 0), reason: .malformed, what: "an IPv6 packet that ends before its extension header"),
        ]
        try SkippedPackets.expect(items, trial, step: 1)
    }

    static func malformed(_ trial: Trial) throws {
        func changed(_ index: Int, _ value: UInt8, _ what: String, of packet: [UInt8] = Frame.ipv4(segment)) -> Item {
            var packet = packet
            packet[index] = value
            return Item(packet: packet, reason: .malformed, what: what)
        }
        try SkippedPackets.expect(
            [
                changed(0, 0x55, "IP version 5"), changed(0, 0x05, "IP version 0"),
                changed(0, 0x44, "an IPv4 header of 16 bytes by its own account"),
                changed(3, 19, "an IPv4 total length of 19"), changed(3, 0, "an IPv4 total length of 0"),
                changed(3, 41, "an IPv4 total length of 41 in a packet of 40 bytes"),
                changed(5, 21, "an IPv6 payload length of 21 in a packet with 20 behind the header", of: Frame.ipv6(segment)),
                Item(packet: Array(Frame.ipv4(segment).prefix(1)), reason: .malformed, what: "1 byte of an IPv4 header, and no more"),
                Item(packet: Array(Frame.ipv6(segment).prefix(1)), reason: .malformed, what: "1 byte of an IPv6 header, and no more"),
                Item(packet: Array(Frame.ipv4(segment).prefix(12)), reason: .malformed, what: "12 bytes of an IPv4 header, and no more"),
                Item(packet: Array(Frame.ipv6(segment).prefix(39)), reason: .malformed, what: "39 bytes of an IPv6 header, and no more"),
            ], trial, step: 1)
    }

    static func snapped(_ trial: Trial) throws {
        let (four, six) = (Frame.ipv4(segment, options: [1, 1, 1, 1]), Frame.ipv6(segment, next: 0, extensions: [6, 0, 1, 4, 0, 0, 0, 0]))
        func cut(_ packet: [UInt8], _ count: Int, _ what: String) -> Item {
            Item(packet: Array(packet.prefix(count)), reason: .cutShort, what: what, originalLength: packet.count)
        }
        try SkippedPackets.expect(
            [
                cut(four, 1, "an IPv4 packet of which the snap length left 1 byte"),
                cut(four, 19, "an IPv4 packet of which the snap length left 19 bytes"),
                Item(
                    packet: Array(Frame.ipv4(Frame.udp(), protocol: 17).prefix(20)), reason: .notTCP,
                    what: "UDP over IPv4 of which the snap length left the IPv4 header", originalLength: 36),
                cut(four, 22, "an IPv4 packet whose options were cut by the snap length"),
                cut(six, 1, "an IPv6 packet of which the snap length left 1 byte"),
                cut(six, 39, "an IPv6 packet of which the snap length left 39 bytes"),
                cut(six, 40, "an IPv6 packet of which the snap length left the first header alone, with an extension header to follow"),
                cut(six, 44, "an IPv6 packet whose extension header was cut by the snap length"),
            ], trial, step: 1)
        let frame = Frame.ethernet(four)
        try SkippedPackets.expect(
            [
                Item(
                    packet: Array(frame.prefix(14)), reason: .cutShort, what: "an IPv4 packet of which the snap length left nothing",
                    linkType: .ethernet, originalLength: frame.count)
            ], trial, step: 1)
    }
}
