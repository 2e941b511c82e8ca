import Foundation
import Testing

@Suite("The reference tracer")
struct TracerTests {
    @Test("Outcomes, closes, states and notes")
    func scenarioTable() async throws {
        // All scenarios in one capture, each with a port of its own.
        var packets: [(Int, Int, [UInt8])] = []
        for (index, scenario) in scenarios.enumerated() {
            for packet in scenario.packets(clientPort: 20_000 + index) { packets.append((1_000, packets.count * 10, packet)) }
        }
        let file = Encoder(isBig: false).pcap(nanoseconds: false, linkType: 101, packets)
        let run = try await withFile(file, name: "scenarios.pcap") { try await runTracer("read", $0, "--json") }
        #expect(run.code == 0 && run.errors == "")
        let traced = try TracedConnection.all(in: run.output)
        #expect(traced.count == scenarios.reduce(0) { $0 + $1.lines.count })
        for (index, scenario) in scenarios.enumerated() {
            let found = traced.filter { $0.client.hasSuffix(":\(20_000 + index)") || $0.server.hasSuffix(":\(20_000 + index)") }
            #expect(found.map { "\($0.outcome) \($0.close ?? "-")" } == scenario.results, "\(scenario)")
            for (connection, lines) in zip(found, scenario.lines) {
                #expect(connection.client.hasSuffix(lines[0].fromClient ? ":\(20_000 + index)" : ":80"), "\(scenario)")
                #expect(connection.segments.map(\.found) == lines.map(\.expected), "\(scenario)")
                #expect(connection.segments.map(\.seq) == lines.map(\.sequence))
                #expect(connection.segments.map(\.ack) == lines.map(\.acknowledgment))
                #expect(connection.segments.map(\.flags) == lines.map(\.flags))
                #expect(connection.segments.map(\.length) == lines.map(\.length))
                #expect(connection.segments.map(\.window) == lines.map(\.window))
                #expect(connection.segments.map(\.timeUs) == lines.indices.map { $0 * 10 })
            }
        }
    }

    @Test("The line of JSON, character for character")
    func exactJSON() async throws {
        let options: [UInt8] = [2, 4, 0xFF, 0xD7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
        let packets = [
            Frame.ipv6(Frame.tcp(flags: 2, sequence: .max, options: options)),
            Frame.ipv6(Frame.tcp(fromClient: false, flags: 0x14, sequence: 0, acknowledgment: 0, window: 0), fromClient: false),
        ]
        let file = Encoder(isBig: true).pcap(nanoseconds: true, linkType: 229, [(9, 999_999_999, packets[0]), (10, 1_998, packets[1])])
        let run = try await withFile(file, name: "refused-ipv6.pcap") { try await runTracer("read", "--json", $0) }
        #expect(
            run.output == """
                {"client":"[fd00::1]:40000","server":"[fd00::2]:80","outcome":"refused","close":null,"handshake_us":null,"segments":[\
                {"time_us":0,"from":"client","flags":["SYN"],"seq":4294967295,"ack":null,"rel_seq":0,"rel_ack":null,"window":1000,\
                "length":0,"options":{"mss":65495,"sack_permitted":true,"ts_val":1,"ts_ecr":0,"window_scale":7},\
                "client_state":"SYN-SENT","server_state":"SYN-RECEIVED","note":null},\
                {"time_us":1,"from":"server","flags":["RST","ACK"],"seq":0,"ack":0,"rel_seq":1,"rel_ack":1,"window":0,"length":0,\
                "options":{},"client_state":"CLOSED","server_state":"CLOSED","note":null}]}

                """)
    }

    @Test("What is skipped is counted with its reason, and stops nothing")
    func skippedPackets() async throws {
        let tcp = Frame.tcp(flags: 2, sequence: 1, options: [2, 4, 1, 2])
        func changed(_ packet: [UInt8], _ index: Int, _ value: UInt8) -> [UInt8] {
            var packet = packet
            packet[index] = value
            return packet
        }
        let v4 = Frame.ipv4(tcp)
        let fragmentHeader: [UInt8] = [6, 0, 0, 1, 0, 0, 0, 9]
        let packets = [
            Frame.ipv4([1, 2, 3, 4, 5, 6, 7, 8], protocol: 17), Frame.ipv6([], next: 59), Frame.ipv6(tcp, next: 50),
            Frame.ipv4(tcp, fragment: 0x2000), Frame.ipv4(tcp, fragment: 7), Frame.ipv6(tcp, next: 44, extensions: fragmentHeader),
            changed(v4, 0, 0x55), changed(v4, 0, 0x44), changed(v4, 3, 19), changed(v4, 3, 200), Array(v4.prefix(12)),
            changed(v4, 32, 0x40), changed(v4, 32, 0xF0), changed(v4, 41, 1), changed(v4, 41, 5),
            Frame.ipv6(tcp, next: 0, extensions: [6, 9, 0, 0, 0, 0, 0, 0]),
            // These are fine: don't fragment; an atomic fragment behind hop-by-hop options; an unknown option; the end of the list.
            Frame.ipv4(tcp, fragment: 0x4000),
            Frame.ipv6(tcp, next: 0, extensions: [44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 9]),
            changed(v4, 40, 5), changed(v4, 40, 99), changed(changed(v4, 40, 0), 41, 0),
        ]
        let file = Encoder(isBig: false).pcap(nanoseconds: false, linkType: 101, packets.map { (0, 0, $0) })
        let run = try await withFile(file, name: "skipped.pcap") { try await runTracer("read", $0) }
        #expect(run.code == 0)
        #expect(
            run.output.split(separator: "\n").last.map(String.init) == """
                skipped: 16 packets (3 not TCP, 3 IP fragments, 1 malformed: IP version is neither 4 nor 6, 1 malformed: IPv4 header \
                is not whole, 1 malformed: IPv4 header length is below 20, 1 malformed: IPv4 total length is below the header \
                length, 1 malformed: IPv4 total length is beyond the packet's end, 1 malformed: IPv6 extension header runs past \
                the packet's end, 1 malformed: TCP header length is below 20, 1 malformed: TCP header runs past the packet's \
                end, 1 malformed: TCP option length is below 2, 1 malformed: TCP option runs past the header's end)
                """)
    }

    @Test("A packet that the snap length cut short is used as far as its headers reach")
    func snapLength() async throws {
        let packet = Frame.ipv4(Frame.tcp(flags: 2, sequence: 1, options: [2, 4, 1, 2, 4, 2, 0, 0], payload: 100))
        let encoder = Encoder(isBig: false)
        let file = bytes(
            encoder.section(), encoder.interface(101),
            [20, 39, 40, 43, 45, 47, 48, 60].flatMap {
                encoder.enhanced(0, ticks: 0, Array(packet.prefix($0)), originalLength: packet.count)
            })
        let run = try await withFile(file, name: "snapped.pcapng") { try await runTracer("read", "--json", $0) }
        let segments = try TracedConnection.all(in: run.output).flatMap(\.segments)
        #expect(segments.map(\.length) == [100, 100, 100, 100, 100, 100])
        #expect(run.output.components(separatedBy: "\"mss\":258").count == 5)
        #expect(run.output.components(separatedBy: "sack_permitted").count == 3 + 1)
        #expect(run.errors == "skipped: 2 packets (2 cut short by the snap length)\n")
    }

    @Test("What came before the damage is traced; then the error names file and offset, and the code is 65")
    func truncatedFile() async throws {
        let packet = Frame.ipv4(Frame.tcp(flags: 2, sequence: 1))
        let whole = Encoder(isBig: false).pcap(nanoseconds: false, linkType: 101, [(0, 0, packet), (0, 0, packet)])
        let (run, path) = try await withFile(Array(whole.dropLast(3)), name: "truncated.pcap") {
            (try await runTracer("read", "--json", $0), $0)
        }
        #expect(run.code == 65)
        #expect(try TracedConnection.all(in: run.output).map(\.segments.count) == [1])
        #expect(run.errors == "error: \(path): offset 80: the file ends inside a packet\n")
    }

    @Test("10,000 damaged packets: each is a segment, or is counted")
    func damagedPackets() async throws {
        let options: [UInt8] = [2, 4, 1, 2, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
        let tcp = Frame.tcp(flags: 0x12, sequence: 1, acknowledgment: 7, options: options, payload: 9)
        let extensions: [UInt8] = [43, 0, 1, 4, 0, 0, 0, 0, 60, 0, 1, 4, 0, 0, 0, 0, 51, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let whole = [
            Frame.ipv4(tcp), Frame.ipv6(tcp), Frame.ipv6(tcp, next: 0, extensions: extensions + [6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ]
        var generator = SeededGenerator(state: 1)
        let packets = (0..<10_000).map { index in damaged(whole[index % 3], &generator) }
        let file = Encoder(isBig: false).pcap(nanoseconds: false, linkType: 101, packets.enumerated().map { (0, $0, $1) })
        let run = try await withFile(file, name: "damaged.pcap") { try await runTracer("read", "--json", $0) }
        #expect(run.code == 0)
        let segments = try TracedConnection.all(in: run.output).reduce(0) { $0 + $1.segments.count }
        let skipped = try #require(run.errors.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(segments + skipped == 10_000)
        #expect(segments > 1_000 && skipped > 1_000)
    }

    @Test(
        "Wrong usage",
        arguments: [
            [], ["draw"], ["read"], ["read", "a", "b"], ["read", "a", "--pcap", "b"], ["read", "--svg"], ["connect"], ["connect", "host"],
            ["connect", "h:65536"], ["demo", "x"], ["demo", "--json=1"],
        ])
    func usage(arguments: [String]) async throws {
        let run = try await runTracer(arguments)
        #expect(run.code == 64 && run.output == "")
        #expect(run.errors.hasPrefix("error: ") && run.errors.contains("\nusage: handshake-tracer "))
    }

    @Test("The demo traces an orderly connection, and its capture says the same again")
    func demo() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (pcap, svg) = (folder.appendingPathComponent("demo.pcapng").path, folder.appendingPathComponent("demo.svg").path)
        let run = try await runTracer("demo", "--json", "--pcap", pcap, "--svg", svg)
        #expect(run.code == 0)
        // A machine may allow neither capturing nor a namespace: then there is the kernel's account, and no capture.
        if !run.errors.isEmpty { try Test.cancel("\(run.errors)") }
        let connection = try #require(try TracedConnection.all(in: run.output).first)
        #expect(connection.outcome == "established" && connection.close == "fin")
        #expect(connection.segments.allSatisfy { $0.note == nil })
        #expect(try await runTracer("read", pcap, "--json").output == run.output)
        #expect(try String(contentsOfFile: svg, encoding: .utf8).contains("</svg>"))
    }
}
