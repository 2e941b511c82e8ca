import Capture
import Sockets
import Testing

/// Packets kept by the kernel until somebody looks.
@Suite("Packet ring", .enabled(if: LiveCapture.isPermitted, "capturing needs CAP_NET_RAW; try: unshare -Urn"))
struct PacketRingTests {
    /// Other tests use the loopback interface at the same time: only what is sent to this socket counts.
    private struct Datagrams: ~Copyable {
        let receiver: Socket
        let sender: Socket
        let port: UInt16
        init() throws {
            let receiver = try Socket(.datagram, .ipv4)
            try receiver.bind(to: .loopback(port: 0))
            let port = try receiver.localAddress().port
            let sender = try Socket(.datagram, .ipv4)
            try sender.connect(to: .loopback(port: port))
            self.receiver = receiver
            self.sender = sender
            self.port = port
        }

        /// The first payload bytes of those packets in the ring that went to this socket, and how long they were.
        func taken(from ring: inout PacketRing) -> [(first: UInt8, length: Int)] {
            var found: [(UInt8, Int)] = []
            while let packet = ring.take() {
                guard packet.bytes.count > 28, packet.bytes[9] == 17, packet.bytes.span.bigEndianUInt16(at: 22) == port else { continue }
                found.append((packet.bytes[28], packet.originalLength - 28))
            }
            return found
        }
    }

    @Test func `Packets come out as they went by`() throws {
        var ring = try PacketRing(interface: "lo")
        let datagrams = try Datagrams()
        for number in 1...5 { _ = try datagrams.sender.send([UInt8(number), 0, 0].span) }
        // Longer than a place in the ring: its beginning is kept, and how long it was.
        _ = try datagrams.sender.send([UInt8](repeating: 6, count: 9_000).span)
        let found = datagrams.taken(from: &ring)
        #expect(found.map(\.first) == [1, 2, 3, 4, 5, 6])
        #expect(found.map(\.length) == [3, 3, 3, 3, 3, 9_000])
        #expect(ring.take() == nil || datagrams.taken(from: &ring).isEmpty)
    }

    @Test func `The latest are kept, round and round`() throws {
        var ring = try PacketRing(interface: "lo")
        let datagrams = try Datagrams()
        for number in 0..<3 * PacketRing.capacity {
            _ = try datagrams.sender.send([UInt8(truncatingIfNeeded: number)].span)
            if number % 64 == 0 { ring.keep(latest: PacketRing.capacity / 2) }
        }
        let found = datagrams.taken(from: &ring).map(\.first)
        #expect(found.last == UInt8(truncatingIfNeeded: 3 * PacketRing.capacity - 1))
        #expect(zip(found, found.dropFirst()).allSatisfy { $0 &+ 1 == $1 }, "none is missing in between")
    }

    @Test func `What there is no room for is counted`() throws {
        var ring = try PacketRing(interface: "lo")
        let datagrams = try Datagrams()
        for number in 0..<PacketRing.capacity + 100 { _ = try datagrams.sender.send([UInt8(truncatingIfNeeded: number)].span) }
        #expect(ring.droppedPackets() >= 100)
        #expect(datagrams.taken(from: &ring).first?.first == 0, "the first are kept when nobody makes room")
    }
}
