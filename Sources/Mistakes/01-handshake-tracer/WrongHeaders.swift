// Steps 1 to 3, with the mistakes that are made in them.
import Capture
import Sockets

func parseIP(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    guard packet.count > 0 || makes("version-read-unasked") else { throw .cutShort }
    switch packet[0] >> 4 {
    case 4: return try parseIPv4(packet, originalLength: originalLength)
    case 6: return try parseIPv6(packet, originalLength: originalLength)
    default: throw .malformed("IP version is neither 4 nor 6")
    }
}

private func parseIPv4(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    if makes("length-read-unasked") { _ = packet.bigEndianUInt16(at: 2) }
    guard originalLength >= 20 else { throw .malformed("IPv4 header is not whole") }
    guard packet.count >= 20 else { throw makes("snap-length-is-damage") ? .malformed("IPv4 header is not whole") : .cutShort }
    let headerLength = makes("ip-options-ignored") ? 20 : Int(packet[0] & 0x0F) * 4
    let totalLength = Int(packet.bigEndianUInt16(at: 2))
    guard headerLength >= 20 else { throw .malformed("IPv4 header length is below 20") }
    guard totalLength >= headerLength + (makes("nothing-behind-is-damage") ? 1 : 0) else {
        throw .malformed("IPv4 total length is below the header length")
    }
    if totalLength > originalLength, !makes("total-length-trusted") {
        throw .malformed("IPv4 total length is beyond the packet's end")
    }
    let mask: UInt16 = makes("dont-fragment-is-a-fragment") ? 0x7FFF : makes("first-fragment-traced") ? 0x1FFF : 0x3FFF
    guard packet.bigEndianUInt16(at: 6) & mask == 0 else { throw .fragment }
    guard packet[9] == 6 || makes("protocol-ignored") else { throw .notTCP }
    guard packet.count >= headerLength else { throw .cutShort }
    return IPHeader(
        source: SocketAddress(ipv4: packet.bigEndianUInt32(at: 12)),
        destination: SocketAddress(ipv4: packet.bigEndianUInt32(at: 16)),
        length: headerLength,
        payloadLength: (makes("padding-counted") ? originalLength : makes("length-from-capture") ? packet.count : totalLength)
            - headerLength)
}

private func parseIPv6(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    guard originalLength >= 40 else { throw .malformed("IPv6 header is not whole") }
    guard packet.count >= 40 else { throw .cutShort }
    let end = 40 + Int(packet.bigEndianUInt16(at: 4))
    guard end <= originalLength else { throw .malformed("IPv6 payload length is beyond the packet's end") }
    var next = packet[6]
    var index = 40
    while next != 6 {
        if makes("extension-headers-forgotten") { throw .notTCP }
        guard [0, 43, 44, 51, 60, 135, 139, 140].contains(next) else { throw .notTCP }
        guard index + 8 <= end else { throw .malformed("IPv6 extension header runs past the packet's end") }
        guard index + 8 <= packet.count || makes("extension-read-unasked") else { throw .cutShort }
        var length = (Int(packet[index + 1]) + 1) * 8
        if next == 44 {
            guard packet.bigEndianUInt16(at: index + 2) & 0xFFF9 == 0 else { throw .fragment }
            length = 8
        } else if next == 51, !makes("authentication-in-eights") {
            length = (Int(packet[index + 1]) + 2) * 4  // RFC 4302 counts in four bytes
        }
        next = packet[index]
        index += length
    }
    guard index <= end else { throw .malformed("IPv6 extension header runs past the packet's end") }
    return IPHeader(
        source: SocketAddress(ipv6: packet.bigEndianUInt128(at: 8)),
        destination: SocketAddress(ipv6: packet.bigEndianUInt128(at: 24)),
        length: index, payloadLength: end - (makes("extension-headers-are-payload") ? 40 : index))
}

func parseTCP(_ segment: Span<UInt8>, wholeLength: Int) throws(Skipped) -> TCPHeader {
    guard wholeLength >= 20 else { throw .malformed("TCP header is not whole") }
    guard segment.count >= 20 else { throw .cutShort }
    let length = makes("data-offset-ignored") ? 20 : Int(segment[12] >> 4) * 4
    guard length >= 20 || makes("data-offset-trusted") else { throw .malformed("TCP header length is below 20") }
    guard length <= wholeLength else { throw .malformed("TCP header runs past the packet's end") }
    var header = TCPHeader(
        sourcePort: segment.bigEndianUInt16(at: 0), destinationPort: segment.bigEndianUInt16(at: 2),
        sequence: segment.bigEndianUInt32(at: 4), acknowledgment: segment.bigEndianUInt32(at: 8),
        flags: Flags(rawValue: segment[13] & (makes("six-flags") ? 0x3F : 0xFF)), window: segment.bigEndianUInt16(at: 14), length: length)
    if makes("window-byte-order") { header.window = header.window.byteSwapped }
    if makes("ports-swapped") { swap(&header.sourcePort, &header.destinationPort) }
    if length > 20 {
        let captured = min(length, segment.count)
        header.options = try parseOptions(segment.extracting(20..<captured), isCutShort: captured < length)
    }
    return header
}

func parseOptions(_ bytes: Span<UInt8>, isCutShort: Bool) throws(Skipped) -> TCPOptions {
    var options = TCPOptions()
    var index = 0
    while index < bytes.count {
        if bytes[index] == 0, !makes("end-of-options-ignored") { break }
        if bytes[index] <= 1 {
            index += 1
            continue
        }
        guard index + 1 < bytes.count || makes("option-length-unread") else {
            if isCutShort { break }
            throw .malformed("TCP option has no length")
        }
        let length = Int(bytes[index + 1])
        guard length >= 2 || makes("option-length-zero") else { throw .malformed("TCP option length is below 2") }
        guard index + length <= bytes.count else {
            if isCutShort, !makes("snapped-options-are-damage") { break }
            throw .malformed("TCP option runs past the header's end")
        }
        switch (bytes[index], length) {
        case (2, 4):
            let size = bytes.bigEndianUInt16(at: index + 2)
            options.mss = makes("mss-little-endian") ? size.byteSwapped : size
        case (3, 3): options.windowScale = bytes[index + 2]
        case (4, 2): options.sackPermitted = true
        case (8, 10):
            let (one, other) = (bytes.bigEndianUInt32(at: index + 2), bytes.bigEndianUInt32(at: index + 6))
            options.timestamp = makes("time-stamps-swapped") ? .init(value: other, echo: one) : .init(value: one, echo: other)
        default: if makes("unknown-option-ends-list") { return options }
        }
        index += length
    }
    return options
}
