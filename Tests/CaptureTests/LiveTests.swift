import Capture
import Foundation
import Sockets
import Testing

@testable import Grading

/// Real connections over this machine's loopback, captured as they happen, and traced from the file.
@Suite("Live capture", .enabled(if: LiveCapture.isPermitted, "capturing needs CAP_NET_RAW; try: unshare -Urn"))
struct LiveTests {
    /// What two ends do to each other, and what the tracer must say of it.
    struct Story: CustomStringConvertible, Sendable {
        let description: String
        var address = SocketAddress.loopback(port: 0)
        let result: String
        /// A note that one of the segments must have.
        var note: String?
        let play: @Sendable (borrowing Socket, SocketAddress) throws(SocketError) -> Void
    }

    static let stories: [Story] = [
        Story(description: "established-fin", result: "established fin") { (listener, address) throws(SocketError) in
            let client = try Socket(.stream, address.family)
            try client.connect(to: address)
            guard let server = try listener.accept() else { return }
            _ = try client.send([1, 2, 3].span)
            _ = try server.receive(upTo: 3)
            try client.shutDown(.sending)
            _ = try server.receive(upTo: 1)
            try server.shutDown(.sending)
            _ = try client.receive(upTo: 1)
        },
        Story(description: "refused-ipv6", address: SocketAddress(ipv6: 1), result: "refused -") {
            (listener, address) throws(SocketError) in
            // A port that is bound, and listens no more.
            try listener.shutDown(.both)
            let client = try Socket(.stream, address.family)
            do throws(SocketError) { try client.connect(to: address) } catch { if error.code != ECONNREFUSED { throw error } }
        },
        Story(description: "reset", result: "established reset") { (listener, address) throws(SocketError) in
            let client = try Socket(.stream, address.family)
            try client.connect(to: address)
            guard let server = try listener.accept() else { return }
            _ = try client.send([1, 2, 3].span)
            _ = try server.receive(upTo: 3)
            try server.resetOnClose()
        },
        Story(description: "half-closed", result: "established half-closed") { (listener, address) throws(SocketError) in
            let client = try Socket(.stream, address.family)
            try client.connect(to: address)
            guard let server = try listener.accept() else { return }
            try client.shutDown(.sending)
            _ = try server.receive(upTo: 1)
            _ = try server.send([1, 2, 3].span)
            _ = try client.receive(upTo: 3)
            // So that closing sends a reset in both directions only after the capture has been read.
            LiveTests.keepOpen(client, server)
        },
        Story(description: "unanswered", result: "unanswered -", note: "retransmission") { (listener, address) throws(SocketError) in
            // A listener whose queue is full takes no notice of a SYN; the client tries again after a second.
            try listener.listen(backlog: 0)
            let first = try Socket(.stream, address.family)
            try first.connect(to: address)
            let second = try Socket(.stream, address.family)
            do throws(SocketError) { try second.connect(to: address, until: .after(.milliseconds(1_200))) } catch {
                if error.code != ETIMEDOUT { throw error }
            }
            LiveTests.keepOpen(first, second)
        },
        Story(description: "zero-window", result: "established open", note: "zero-window") { (listener, address) throws(SocketError) in
            try listener.set(.receiveBuffer, to: 2_048)
            let client = try Socket(.stream, address.family)
            try client.connect(to: address)
            guard let server = try listener.accept() else { return }
            try client.descriptor.setNonBlocking(true)
            _ = try client.send([UInt8](repeating: 7, count: 16_384).span)
            LiveTests.keepOpen(client, server)
        },
    ]

    /// Sockets that stay open to the end of the tests, because closing them would be one more thing to capture.
    static func keepOpen(_ one: borrowing Socket, _ other: borrowing Socket) {
        for number in [one.descriptor.number, other.descriptor.number] { _ = dup(number) }
    }

    @Test("What really happened is what is traced", arguments: stories)
    func tells(_ story: Story) async throws {
        let packets = try await onThread { try Self.capture(story) }
        let file = CaptureWriter.Format.pcap.header(.raw) + packets.flatMap { CaptureWriter.Format.pcap.record($0) }
        let run = try await withFile(file, name: "\(story).pcap") { try await runTracer("read", "--json", $0) }
        let lines = run.output.split(separator: "\n")
        let trace = try Trace(line: String(try #require(lines.last)), number: lines.count)
        let result = story.result.split(separator: " ").map(String.init)
        #expect(trace.fields["outcome"] == .text(result[0]))
        #expect(trace.fields["close"] == (result[1] == "-" ? .null : .text(result[1])))
        if let note = story.note { #expect(trace.segments.contains { $0["note"] == .text(note) }) }
        #expect(story.note != nil || trace.segments.allSatisfy { $0["note"] == .null }, "every loopback packet is captured once")
    }

    /// Plays a story between a listener and a client, and captures it.
    private static func capture(_ story: Story) throws -> [CapturedPacket] {
        let listener = try Socket(.stream, story.address.family)
        try listener.bind(to: story.address)
        try listener.listen()
        let address = try listener.localAddress()
        var capture = try LiveCapture(toward: address)
        try story.play(listener, address)
        var packets: [CapturedPacket] = []
        // The kernel keeps an acknowledgment back for up to 200 ms.
        while let packet = try capture.next(until: .after(.seconds(1))) { packets.append(packet) }
        #expect(capture.droppedPackets() == 0)
        return packets
    }
}
