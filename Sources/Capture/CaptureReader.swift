import Sockets

/// Reads the packets of a capture file one after the other: pcap or pcapng, which it tells apart by their first bytes.
///
/// The formats are draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. Memory does not grow with the file.
public struct CaptureReader: ~Copyable {
    /// A packet longer than this is taken for damage. The longest that Linux makes is below 524,352 bytes.
    public static let longestPacket = 1 << 20

    private enum Format {
        case unknown
        case pcap(PcapHeader)
        case pcapng(PcapngSection)
    }

    private let name: String
    private var stream: ByteStream
    private var format = Format.unknown
    /// Where the record that is being read begins.
    private var recordOffset = 0

    /// Opens a capture file.
    ///
    /// - Throws: ``CaptureFileError/failed(_:)`` if it can't be opened. Whether it is a capture shows at the first packet.
    public init(path: String) throws(CaptureFileError) {
        do { stream = ByteStream(try Descriptor(reading: path), name: path) } catch { throw .failed(error) }
        name = path
    }

    /// Reads a capture that is in memory; the name stands in errors.
    public init(bytes: [UInt8], name: String) {
        stream = ByteStream(bytes)
        self.name = name
    }

    /// The next packet; nil at the end of the file.
    ///
    /// - Throws: ``CaptureFileError`` if the file is no capture, is damaged, or ends inside a record.
    public mutating func next() throws(CaptureFileError) -> CapturedPacket? {
        do {
            if case .unknown = format { format = try readBeginning() }
            switch format {
            case .unknown: return nil
            case .pcap(let header):
                recordOffset = stream.offset
                return try header.nextPacket(&stream)
            case .pcapng(var section):
                defer { format = .pcapng(section) }
                return try section.nextPacket(&stream, recordOffset: &recordOffset)
            }
        } catch {
            switch error {
            case .damaged(let problem): throw .malformed(file: name, offset: recordOffset, problem: problem)
            case .failed(let error): throw .failed(error)
            }
        }
    }

    private mutating func readBeginning() throws(RecordError) -> Format {
        guard try stream.filled(4) else { throw .damaged("this is no capture: it has \(stream.available) bytes, too few for a header") }
        let magic = stream.look { $0.bigEndianUInt32(at: 0) }
        if magic == PcapngSection.sectionHeader { return .pcapng(PcapngSection()) }
        guard let kind = PcapHeader.kinds[magic] else {
            throw .damaged("this is no capture: it begins with neither pcap's nor pcapng's magic number")
        }
        return .pcap(try PcapHeader(&stream, order: kind.order, nanoseconds: kind.nanoseconds))
    }
}

/// Why a record could not be read: the reader adds the file and the offset.
enum RecordError: Error {
    case damaged(String)
    case failed(SocketError)

    static func endsInside(_ record: String) -> RecordError { .damaged("the file ends inside \(record)") }
}

extension ByteStream {
    /// ``fill(_:)`` for the readers of records.
    mutating func filled(_ count: Int) throws(RecordError) -> Bool {
        do { return try fill(count) } catch { throw .failed(error) }
    }

    /// Takes so many bytes of a record.
    ///
    /// - Throws: ``RecordError`` if the file ends before.
    mutating func taken(_ count: Int, of record: String) throws(RecordError) -> [UInt8] {
        guard try filled(count) else { throw .endsInside(record) }
        return take(count)
    }

    /// Passes over so many bytes of a record.
    ///
    /// - Throws: ``RecordError`` if the file ends before.
    mutating func skipped(_ count: Int, of record: String) throws(RecordError) {
        let isWhole: Bool
        do { isWhole = try skip(count) } catch { throw .failed(error) }
        if !isWhole { throw .endsInside(record) }
    }
}
