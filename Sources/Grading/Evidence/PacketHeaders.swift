import Capture
import Sockets

/// What a ladder shows of a packet. Only for what this machine's own kernel sent: it is whole and well-formed.
struct PacketHeaders {
    let source: SocketAddress
    let destination: SocketAddress
    let transport: Transport
    /// How many bytes of payload were on the wire.
    let length: Int
    /// Those that were captured.
    let payload: ArraySlice<UInt8>

    enum Transport: Equatable {
        case tcp(flags: UInt8, sequence: UInt32, acknowledgment: UInt32, window: UInt16)
        case udp
    }

    /// Takes a packet without a link header apart; nil if it holds neither TCP nor UDP.
    init?(_ packet: CapturedPacket) {
        let bytes = packet.bytes.span
        guard bytes.count >= 40 || (bytes.count >= 28 && bytes[0] >> 4 == 4) else { return nil }
        let isIPv4 = bytes[0] >> 4 == 4
        // RFC 791, 3.1; RFC 8200, 3.
        let start = isIPv4 ? Int(bytes[0] & 15) * 4 : 40
        let number = bytes[isIPv4 ? 9 : 6]
        guard bytes.count >= start + (number == 6 ? 20 : 8) else { return nil }
        let ports = (bytes.bigEndianUInt16(at: start), bytes.bigEndianUInt16(at: start + 2))
        if isIPv4 {
            source = SocketAddress(ipv4: bytes.bigEndianUInt32(at: 12), port: ports.0)
            destination = SocketAddress(ipv4: bytes.bigEndianUInt32(at: 16), port: ports.1)
        } else {
            source = SocketAddress(ipv6: bytes.bigEndianUInt128(at: 8), port: ports.0)
            destination = SocketAddress(ipv6: bytes.bigEndianUInt128(at: 24), port: ports.1)
        }
        let payloadStart: Int
        switch number {
        case 6:
            // RFC 9293, 3.1.
            transport = .tcp(
                flags: bytes[start + 13], sequence: bytes.bigEndianUInt32(at: start + 4),
                acknowledgment: bytes.bigEndianUInt32(at: start + 8), window: bytes.bigEndianUInt16(at: start + 14))
            payloadStart = start + Int(bytes[start + 12] >> 4) * 4
        case 17:
            // RFC 768.
            transport = .udp
            payloadStart = start + 8
        default: return nil
        }
        length = max(0, packet.originalLength - payloadStart)
        payload = packet.bytes.dropFirst(payloadStart)
    }
}
