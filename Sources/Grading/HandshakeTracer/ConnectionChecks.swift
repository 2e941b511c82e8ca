import Capture

/// Steps 4 to 6: connections, states, and what goes wrong.
enum ConnectionChecks {
    /// Some scenarios in one capture, each with a port of its own, one after the other.
    static func scenarios(_ scenarios: [Scenario], step: Int, readsNotes: Bool = true) -> @Sendable (Trial) throws -> Void {
        { trial in
            let all = scenarios.enumerated().flatMap { index, scenario in
                scenario.conversations(port: 20_000 + index, start: 1_000_000_000 + index * 1_000_000)
            }
            let traffic = Traffic(all)
            try TraceComparison(expected: traffic, step: step, readsNotes: readsNotes).judge(trial.traces(of: traffic.capture, step: step))
        }
    }

    /// Scenarios by their names.
    static func scenarios(named names: [String], step: Int) -> @Sendable (Trial) throws -> Void {
        scenarios(Scenario.all.filter { names.contains($0.name) }, step: step)
    }

    private static func judge(_ plays: [Play], _ trial: Trial, step: Int) throws {
        let traffic = Traffic(plays.map(\.conversation))
        try TraceComparison(expected: traffic, step: step).judge(trial.traces(of: traffic.capture, step: step))
    }

    /// An end of a connection; ten hosts, half of them IPv6, and ports of any size.
    private static func site(_ random: inout SeededGenerator, isIPv4: Bool, port: Int? = nil) -> Site {
        let last = UInt8.random(in: 1...5, using: &random)
        let host = isIPv4 ? [10, 0, 0, last] : join([0xFD], [UInt8](repeating: 0, count: 14), [last])
        return Site(host: host, port: port ?? Int.random(in: 1...65_535, using: &random))
    }

    /// Connections at random, side by side.
    private static func plays(
        _ count: Int, _ trial: Trial, numbers: Play.Numbers = .any, _ body: (inout Play, inout SeededGenerator) -> Void
    ) -> [Play] {
        var used: Set<Set<Site>> = []
        return (0..<count).map { _ in
            let isIPv4 = Bool.random(using: &trial.random)
            var ends: [Site]
            repeat {
                ends = [site(&trial.random, isIPv4: isIPv4), site(&trial.random, isIPv4: isIPv4)]
            } while ends[0].host == ends[1].host || !used.insert(Set(ends)).inserted
            var play = Play(
                client: ends[0], server: ends[1], start: 1_700_000_000_000_000_000 + Int.random(in: 0...5_000_000, using: &trial.random),
                numbers: numbers, random: SeededGenerator(seed: trial.random.next()))
            body(&play, &trial.random)
            return play
        }
    }

    // MARK: Step 4

    static func handshake(_ trial: Trial) throws {
        // The client's port is the higher one, then the lower one.
        let plays = [(50_000, 80), (1_024, 60_000)].enumerated().map { index, ports in
            var play = Play(
                client: Site(host: Frame.hosts[index], port: ports.0), server: Site(host: Frame.hosts[1 - index], port: ports.1),
                start: 1_700_000_000_000_000_500 + index * 1_000_000_000, random: SeededGenerator(seed: trial.random.next()))
            play.open()
            play.talk(3)
            return play
        }
        try judge(plays, trial, step: 4)
    }

    static func interleaved(_ trial: Trial) throws {
        var plays = plays(20, trial) { play, _ in
            play.open()
            play.talk(4)
        }
        // The same ports at other hosts, and the same hosts with the ports the other way round.
        let hosts = Frame.hosts
        for (client, server) in [
            (Site(host: hosts[0], port: 7_000), Site(host: hosts[1], port: 9_000)),
            (Site(host: hosts[0], port: 9_000), Site(host: hosts[1], port: 7_000)),
            (Site(host: [10, 0, 0, 9], port: 7_000), Site(host: hosts[1], port: 9_000)),
            (Site(host: hosts[0], port: 7_000), Site(host: [10, 0, 0, 9], port: 9_000)),
        ] {
            var play = Play(
                client: client, server: server, start: 1_700_000_000_000_000_000, random: SeededGenerator(seed: trial.random.next()))
            play.open()
            play.talk(4)
            plays.append(play)
        }
        try judge(plays, trial, step: 4)
    }

    static func wrapping(_ trial: Trial) throws {
        try judge(
            plays(8, trial, numbers: .wrapping) { play, _ in
                play.open()
                play.talk(6)
            }, trial, step: 4)
    }

    static func midstreamNumbers(_ trial: Trial) throws {
        try judge(
            plays(4, trial) { play, _ in
                play.beginMidstream()
                play.talk(4)
            }, trial, step: 4)
    }

    /// The same three segments with times of every resolution.
    static func times(_ trial: Trial) throws {
        var play = Play(
            client: Site(host: Frame.hosts[0], port: 40_003), server: Site(host: Frame.hosts[1], port: 80), start: 0,
            random: SeededGenerator(seed: 1))
        play.open()
        let little = CaptureEncoder(isBig: false)
        /// A capture and the times of its segments in nanoseconds after the first.
        let packets = play.conversation.rows.map { play.conversation.packet($0) }
        func pcap(_ nanoseconds: Bool, _ times: [(Int, Int)]) -> [UInt8] {
            little.pcap(nanoseconds: nanoseconds, linkType: 101, zip(times, packets).map { ($0.0, $0.1, $1) })
        }
        func pcapng(_ options: [(code: Int, value: [UInt8])], _ ticks: [UInt64]) -> [UInt8] {
            join(
                little.section(), little.interface(101, options: options),
                zip(ticks, packets).flatMap { little.enhanced(0, ticks: $0, $1) })
        }
        let cases: [(String, [UInt8], [Int])] = [
            ("a pcap file in microseconds", pcap(false, [(9, 999_999), (10, 4), (11, 0)]), [0, 5_000, 1_000_001_000]),
            ("a pcap file in nanoseconds", pcap(true, [(9, 999_999_900), (10, 1_899), (10, 2_000)]), [0, 1_999, 2_100]),
            ("a pcapng file without if_tsresol (microseconds)", pcapng([], [5_000_000, 5_000_001, 6_000_000]), [0, 1_000, 1_000_000_000]),
            ("a pcapng file with if_tsresol 9", pcapng([(9, [9])], [1, 1_500, 5_000]), [0, 1_499, 4_999]),
            ("a pcapng file with if_tsresol 3", pcapng([(9, [3])], [7, 8, 1_007]), [0, 1_000_000, 1_000_000_000]),
            (
                "a pcapng file with if_tsresol 2 to the power of -10", pcapng([(9, [0x8A])], [1_024, 1_536, 2_048]),
                [0, 500_000_000, 1_000_000_000]
            ),
            ("a pcapng file with if_tsoffset", pcapng([(14, [1, 0, 0, 0, 0, 0, 0, 0])], [1, 3, 9]), [0, 2_000, 8_000]),
        ]
        for (name, capture, times) in cases {
            var conversation = play.conversation
            conversation.name = name
            for (index, time) in times.enumerated() { conversation.rows[index].time = time }
            try TraceComparison(expected: Traffic([conversation]), step: 4).judge(trial.traces(of: capture, step: 4))
        }
    }

    // MARK: Steps 5 and 6

    /// Connections at random, opened and closed in every way.
    static func states(_ trial: Trial) throws {
        let endings = Play.Ending.allCases
        var index = 0
        let plays = plays(24, trial) { play, random in
            if index % 5 == 4 { play.openFromBothEnds() } else { play.open() }
            play.talk(Int.random(in: 0...3, using: &random))
            play.close(endings[index % endings.count], by: index / endings.count % 2)
            index += 1
        }
        try judge(plays, trial, step: 5)
    }

    /// Connections at random, in which everything goes wrong that can.
    static func everything(_ trial: Trial) throws {
        for numbers in [Play.Numbers.any, .wrapping] {
            let plays = plays(16, trial, numbers: numbers) { play, random in
                if Int.random(in: 0..<6, using: &random) == 0 { play.beginMidstream() } else { play.open(again: true) }
                play.talk(2)
                play.stumble(8)
                play.close(Play.Ending.allCases.randomElement(using: &random) ?? .open, by: .random(in: 0...1, using: &random))
            }
            try judge(plays, trial, step: 6)
        }
    }

    /// Damaged packets: each is a segment, or is counted. Nothing crashes, nothing hangs.
    static func hostile(_ trial: Trial) throws {
        let options = Row.Options([.mss(1_460), .sackPermitted, .timestamps(1, 2), .nothing, .windowScale(7)]).bytes
        let segment = Frame.tcp(flags: 0x12, sequence: 1, acknowledgment: 7, options: options, payload: 9)
        let empty: [UInt8] = [0, 1, 4, 0, 0, 0, 0]
        let whole = [Frame.ipv4(segment), Frame.ipv6(segment), Frame.ipv6(segment, next: 0, extensions: join([60], empty, [6], empty))]
        let format = CaptureWriter.Format.pcap
        var capture = format.header(.raw)
        let count = 3_000
        for index in 0..<count {
            var packet = whole[index % 3]
            for _ in 0..<Int.random(in: 1...4, using: &trial.random) {
                let place = Int.random(in: 0..<packet.count, using: &trial.random)
                packet[place] =
                    [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &trial.random)].randomElement(using: &trial.random) ?? 0
            }
            if Int.random(in: 0..<5, using: &trial.random) == 0 {
                packet = Array(packet.prefix(Int.random(in: 0...packet.count, using: &trial.random)))
            }
            capture += format.record(CapturedPacket(time: .microseconds(index), linkType: .raw, bytes: packet))
        }
        let program = try trial.run(["read", try trial.write(capture, as: "hostile.pcap")])
        try trial.expectSuccess(of: program, step: 6, doing: "`read` of \(grouped(count)) damaged packets")
        let line = program.outputLines.last { !$0.isEmpty } ?? ""
        let skipped = line.numbers.first ?? 0
        // Every segment is a line with its direction, drawn in one way or another; the JSON counts them exactly.
        let again = try trial.run(["read", try trial.write(capture, as: "hostile.pcap"), "--json"])
        let segments = try again.traces.reduce(0) { $0 + $1.segments.count }
        guard segments + skipped == count, segments > 100, skipped > 100 else {
            throw fail(
                "of \(grouped(count)) damaged packets each must be a segment or be counted as skipped; "
                    + "there are \(grouped(segments)) segments, and the last line says: \(line)")
        }
    }
}
