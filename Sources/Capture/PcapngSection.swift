/// The newer format: blocks that can be passed over by whoever does not know them. draft-ietf-opsawg-pcapng
///
/// A file has one section after the other; each has its own byte order and its own interfaces.
struct PcapngSection {
    /// The type of a section header block, the same in both byte orders.
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    private static let interfaceDescription: UInt32 = 1
    private static let simplePacket: UInt32 = 3
    private static let enhancedPacket: UInt32 = 6
    /// A file with more interfaces than this is taken for damage: each costs memory.
    private static let mostInterfaces = 65_536

    private var order = ByteOrder.little
    private var interfaces: [PcapngInterface] = []
    /// Simple packets have no time; each gets that of the packet before it.
    private var lastTime = Duration.zero

    mutating func nextPacket(_ stream: inout ByteStream, recordOffset: inout Int) throws(RecordError) -> CapturedPacket? {
        while true {
            recordOffset = stream.offset
            guard try stream.filled(8) else {
                if stream.available == 0 { return nil }
                throw .endsInside("a block header")
            }
            if stream.look({ $0.bigEndianUInt32(at: 0) }) == Self.sectionHeader { try beginSection(&stream) }
            let (type, length) = stream.look { (order.uint32($0, at: 0), Int(order.uint32($0, at: 4))) }
            guard length >= 12, length % 4 == 0 else { throw .damaged("a block can't be \(length) bytes long") }
            var packet: CapturedPacket?
            switch type {
            case Self.interfaceDescription: try addInterface(try wholeBlock(length, &stream))
            case Self.simplePacket: packet = try simplePacket(length, &stream)
            case Self.enhancedPacket: packet = try enhancedPacket(length, &stream)
            default: break
            }
            // What has not been taken of the block: its options, or all of it. Then its length once more.
            try stream.skipped(recordOffset + length - 4 - stream.offset, of: "a block")
            let trailer = try stream.taken(4, of: "a block")
            guard order.uint32(trailer.span, at: 0) == UInt32(length) else {
                throw .damaged("a block says \(length) bytes at its beginning and \(order.uint32(trailer.span, at: 0)) at its end")
            }
            if let packet {
                lastTime = packet.time
                return packet
            }
        }
    }

    /// Finds the byte order of the section that begins here, and forgets the interfaces of the one before.
    private mutating func beginSection(_ stream: inout ByteStream) throws(RecordError) {
        guard try stream.filled(16) else { throw .endsInside("a section header") }
        let (magic, isBig) = stream.look { ($0.bigEndianUInt32(at: 8), $0.bigEndianUInt32(at: 8) == 0x1A2B_3C4D) }
        guard isBig || magic == 0x4D3C_2B1A else { throw .damaged("a section header has no byte-order magic") }
        order = isBig ? .big : .little
        let (major, minor) = stream.look { (order.uint16($0, at: 12), order.uint16($0, at: 14)) }
        guard major == 1 else { throw .damaged("pcapng version \(major).\(minor) is unknown; this program reads version 1") }
        guard stream.look({ order.uint32($0, at: 4) }) >= 28 else { throw .damaged("a section header is too short") }
        interfaces = []
    }

    /// The body of a block that is small enough to be looked at as a whole.
    private func wholeBlock(_ length: Int, _ stream: inout ByteStream) throws(RecordError) -> [UInt8] {
        guard length <= CaptureReader.longestPacket else { throw .damaged("an interface block of \(length) bytes is beyond belief") }
        guard try stream.filled(length) else { throw .endsInside("a block") }
        stream.skipFilled(8)
        return stream.take(length - 12)
    }

    private mutating func addInterface(_ body: [UInt8]) throws(RecordError) {
        guard interfaces.count < Self.mostInterfaces else { throw .damaged("more than \(Self.mostInterfaces) interfaces") }
        interfaces.append(try PcapngInterface(body.span, order))
    }

    /// Interface, time in two halves, captured length, original length, then the packet.
    private func enhancedPacket(_ length: Int, _ stream: inout ByteStream) throws(RecordError) -> CapturedPacket {
        guard length >= 32 else { throw .damaged("an enhanced packet block can't be \(length) bytes long") }
        guard try stream.filled(28) else { throw .endsInside("a packet") }
        let (number, high, low, captured, original) = stream.look { bytes in
            (
                order.uint32(bytes, at: 8), order.uint32(bytes, at: 12), order.uint32(bytes, at: 16), order.uint32(bytes, at: 20),
                order.uint32(bytes, at: 24)
            )
        }
        guard number < interfaces.count else { throw .damaged("a packet of interface \(number), which is not described") }
        let bytes = try packetBytes(headerLength: 28, captured: Int(captured), blockLength: length, &stream)
        let interface = interfaces[Int(number)]
        return CapturedPacket(
            time: interface.time(ticks: UInt64(high) << 32 | UInt64(low)), linkType: interface.linkType, bytes: bytes,
            originalLength: Int(original))
    }

    /// Original length, then the packet: it belongs to the first interface, whose snap length says how much there is of it.
    private func simplePacket(_ length: Int, _ stream: inout ByteStream) throws(RecordError) -> CapturedPacket {
        guard length >= 16 else { throw .damaged("a simple packet block can't be \(length) bytes long") }
        guard try stream.filled(12) else { throw .endsInside("a packet") }
        guard let interface = interfaces.first else { throw .damaged("a packet of interface 0, which is not described") }
        let original = Int(stream.look { order.uint32($0, at: 8) })
        let snapped = interface.snapLength == 0 ? original : min(original, interface.snapLength)
        let bytes = try packetBytes(headerLength: 12, captured: snapped, blockLength: length, &stream)
        return CapturedPacket(time: lastTime, linkType: interface.linkType, bytes: bytes, originalLength: original)
    }

    private func packetBytes(
        headerLength: Int, captured: Int, blockLength: Int, _ stream: inout ByteStream
    ) throws(RecordError) -> [UInt8] {
        guard captured <= CaptureReader.longestPacket else { throw .damaged("a packet of \(captured) bytes is beyond belief") }
        guard captured <= blockLength - headerLength - 4 else {
            throw .damaged("a packet of \(captured) bytes does not fit into its block of \(blockLength)")
        }
        guard try stream.filled(headerLength + captured) else { throw .endsInside("a packet") }
        stream.skipFilled(headerLength)
        return stream.take(captured)
    }
}
