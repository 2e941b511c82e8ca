/// The classic format: a header of 24 bytes, then records of 16 bytes and a packet each. draft-ietf-opsawg-pcap
struct PcapHeader {
    /// The magic number, read with the most significant byte first, tells the byte order and the unit of the times.
    static let kinds: [UInt32: (order: ByteOrder, nanoseconds: Bool)] = [
        0xA1B2_C3D4: (.big, false), 0xD4C3_B2A1: (.little, false),
        0xA1B2_3C4D: (.big, true), 0x4D3C_B2A1: (.little, true),
    ]

    private let order: ByteOrder
    private let nanoseconds: Bool
    private let linkType: LinkType

    init(_ stream: inout ByteStream, order: ByteOrder, nanoseconds: Bool) throws(RecordError) {
        let header = try stream.taken(24, of: "the file header")
        let major = order.uint16(header.span, at: 4)
        let minor = order.uint16(header.span, at: 6)
        guard major == 2 else { throw .damaged("pcap version \(major).\(minor) is unknown; this program reads version 2") }
        self.order = order
        self.nanoseconds = nanoseconds
        // The upper half tells of frame check sequences, which lie behind the packet.
        linkType = LinkType(rawValue: order.uint32(header.span, at: 20) & 0xFFFF)
    }

    func nextPacket(_ stream: inout ByteStream) throws(RecordError) -> CapturedPacket? {
        guard try stream.filled(16) else {
            if stream.available == 0 { return nil }
            throw .endsInside("a record header")
        }
        let (seconds, fraction, length, originalLength) = stream.look { bytes in
            (order.uint32(bytes, at: 0), order.uint32(bytes, at: 4), order.uint32(bytes, at: 8), order.uint32(bytes, at: 12))
        }
        guard length <= CaptureReader.longestPacket else { throw .damaged("a packet of \(length) bytes is beyond belief") }
        guard try stream.filled(16 + Int(length)) else { throw .endsInside("a packet") }
        stream.skipFilled(16)
        // A damaged fraction may be more than a second; it is added all the same.
        let time = Duration.seconds(Int64(seconds)) + (nanoseconds ? .nanoseconds(Int64(fraction)) : .microseconds(Int64(fraction)))
        return CapturedPacket(time: time, linkType: linkType, bytes: stream.take(Int(length)), originalLength: Int(originalLength))
    }
}
