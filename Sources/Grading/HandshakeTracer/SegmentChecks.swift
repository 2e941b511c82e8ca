import Capture

/// Steps 2 and 3: what stands in the headers of segments. Each is looked at for itself.
enum SegmentChecks {
    /// A few segments of a connection, a microsecond apart.
    private static func exchange(_ rows: [Row], name: String = "") -> Conversation {
        var conversation = Conversation(
            client: Site(host: Frame.hosts[0], port: 40_001), server: Site(host: Frame.hosts[1], port: 80), name: name)
        conversation.rows = rows.enumerated().map { index, row in
            var row = row
            row.time = 1_000_000_000 + index * 1_000
            return row
        }
        return conversation
    }

    private static func row(
        _ flags: UInt8, _ sequence: UInt32 = 0x0102_0304, _ acknowledgment: UInt32 = 0x0A0B_0C0D, window: Int = 0x1234, length: Int = 0,
        options: [Row.Options.Item] = [], fromClient: Bool = true
    ) -> Row {
        var row = Row(time: 0, fromClient: fromClient, flags: flags)
        (row.sequence, row.acknowledgment, row.window, row.length) = (sequence, acknowledgment, window, length)
        row.options = Row.Options(options)
        return row
    }

    private static func judge(_ conversation: Conversation, _ trial: Trial, step: Int) throws {
        let traffic = Traffic([conversation])
        try TraceComparison(expected: traffic, step: step).judge(trial.traces(of: traffic.capture, step: step))
    }

    /// The same segments in packets that are made otherwise.
    private static func judge(
        _ conversation: Conversation, _ trial: Trial, linkType: LinkType = .raw, as packet: (Int, Row) -> CapturedPacket
    ) throws {
        let format = CaptureWriter.Format.pcapng
        let packets = conversation.rows.enumerated().map { packet($0, $1) }
        var conversation = conversation
        for (index, packet) in packets.enumerated() { conversation.rows[index].captured = packet.bytes }
        let capture = format.header(linkType) + packets.flatMap { format.record($0) }
        let found = try trial.traces(of: capture, step: 2, as: "capture.pcapng")
        try TraceComparison(expected: Traffic([conversation]), step: 2).judge(found)
    }

    // MARK: Step 2

    static func fields(_ trial: Trial) throws {
        let rows = [
            row(Row.syn, 66_014_362, 0, window: 65_495), row(Row.syn | Row.ack, 0xFFFF_FFFE, 66_014_363, window: 0x00FF, fromClient: false),
            row(Row.ack, 66_014_363, 0xFFFF_FFFF, window: 0x8001), row(Row.psh | Row.ack, 66_014_363, 0xFFFF_FFFF, window: 1, length: 5),
            row(Row.ack, 0xFFFF_FFFF, 66_014_368, window: 0, length: 300, fromClient: false),
            row(Row.rst, 66_014_368, 0xDEAD_BEEF, window: 256),
        ]
        try judge(exchange(rows), trial, step: 2)
    }

    /// Each flag alone, none, all, and some random sets.
    static func flags(_ trial: Trial) throws {
        let sets: [UInt8] = (0..<8).map { 1 << $0 } + [0, 0xFF, 0xC2, 0x52] + trial.random.bytes(20)
        try judge(exchange(sets.map { row($0) }), trial, step: 2)
    }

    /// The payload is what remains of IP's length, whatever is behind it, and however long the headers are.
    static func payloadLength(_ trial: Trial) throws {
        let rows = [
            row(Row.ack, length: 1), row(Row.ack, length: 7, options: [.nothing, .nothing, .timestamps(7, 8)]),
            row(Row.ack, length: 1_400, options: [.other(kind: 99, [UInt8](repeating: 1, count: 38))]), row(Row.ack),
        ]
        let plain = exchange(rows, name: "Ethernet frames, filled up to 60 bytes, and IP headers with and without options")
        let hosts = [plain.client.host, plain.server.host]
        try judge(plain, trial, linkType: .ethernet) { index, row in
            let segment = Array(plain.packet(row).dropFirst(20))
            let options = [UInt8](repeating: 1, count: index * 4)
            var frame = Frame.ethernet(Frame.ipv4(segment, fromClient: row.fromClient, hosts: hosts, options: options))
            while frame.count < 60 { frame.append(0) }
            // The last has four more, as where a capture keeps the frame check sequence.
            if index == 3 { frame += [1, 2, 3, 4] }
            return CapturedPacket(time: .nanoseconds(row.time), linkType: .ethernet, bytes: frame)
        }
    }

    static func ipv6(_ trial: Trial) throws {
        let host = { (bytes: [UInt8]) in bytes + [UInt8](repeating: 0, count: 15 - bytes.count) }
        let empty: [UInt8] = [0, 1, 4, 0, 0, 0, 0]
        let extensions: [(next: UInt8, bytes: [UInt8])] = [
            (6, []), (0, join([6], empty)), (0, join([43], empty, [60], empty, [6, 1], [UInt8](repeating: 0, count: 14))),
            (51, join([6, 4], [UInt8](repeating: 0, count: 22))), (44, [6, 0, 0, 0, 0, 0, 0, 9]), (6, []),
        ]
        var conversation = exchange(
            extensions.indices.map { row(Row.psh | Row.ack, UInt32($0) * 100, length: 10 + $0, fromClient: $0 % 2 == 0) },
            name: "IPv6 packets with and without extension headers")
        conversation.client.host = host([0xFD, 0, 0, 1]) + [7]
        conversation.server.host = host([0x20, 0x01, 0x0D, 0xB8]) + [1]
        let hosts = [conversation.client.host, conversation.server.host]
        try judge(conversation, trial) { index, row in
            let segment = Array(conversation.packet(row).dropFirst(40))
            let packet = Frame.ipv6(
                segment, next: extensions[index].next, extensions: extensions[index].bytes, fromClient: row.fromClient, hosts: hosts)
            return CapturedPacket(time: .nanoseconds(row.time), linkType: .raw, bytes: packet)
        }
    }

    /// What the snap length left is enough, as long as the fixed headers are there.
    static func snapLength(_ trial: Trial) throws {
        let lengths = [0, 1_000, 1_400, 60, 5]
        let conversation = exchange(
            lengths.map { row(Row.psh | Row.ack, length: $0, options: [.nothing, .nothing, .timestamps(1, 2)]) },
            name: "packets of which the snap length left 52, 60, 40, 45 and 52 bytes")
        let kept = [52, 60, 40, 45, 52]
        try judge(conversation, trial) { index, row in
            let packet = conversation.packet(row)
            return CapturedPacket(
                time: .nanoseconds(row.time), linkType: .raw, bytes: Array(packet.prefix(kept[index])), originalLength: packet.count)
        }
        let packet = conversation.packet(conversation.rows[0])
        try SkippedPackets.expect(
            [20, 30, 39].map {
                .init(
                    packet: Array(packet.prefix($0)), reason: .cutShort, what: "a packet of which the snap length left \($0) bytes",
                    originalLength: packet.count)
            }, trial, step: 2)
    }

    static func malformed(_ trial: Trial) throws {
        func item(_ offset: UInt8, _ what: String, payload: Int = 0) -> SkippedPackets.Item {
            var segment = Frame.tcp(flags: 16, sequence: 1, payload: payload)
            segment[12] = offset << 4
            return .init(packet: Frame.ipv4(segment), reason: .malformed, what: what)
        }
        try SkippedPackets.expect(
            [
                item(4, "a TCP header of 16 bytes by its own account"), item(0, "a TCP header of 0 bytes by its own account", payload: 40),
                item(6, "a TCP header of 24 bytes in a packet with 20 behind the IP header"),
                item(15, "a TCP header of 60 bytes in a packet with 59", payload: 39),
                .init(packet: Frame.ipv4([0, 80, 0, 80, 0, 0]), reason: .malformed, what: "6 bytes of a TCP header, and no more"),
                .init(
                    packet: Frame.ipv6([0, 80, 0, 80, 0, 0]), reason: .malformed, what: "6 bytes of a TCP header over IPv6, and no more"),
            ], trial, step: 2)
    }

    // MARK: Step 3

    static func options(_ trial: Trial) throws {
        let stamps = Row.Options.Item.timestamps(0x0102_0304, 0xF0E0_D0C0)
        let lists: [[Row.Options.Item]] = [
            [], [.mss(1_460)], [.mss(65_495)], [.windowScale(7), .nothing], [.windowScale(0), .end], [.sackPermitted, .nothing, .nothing],
            [.nothing, .nothing, stamps], [.mss(1_460), .sackPermitted, stamps, .nothing, .windowScale(14)],
        ]
        try judge(exchange(lists.map { row(Row.syn, options: $0) }), trial, step: 3)
    }

    static func anyOrder(_ trial: Trial) throws {
        let stamps = Row.Options.Item.timestamps(1, .max)
        var lists: [[Row.Options.Item]] = [
            [.windowScale(3), stamps, .mss(536), .sackPermitted],
            // SACK blocks, a TCP Fast Open cookie, an MD5 signature, and a kind that nobody knows.
            [.other(kind: 5, trial.random.bytes(8)), .mss(1_200)],
            [.other(kind: 34, trial.random.bytes(8)), .nothing, .windowScale(1)],
            [.other(kind: 19, trial.random.bytes(16)), stamps], [.other(kind: 253, []), .sackPermitted],
            // What is behind the end is no option.
            [.mss(1_000), .end, .sackPermitted], [.end, .windowScale(5)],
            // A known kind of a length that it can't have is passed over.
            [.other(kind: 2, [1, 2, 3]), .mss(900)], [.other(kind: 3, [1, 2]), .sackPermitted],
            [.other(kind: 8, [1, 2]), .windowScale(2)],
        ]
        for _ in 0..<20 {
            let items: [Row.Options.Item] = [.mss(1_400), .windowScale(9), .sackPermitted, stamps, .nothing, .other(kind: 30, [1, 2, 3])]
            lists.append(items.shuffled(using: &trial.random))
        }
        try judge(exchange(lists.map { row(Row.syn | Row.ack, options: $0) }), trial, step: 3)
    }

    static func brokenOptions(_ trial: Trial) throws {
        func item(_ options: [UInt8], _ what: String) -> SkippedPackets.Item {
            .init(packet: Frame.ipv4(Frame.tcp(flags: 2, sequence: 1, options: options)), reason: .malformed, what: what)
        }
        try SkippedPackets.expect(
            [
                item([2, 1, 0, 0], "an option of length 1"), item([99, 0, 1, 1], "an option of length 0"),
                item([2, 5, 1, 2], "an option that runs past the header's end"),
                item([1, 1, 1, 3], "an option whose length stands behind the header's end"),
                item([4, 2, 8, 10], "time stamps of which only the first two bytes are there"),
            ], trial, step: 3)
    }

    /// Options that the snap length cut: what is there counts, and the segment with it.
    static func snappedOptions(_ trial: Trial) throws {
        let whole: [Row.Options.Item] = [.mss(1_000), .sackPermitted, .timestamps(1, 2), .nothing, .windowScale(3)]
        let kept = [(20, whole[..<0]), (23, whole[..<0]), (24, whole[..<1]), (27, whole[..<2]), (36, whole[..<3]), (40, whole[...])]
        var conversation = exchange(
            kept.map { _ in row(Row.syn, options: whole) }, name: "SYNs whose options were cut by the snap length")
        let format = CaptureWriter.Format.pcap
        let records = zip(conversation.rows, kept).flatMap { row, kept in
            let packet = conversation.packet(row)
            return format.record(
                CapturedPacket(
                    time: .nanoseconds(row.time), linkType: .raw, bytes: Array(packet.prefix(20 + kept.0)), originalLength: packet.count))
        }
        for (index, part) in kept.enumerated() { conversation.rows[index].options.meaning = Row.Options(Array(part.1)).meaning }
        let found = try trial.traces(of: format.header(.raw) + records, step: 3)
        try TraceComparison(expected: Traffic([conversation]), step: 3).judge(found)
    }
}
