import Capture
import Foundation

/// Step 2: capture files of every kind, and what is wrong with them.
enum FileChecks {
    /// A few segments, to be put into a file.
    private static func segments(_ count: Int, name: String) -> Conversation {
        var conversation = Conversation(
            client: Site(host: Frame.hosts[0], port: 40_002), server: Site(host: Frame.hosts[1], port: 443), name: name)
        conversation.rows = (0..<count).map { index in
            var row = Row(time: 1_700_000_000_000_000_000 + index * 1_500_000, fromClient: index % 2 == 0, flags: Row.psh | Row.ack)
            (row.sequence, row.acknowledgment, row.length) = (UInt32(1_000 * index), 77, index)
            return row
        }
        return conversation
    }

    private static func judge(_ capture: [UInt8], _ conversation: Conversation, _ trial: Trial, as name: String = "capture.pcap") throws {
        try TraceComparison(expected: Traffic([conversation]), step: 2).judge(trial.traces(of: capture, step: 2, as: name))
    }

    /// Every link type, and Ethernet with VLAN tags.
    static func linkTypes(_ trial: Trial) throws {
        func cooked(_ packet: [UInt8]) -> [UInt8] {
            join([0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0], Frame.big16(Frame.etherType(of: packet)), packet)
        }
        func cooked2(_ packet: [UInt8]) -> [UInt8] {
            join(Frame.big16(Frame.etherType(of: packet)), [0, 0], [0, 0, 0, 1, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0], packet)
        }
        let kinds: [(String, Int, ([UInt8]) -> [UInt8])] = [
            ("Ethernet", 1, { Frame.ethernet($0) }), ("Ethernet with a VLAN tag", 1, { Frame.ethernet($0, tags: [0x8100]) }),
            ("Ethernet with two VLAN tags", 1, { Frame.ethernet($0, tags: [0x88A8, 0x8100]) }), ("raw IP", 101, { $0 }),
            ("raw IPv4", 228, { $0 }), ("BSD loopback of a little-endian machine", 0, { join([2, 0, 0, 0], $0) }),
            ("BSD loopback of a big-endian machine", 0, { join([0, 0, 0, 2], $0) }), ("OpenBSD loopback", 108, { join([0, 0, 0, 2], $0) }),
            ("Linux cooked capture", 113, cooked), ("Linux cooked capture, version 2", 276, cooked2),
        ]
        for (name, linkType, frame) in kinds {
            let conversation = segments(3, name: name)
            let packets = conversation.rows.map { row in
                (row.time / 1_000_000_000, row.time % 1_000_000_000, frame(conversation.packet(row)))
            }
            try judge(CaptureEncoder(isBig: false).pcap(nanoseconds: true, linkType: linkType, packets), conversation, trial)
        }
    }

    /// What is no IP packet at all is counted as well.
    static func otherFrames(_ trial: Trial) throws {
        let segment = Frame.tcp(flags: 2, sequence: 1)
        let items: [SkippedPackets.Item] = [
            .init(packet: Frame.ethernet([0, 1, 8, 0, 6, 4, 0, 1], type: 0x0806), reason: .notTCP, what: "ARP", linkType: .ethernet),
            .init(
                packet: Frame.ethernet(Frame.ipv4(segment), tags: [0x8100], type: 0x88CC), reason: .notTCP, what: "LLDP behind a VLAN tag",
                linkType: .ethernet),
            .init(
                packet: Frame.ethernet(Frame.ipv4(Frame.udp(), protocol: 17), tags: [0x8100]), reason: .notTCP,
                what: "UDP behind a VLAN tag", linkType: .ethernet),
        ]
        try SkippedPackets.expect(items, trial, step: 2)
    }

    static func pcap(_ trial: Trial) throws {
        for (isBig, nanoseconds) in [(false, false), (false, true), (true, false), (true, true)] {
            let name = "pcap, \(isBig ? "big" : "little")-endian, \(nanoseconds ? "nano" : "micro")seconds"
            let conversation = segments(4, name: name)
            let packets = conversation.rows.map { row in
                (row.time / 1_000_000_000, row.time % 1_000_000_000 / (nanoseconds ? 1 : 1_000), conversation.packet(row))
            }
            try judge(CaptureEncoder(isBig: isBig).pcap(nanoseconds: nanoseconds, linkType: 101, packets), conversation, trial)
        }
        let empty = CaptureEncoder(isBig: true).pcap(nanoseconds: false, linkType: 1, [])
        let found = try trial.traces(of: empty, step: 2)
        guard found.isEmpty else { throw fail("a capture without packets gives no line of JSON, but there are \(found.count)") }
    }

    static func pcapng(_ trial: Trial) throws {
        let conversation = segments(6, name: "pcapng: two sections of different byte order, several interfaces, blocks to be skipped")
        let packets = conversation.rows.map { conversation.packet($0) }
        for isBig in [false, true] {
            let (one, other) = (CaptureEncoder(isBig: isBig), CaptureEncoder(isBig: !isBig))
            let ticks = conversation.rows.map { UInt64($0.time / 1_000) }
            let comment = join(one.u16(1), one.u16(2), [0x68, 0x69, 0, 0], one.u32(0))
            let capture = join(
                one.section(), one.interface(1), one.block(4, [1, 2, 3, 4]), one.interface(101, options: [(9, [9])]),
                one.enhanced(0, ticks: ticks[0], Frame.ethernet(packets[0])),
                one.enhanced(1, ticks: ticks[1] * 1_000, packets[1], options: comment),
                one.enhanced(0, ticks: ticks[2], Frame.ethernet(packets[2])), other.section(),
                other.block(0xBAD, [UInt8](repeating: 9, count: 5_000)), other.interface(228),
                other.enhanced(0, ticks: ticks[3], packets[3]), other.block(5, [0, 0, 0, 0, 1, 2, 3, 4]),
                other.simple(packets[4]), other.enhanced(0, ticks: ticks[5], packets[5]))
            try judge(capture, conversation, trial, as: "capture.pcapng")
        }
    }

    /// What came before the damage is traced; then the error names the file and the place, and the code is 65.
    static func damage(_ trial: Trial) throws {
        let conversation = segments(3, name: "three segments, and then damage")
        let packets = conversation.rows.map { ($0.time / 1_000_000_000, $0.time % 1_000_000_000, conversation.packet($0)) }
        let whole = CaptureEncoder(isBig: false).pcap(nanoseconds: true, linkType: 101, packets)
        let last = 24 + 2 * 16 + packets[0].2.count + packets[1].2.count
        let encoder = CaptureEncoder(isBig: false)
        let section = join(encoder.section(), encoder.interface(101), encoder.enhanced(0, ticks: 0, packets[0].2))
        var huge = whole
        huge.replaceSubrange(last + 8..<last + 12, with: [255, 255, 255, 255])
        let cases: [(String, [UInt8], kept: Int, offset: Int)] = [
            ("a pcap file that ends inside its third packet", whole.dropLast(), 2, last),
            ("a pcap file that ends inside its third record header", Array(whole.prefix(last + 7)), 2, last),
            ("a pcap file with a packet of four billion bytes", huge, 2, last),
            ("a pcapng file that ends inside a block", join(section, Array(encoder.simple(packets[1].2).dropLast(6))), 1, section.count),
            ("a pcapng file with a block of 13 bytes", join(section, encoder.u32(6), encoder.u32(13), [0, 0, 0, 0]), 1, section.count),
            ("a text file", Array("Dear Sir or Madam,\n".utf8), 0, 0), ("an empty file", [], 0, 0),
            ("a file of three bytes", [0xD4, 0xC3, 0xB2], 0, 0),
        ]
        for (what, bytes, kept, offset) in cases {
            let path = try trial.write(bytes, as: "damaged.pcap")
            let program = try trial.run(["read", path, "--json"])
            guard program.ending == .exited(65) || program.unsolvedStep.map({ $0 > 2 }) ?? false else {
                throw fail("\(what): the program must end with exit code 65, but it \(program.ending?.description ?? "")")
            }
            var before = conversation
            before.rows = Array(conversation.rows.prefix(kept))
            before.name = what + "; what is before the damage must be traced"
            try TraceComparison(expected: Traffic([before]), step: 2).judge(program.traces)
            let prefix = "error: \(path): offset "
            guard let line = program.errorLines.first(where: { $0.hasPrefix(prefix) }) else {
                throw fail(
                    "\(what): stderr must have a line `error: FILE: offset N: ...`; there stands: \(program.errorLines.first ?? "(none)")")
            }
            guard line.dropFirst(prefix.count).prefix(while: { $0 != ":" }) == "\(offset)" else {
                throw fail("\(what): the record at fault begins at offset \(offset); the error says: \(line)")
            }
        }
    }

    static func missingFile(_ trial: Trial) throws {
        let folder = try trial.folder()
        let path = folder.appendingPathComponent("no-such-file.pcap").path
        let program = try trial.run(["read", path])
        guard program.ending == .exited(1) else {
            throw fail("a file that is not there: the program must end with exit code 1, but it \(program.ending?.description ?? "")")
        }
        guard program.errorLines.contains(where: { $0.hasPrefix("error: ") && $0.contains(path) && $0.contains("ENOENT") }) else {
            throw fail(
                "a file that is not there: stderr must say `error: open FILE: No such file or directory (ENOENT)`; "
                    + "there stands: \(program.errorLines.first ?? "(none)")")
        }
    }
}
