import Capture
import Testing

@Suite("Reading capture files")
struct ReaderTests {
    let packet = Frame.ipv4(Frame.tcp(flags: 2, sequence: 1))

    @Test("pcap in both byte orders, in micro- and nanoseconds", arguments: [true, false], [true, false])
    func pcap(isBig: Bool, nanoseconds: Bool) {
        let file = Encoder(isBig: isBig).pcap(nanoseconds: nanoseconds, linkType: 101, [(7, 123_456, packet), (8, 0, [])])
        let (packets, error) = readAll(file)
        #expect(error == nil)
        let time: Duration = .seconds(7) + (nanoseconds ? .nanoseconds(123_456) : .microseconds(123_456))
        #expect(packets == [.init(time: time, linkType: .raw, bytes: packet), .init(time: .seconds(8), linkType: .raw, bytes: [])])
    }

    @Test("pcapng with sections of different byte orders, interfaces, and blocks that are passed over", arguments: [true, false])
    func pcapng(isBig: Bool) {
        let (one, other) = (Encoder(isBig: isBig), Encoder(isBig: !isBig))
        let comment = bytes(one.u16(1), one.u16(2), [0x68, 0x69, 0, 0], one.u32(0))
        let file = bytes(
            one.section(), one.interface(1), one.block(4, [1, 2, 3, 4]), one.interface(101, options: [(9, [9])]),
            one.enhanced(1, ticks: 5_000_000_001, packet, options: comment), one.enhanced(0, ticks: 2_500_000, packet),
            other.section(), other.block(0xBAD, [UInt8](repeating: 9, count: 600_000)), other.interface(228, snapLength: 24),
            other.enhanced(0, ticks: 1, packet, originalLength: 99), other.simple(Array(packet.prefix(24)), originalLength: 40))
        let (packets, error) = readAll(file)
        #expect(error == nil)
        #expect(packets.map(\.linkType) == [.raw, .ethernet, .ipv4, .ipv4])
        #expect(packets.map(\.time) == [.nanoseconds(5_000_000_001), .milliseconds(2_500), .microseconds(1), .microseconds(1)])
        #expect(packets.map(\.bytes) == [packet, packet, packet, Array(packet.prefix(24))])
        #expect(packets.map(\.originalLength) == [40, 40, 99, 40])
    }

    @Test(
        "if_tsresol and if_tsoffset",
        arguments: [
            (0, 7, .seconds(7)), (3, 7_001, .milliseconds(7_001)), (6, 7, .microseconds(7)),
            (12, 1_000_000_000_001, .seconds(1) + Duration(secondsComponent: 0, attosecondsComponent: 1_000_000)),
            (18, 3, Duration(secondsComponent: 0, attosecondsComponent: 3)),
            (20, 300, Duration(secondsComponent: 0, attosecondsComponent: 3)),
            (0x80, 9, .seconds(9)), (0x81, 3, .milliseconds(1_500)), (0x80 + 20, 1 << 19, .milliseconds(500)),
            (0xFF, .max, .zero), (127, .max, .zero),
        ] as [(UInt8, UInt64, Duration)])
    func resolution(exponent: UInt8, ticks: UInt64, time: Duration) {
        for offset: Int64 in [0, 1_000, -1_000] {
            let encoder = Encoder(isBig: true)
            let offsetBytes = (0..<8).map { UInt8(truncatingIfNeeded: offset >> (56 - 8 * $0)) }
            let file = bytes(
                encoder.section(), encoder.interface(101, options: [(9, [exponent]), (14, offsetBytes)]),
                encoder.enhanced(0, ticks: ticks, packet))
            #expect(readAll(file).packets.map(\.time) == [time + .seconds(offset)])
        }
    }

    @Test("Times far beyond belief do no harm")
    func absurdTimes() {
        let encoder = Encoder(isBig: false)
        let file = bytes(
            encoder.section(), encoder.interface(101, options: [(9, [0]), (14, [UInt8](repeating: 0x7F, count: 8))]),
            encoder.enhanced(0, ticks: .max, packet))
        #expect(readAll(file).packets.count == 1)
    }

    @Test("What is no capture, or damaged, is refused with the offset of the record", arguments: damagedFiles)
    func damaged(bytes: [UInt8], packets: Int, offset: Int, problem: String) {
        let result = readAll(bytes)
        #expect(result.packets.count == packets)
        #expect(result.error == .malformed(file: "FILE", offset: offset, problem: problem))
    }

    static let damagedFiles: [([UInt8], Int, Int, String)] = {
        let encoder = Encoder(isBig: false)
        let pcap = encoder.pcap(nanoseconds: false, linkType: 101, [(0, 0, [1, 2, 3]), (0, 0, [4, 5, 6])])
        let beginning = encoder.section() + encoder.interface(101)
        let packet = encoder.enhanced(0, ticks: 0, [1, 2, 3, 4])
        func changed(_ bytes: [UInt8], at index: Int, to value: UInt8) -> [UInt8] {
            var bytes = bytes
            bytes[index] = value
            return bytes
        }
        return [
            ([], 0, 0, "this is no capture: it has 0 bytes, too few for a header"),
            (Array("hello, world".utf8), 0, 0, "this is no capture: it begins with neither pcap's nor pcapng's magic number"),
            (Array(pcap.prefix(23)), 0, 0, "the file ends inside the file header"),
            (Array(pcap.prefix(24 + 19 + 10)), 1, 43, "the file ends inside a record header"),
            (Array(pcap.prefix(24 + 19 + 18)), 1, 43, "the file ends inside a packet"),
            (changed(pcap, at: 4, to: 3), 0, 0, "pcap version 3.4 is unknown; this program reads version 2"),
            (changed(pcap, at: 24 + 19 + 11, to: 1), 1, 43, "a packet of 16777219 bytes is beyond belief"),
            (Array((beginning + packet).dropLast(3)), 0, 48, "the file ends inside a block"),
            (Array((beginning + packet).dropLast(14)), 0, 48, "the file ends inside a packet"),
            (beginning + packet + [6, 0], 1, 84, "the file ends inside a block header"),
            (beginning + changed(packet, at: 8, to: 1), 0, 48, "a packet of interface 1, which is not described"),
            (beginning + changed(packet, at: 20, to: 5), 0, 48, "a packet of 5 bytes does not fit into its block of 36"),
            (beginning + changed(packet, at: 32, to: 40), 0, 48, "a block says 36 bytes at its beginning and 40 at its end"),
            (beginning + changed(packet, at: 4, to: 35), 0, 48, "a block can't be 35 bytes long"),
            (changed(beginning, at: 8, to: 0), 0, 0, "a section header has no byte-order magic"),
            (changed(beginning, at: 12, to: 2), 0, 0, "pcapng version 2.0 is unknown; this program reads version 1"),
        ]
    }()

    @Test("A file that can't be opened names the call and the path")
    func missingFile() throws {
        let error = #expect(throws: CaptureFileError.self) { _ = try CaptureReader(path: "/no/such/file") }
        #expect(error?.description == "open /no/such/file: No such file or directory (ENOENT)")
    }
}
