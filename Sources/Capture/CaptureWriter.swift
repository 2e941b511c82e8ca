import Sockets

/// Writes packets into a capture file that Wireshark, tcpdump and ``CaptureReader`` open. Times are kept to the nanosecond.
public struct CaptureWriter: ~Copyable {
    /// The format of the file.
    public enum Format: Sendable {
        /// The classic format, with times in nanoseconds: draft-ietf-opsawg-pcap.
        case pcap
        /// The newer format, with one interface: draft-ietf-opsawg-pcapng.
        case pcapng

        /// What a file of that name is wanted to be: pcapng if it ends so, else pcap.
        public init(path: String) { self = path.hasSuffix(".pcapng") ? .pcapng : .pcap }
    }

    private let file: Descriptor
    private let path: String
    private let format: Format
    /// What every packet of the file begins with.
    public let linkType: LinkType

    /// Makes the file, and writes its header. All packets must be of the one link type.
    ///
    /// - Throws: `SocketError` with the operation `open` or `write` and the path.
    public init(path: String, linkType: LinkType, format: Format) throws(SocketError) {
        let file = try Descriptor(writing: path)
        do { try file.writeAll(format.header(linkType).span) } catch { throw error.at(path) }
        self.file = file
        self.path = path
        self.format = format
        self.linkType = linkType
    }

    /// Adds a packet. Each is written at once, so that a program that dies leaves a file that is whole up to then.
    ///
    /// - Throws: `SocketError` with the operation `write` and the path.
    public func write(_ packet: CapturedPacket) throws(SocketError) {
        precondition(packet.linkType == linkType, "a capture file with one interface has packets of one link type")
        do { try file.writeAll(format.record(packet).span) } catch { throw error.at(path) }
    }
}

extension CaptureWriter.Format {
    /// The bytes that a file with packets of that link type begins with, all numbers with the least significant byte first.
    public func header(_ linkType: LinkType) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .pcap:
            bytes.append(0xA1B2_3C4D as UInt32)
            bytes.append(2 as UInt16)
            bytes.append(4 as UInt16)
            bytes.append(0 as UInt64)  // time zone and accuracy, always 0
            bytes.append(UInt32(CaptureReader.longestPacket))
            bytes.append(linkType.rawValue)
        case .pcapng:
            bytes.appendBlock(0x0A0D_0D0A) { body in
                body.append(0x1A2B_3C4D as UInt32)
                body.append(1 as UInt16)
                body.append(0 as UInt16)
                body.append(UInt64.max)  // the section's length is not known
            }
            bytes.appendBlock(1) { body in
                body.append(UInt16(truncatingIfNeeded: linkType.rawValue))
                body.append(0 as UInt16)
                body.append(UInt32(CaptureReader.longestPacket))
                body.append(9 as UInt16)  // if_tsresol, one byte: 10 to the power of -9
                body.append(1 as UInt16)
                body += [9, 0, 0, 0]
                body.append(0 as UInt32)  // end of the options
            }
        }
        return bytes
    }

    /// The bytes of one packet.
    public func record(_ packet: CapturedPacket) -> [UInt8] {
        let (seconds, attoseconds) = packet.time.components
        let nanoseconds = attoseconds / 1_000_000_000
        let lengths = [UInt32(packet.bytes.count), UInt32(clamping: packet.originalLength)]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packet.bytes.count + 40)
        switch self {
        case .pcap:
            bytes.append(UInt32(clamping: seconds))
            bytes.append(UInt32(clamping: nanoseconds))
            for length in lengths { bytes.append(length) }
            bytes += packet.bytes
        case .pcapng:
            bytes.appendBlock(6) { body in
                let ticks = UInt64(clamping: seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ nanoseconds)
                body.append(0 as UInt32)  // the interface
                body.append(UInt32(truncatingIfNeeded: ticks >> 32))
                body.append(UInt32(truncatingIfNeeded: ticks))
                for length in lengths { body.append(length) }
                body += packet.bytes
            }
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// A block of pcapng: type, length, body padded to a multiple of four bytes, length.
    fileprivate mutating func appendBlock(_ type: UInt32, _ fillIn: (inout [UInt8]) -> Void) {
        var body: [UInt8] = []
        fillIn(&body)
        while body.count % 4 != 0 { body.append(0 as UInt8) }
        append(type)
        append(UInt32(body.count + 12))
        self += body
        append(UInt32(body.count + 12))
    }
}
