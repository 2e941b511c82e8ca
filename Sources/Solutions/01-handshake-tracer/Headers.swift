// Steps 1 to 3: what stands in the headers of a packet. All numbers have the most significant byte first.
import Capture
import LabProgram
import Sockets

/// Step 1: the IP header at the beginning of `packet`: RFC 791, 3.1; RFC 8200, 3 and 4.
///
/// - Parameters:
///   - packet: The bytes that were captured, from the IP header on.
///   - originalLength: How many there were on the wire; more than `packet` has where a snap length cut it short.
func parseIP(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    // step 1 begins
    guard packet.count > 0 else { throw .cutShort }
    switch packet[0] >> 4 {
    case 4: return try parseIPv4(packet, originalLength: originalLength)
    case 6: return try parseIPv6(packet, originalLength: originalLength)
    default: throw .malformed("IP version is neither 4 nor 6")
    }
    // step 1 ends
}

/// Step 1: a header of 20 to 60 bytes.
private func parseIPv4(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    // step 1 begins
    guard originalLength >= 20 else { throw .malformed("IPv4 header is not whole") }
    guard packet.count >= 20 else { throw .cutShort }
    let headerLength = Int(packet[0] & 0x0F) * 4
    let totalLength = Int(packet.bigEndianUInt16(at: 2))
    guard headerLength >= 20 else { throw .malformed("IPv4 header length is below 20") }
    guard totalLength >= headerLength else { throw .malformed("IPv4 total length is below the header length") }
    guard totalLength <= originalLength else { throw .malformed("IPv4 total length is beyond the packet's end") }
    // More fragments follow, or this is not the first: then there is no whole TCP segment behind the header.
    guard packet.bigEndianUInt16(at: 6) & 0x3FFF == 0 else { throw .fragment }
    guard packet[9] == 6 else { throw .notTCP }
    guard packet.count >= headerLength else { throw .cutShort }
    return IPHeader(
        source: SocketAddress(ipv4: packet.bigEndianUInt32(at: 12)),
        destination: SocketAddress(ipv4: packet.bigEndianUInt32(at: 16)),
        length: headerLength, payloadLength: totalLength - headerLength)
    // step 1 ends
}

/// Step 1: a header of 40 bytes, and then any number of extension headers, each of which says what follows it.
private func parseIPv6(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    // step 1 begins
    guard originalLength >= 40 else { throw .malformed("IPv6 header is not whole") }
    guard packet.count >= 40 else { throw .cutShort }
    let end = 40 + Int(packet.bigEndianUInt16(at: 4))
    guard end <= originalLength else { throw .malformed("IPv6 payload length is beyond the packet's end") }
    var next = packet[6]
    var index = 40
    while next != 6 {
        // Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6. Encrypted is not TCP for us.
        guard [0, 43, 44, 51, 60, 135, 139, 140].contains(next) else { throw .notTCP }
        guard index + 8 <= end else { throw .malformed("IPv6 extension header runs past the packet's end") }
        guard index + 8 <= packet.count else { throw .cutShort }
        var length = (Int(packet[index + 1]) + 1) * 8
        if next == 44 {
            // An offset of 0 and no more to come: a fragment that is the whole packet (RFC 6946).
            guard packet.bigEndianUInt16(at: index + 2) & 0xFFF9 == 0 else { throw .fragment }
            length = 8
        } else if next == 51 {
            length = (Int(packet[index + 1]) + 2) * 4  // RFC 4302 counts in four bytes
        }
        next = packet[index]
        index += length
    }
    guard index <= end else { throw .malformed("IPv6 extension header runs past the packet's end") }
    return IPHeader(
        source: SocketAddress(ipv6: packet.bigEndianUInt128(at: 8)),
        destination: SocketAddress(ipv6: packet.bigEndianUInt128(at: 24)),
        length: index, payloadLength: end - index)
    // step 1 ends
}

/// Step 2: the TCP header at the beginning of `segment`, with its options (step 3): RFC 9293, 3.1.
///
/// - Parameters:
///   - segment: The bytes that were captured, from the TCP header on; there may be fewer or more than belong to it.
///   - wholeLength: How many bytes belong to the segment, by the IP header.
func parseTCP(_ segment: Span<UInt8>, wholeLength: Int) throws(Skipped) -> TCPHeader {
    // step 2 begins
    guard wholeLength >= 20 else { throw .malformed("TCP header is not whole") }
    guard segment.count >= 20 else { throw .cutShort }
    let length = Int(segment[12] >> 4) * 4
    guard length >= 20 else { throw .malformed("TCP header length is below 20") }
    guard length <= wholeLength else { throw .malformed("TCP header runs past the packet's end") }
    var header = TCPHeader(
        sourcePort: segment.bigEndianUInt16(at: 0), destinationPort: segment.bigEndianUInt16(at: 2),
        sequence: segment.bigEndianUInt32(at: 4), acknowledgment: segment.bigEndianUInt32(at: 8),
        flags: Flags(rawValue: segment[13]), window: segment.bigEndianUInt16(at: 14), length: length)
    if length > 20 {
        let captured = min(length, segment.count)
        header.options = try parseOptions(segment.extracting(20..<captured), isCutShort: captured < length)
    }
    return header
    // step 2 ends
}

/// Step 3: the options behind the fixed part of a TCP header: RFC 9293, 3.1 and 3.2; RFC 7323, 2 and 3; RFC 2018, 2.
///
/// - Parameters:
///   - bytes: The options, as far as they were captured.
///   - isCutShort: Whether the snap length cut some off. Then what is there counts, and the rest is no mistake.
func parseOptions(_ bytes: Span<UInt8>, isCutShort: Bool) throws(Skipped) -> TCPOptions {
    // step 3 begins
    // starter: unsolvedSoFar(step: 3)
    // starter: return TCPOptions()
    var options = TCPOptions()
    var index = 0
    while index < bytes.count {
        if bytes[index] == 0 { break }  // end of the list
        if bytes[index] == 1 {  // nothing, there to align the next one
            index += 1
            continue
        }
        guard index + 1 < bytes.count else {
            if isCutShort { break }
            throw .malformed("TCP option has no length")
        }
        let length = Int(bytes[index + 1])
        guard length >= 2 else { throw .malformed("TCP option length is below 2") }
        guard index + length <= bytes.count else {
            if isCutShort { break }
            throw .malformed("TCP option runs past the header's end")
        }
        switch (bytes[index], length) {
        case (2, 4): options.mss = bytes.bigEndianUInt16(at: index + 2)
        case (3, 3): options.windowScale = bytes[index + 2]
        case (4, 2): options.sackPermitted = true
        case (8, 10):
            options.timestamp = .init(value: bytes.bigEndianUInt32(at: index + 2), echo: bytes.bigEndianUInt32(at: index + 6))
        default: break  // unknown, or of a length that it can't have: passed over, as RFC 9293, 3.1 asks
        }
        index += length
    }
    return options
    // step 3 ends
}
