import Foundation
import Testing

@testable import Grading

@Suite("The reference tracer")
struct TracerTests {
    /// What each of them must be is checked by the grader; here the capture of all is made, which other programs can read.
    @Test("All scenarios in one capture, each with a port of its own")
    func scenarios() async throws {
        let conversations = Scenario.all.enumerated().flatMap { index, scenario in
            scenario.conversations(port: 20_000 + index, start: 1_000_000_000_000 + index * 1_000_000)
        }
        let traffic = Traffic(conversations)
        let run = try await withFile(traffic.capture, name: "scenarios.pcap") { try await runTracer("read", $0, "--json") }
        #expect(run.code == 0 && run.errors == "")
        let traces = try run.output.split(separator: "\n").enumerated().map { try Trace(line: String($1), number: $0 + 1) }
        try TraceComparison(expected: traffic, step: 6).judge(traces)
    }

    @Test("The line of JSON, character for character")
    func exactJSON() async throws {
        let options: [UInt8] = [2, 4, 0xFF, 0xD7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
        let packets = [
            Frame.ipv6(Frame.tcp(flags: 2, sequence: .max, options: options)),
            Frame.ipv6(Frame.tcp(fromClient: false, flags: 0x14, sequence: 0, acknowledgment: 0, window: 0), fromClient: false),
        ]
        let file = CaptureEncoder(isBig: true).pcap(
            nanoseconds: true, linkType: 229, [(9, 999_999_999, packets[0]), (10, 1_998, packets[1])])
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
        let file = CaptureEncoder(isBig: false).pcap(nanoseconds: false, linkType: 101, packets.map { (0, 0, $0) })
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
}
