import Capture

/// Pieces of bytes, one behind the other.
func bytes(_ pieces: [UInt8]...) -> [UInt8] { pieces.flatMap { $0 } }

/// Makes packets byte by byte, as the RFCs say, independent of the code under test.
enum Frame {
    /// An IPv4 packet from 10.0.0.1 to 10.0.0.2, or the other way round.
    static func ipv4(_ payload: [UInt8], protocol number: UInt8 = 6, fromClient: Bool = true, fragment: Int = 0) -> [UInt8] {
        let hosts: [[UInt8]] = fromClient ? [[10, 0, 0, 1], [10, 0, 0, 2]] : [[10, 0, 0, 2], [10, 0, 0, 1]]
        return bytes(
            [0x45, 0], big16(20 + payload.count), [0, 0], big16(fragment), [64, number, 0, 0], hosts[0], hosts[1], payload)
    }

    /// An IPv6 packet from fd00::1 to fd00::2, or the other way round, with extension headers before the payload.
    static func ipv6(_ payload: [UInt8], next: UInt8 = 6, extensions: [UInt8] = [], fromClient: Bool = true) -> [UInt8] {
        let network = bytes([0xFD], [UInt8](repeating: 0, count: 14))
        let ends: [[UInt8]] = fromClient ? [[1], [2]] : [[2], [1]]
        return bytes(
            [0x60, 0, 0, 0], big16(extensions.count + payload.count), [next, 64], network, ends[0], network, ends[1], extensions, payload)
    }

    /// A TCP segment between a client's port and port 80.
    static func tcp(
        clientPort: Int = 40_000, fromClient: Bool = true, flags: UInt8, sequence: UInt32, acknowledgment: UInt32 = 0,
        window: Int = 1_000, options: [UInt8] = [], payload: Int = 0
    ) -> [UInt8] {
        bytes(
            fromClient ? big16(clientPort) : big16(80), fromClient ? big16(80) : big16(clientPort), big32(sequence), big32(acknowledgment),
            [UInt8((20 + options.count) / 4) << 4, flags], big16(window), [0, 0, 0, 0], options, [UInt8](repeating: 0x61, count: payload))
    }

    static func ethernet(_ packet: [UInt8], tags: [Int] = [], type: Int? = nil) -> [UInt8] {
        let type = type ?? (packet[0] >> 4 == 4 ? 0x0800 : 0x86DD)
        return bytes([UInt8](repeating: 2, count: 12), tags.flatMap { bytes(big16($0), [0, 7]) }, big16(type), packet)
    }

    static func big16(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
    static func big32(_ number: UInt32) -> [UInt8] { bytes(big16(Int(number >> 16)), big16(Int(number & 0xFFFF))) }
}

/// Makes capture files in one byte order, as the formats' documents say.
struct Encoder {
    var isBig: Bool
    func u16(_ number: Int) -> [UInt8] { isBig ? Frame.big16(number) : Frame.big16(number).reversed() }
    func u32(_ number: Int) -> [UInt8] { isBig ? Frame.big32(UInt32(number)) : Frame.big32(UInt32(number)).reversed() }
    private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4) }

    /// A classic capture: seconds, fraction of a second, packet.
    func pcap(nanoseconds: Bool, linkType: Int, _ packets: [(seconds: Int, fraction: Int, packet: [UInt8])]) -> [UInt8] {
        var file = bytes(u32(nanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4), u16(2), u16(4), u32(0), u32(0), u32(262_144), u32(linkType))
        for (seconds, fraction, packet) in packets {
            file += bytes(u32(seconds), u32(fraction), u32(packet.count), u32(packet.count), packet)
        }
        return file
    }

    func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
        let body = padded(body)
        return bytes(u32(type), u32(body.count + 12), body, u32(body.count + 12))
    }

    func section() -> [UInt8] {
        block(0x0A0D_0D0A, bytes(u32(0x1A2B_3C4D), u16(1), u16(0), [UInt8](repeating: 0xFF, count: 8)))
    }

    func interface(_ linkType: Int, snapLength: Int = 0, options: [(code: Int, value: [UInt8])] = []) -> [UInt8] {
        let list = options.flatMap { bytes(u16($0.code), u16($0.value.count), padded($0.value)) }
        return block(1, bytes(u16(linkType), u16(0), u32(snapLength), list, options.isEmpty ? [] : u32(0)))
    }

    func enhanced(_ interface: Int, ticks: UInt64, _ packet: [UInt8], originalLength: Int? = nil, options: [UInt8] = []) -> [UInt8] {
        let (high, low) = (Int(ticks >> 32), Int(ticks & 0xFFFF_FFFF))
        return block(
            6,
            bytes(
                u32(interface), u32(high), u32(low), u32(packet.count), u32(originalLength ?? packet.count), padded(packet), options))
    }

    func simple(_ packet: [UInt8], originalLength: Int? = nil) -> [UInt8] {
        block(3, bytes(u32(originalLength ?? packet.count), packet))
    }
}

/// All packets of a capture, and the error that ended it, if any.
func readAll(_ bytes: [UInt8]) -> (packets: [CapturedPacket], error: CaptureFileError?) {
    var packets: [CapturedPacket] = []
    var reader = CaptureReader(bytes: bytes, name: "FILE")
    do throws(CaptureFileError) {
        while let packet = try reader.next() { packets.append(packet) }
        return (packets, nil)
    } catch {
        return (packets, error)
    }
}
