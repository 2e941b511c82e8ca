import CLinux
import Glibc
import Sockets

/// Captures the IP packets that pass over one interface: a packet(7) socket, which needs CAP_NET_RAW.
///
/// The kernel keeps what it sees from the moment this exists until ``next(until:)`` asks for it, up to some megabytes; what
/// does not fit is lost, and counted. On a loopback interface, where a packet leaves and arrives, it is seen once.
public struct LiveCapture: ~Copyable, Sendable {
    /// What every packet begins with: the IP header. The kernel takes off what is before it, whatever the interface is.
    public static let linkType = LinkType.raw

    private let descriptor: Descriptor
    /// How much of each packet is kept, in bytes.
    private let snapLength: Int
    /// The time of the last packet.
    private var latest = Duration.zero

    /// Captures on the interface of that name.
    ///
    /// - Parameters:
    ///   - port: Only TCP segments from or to this port; nil for all IP packets.
    ///   - snapLength: How much of each packet to keep, in bytes, at least 1.
    /// - Throws: `SocketError` with the operation `socket`; EPERM without CAP_NET_RAW.
    public init(interface name: String, port: UInt16? = nil, snapLength: Int = 262_144) throws(SocketError) {
        try self.init(index: unsafe clinux_interface_named(name), name: name, port: port, snapLength: snapLength)
    }

    /// Captures TCP segments from or to the port of an address, on the interface over which this machine reaches it.
    ///
    /// - Throws: `SocketError` with the operation `socket`; EPERM without CAP_NET_RAW.
    public init(toward address: SocketAddress, snapLength: Int = 262_144) throws(SocketError) {
        // Connecting a datagram socket sends nothing, and shows which address of its own the kernel would use.
        let probe = try Socket(.datagram, address.family)
        try probe.connect(to: address)
        let ownHost = try probe.localAddress().numericHost
        // From itself to itself, a machine uses its loopback interface, whatever the address.
        let isOwn = ownHost == address.numericHost
        let host = isOwn ? (address.family == .ipv4 ? "127.0.0.1" : "::1") : ownHost
        try self.init(
            index: unsafe clinux_interface_with_address(host), name: "interface of \(host)", port: address.port, snapLength: snapLength)
    }

    private init(index: Int32, name: String, port: UInt16?, snapLength: Int) throws(SocketError) {
        guard index != 0 else { throw SocketError("socket", address: name, code: ENODEV) }
        let number = clinux_packet_socket(index, port.map { Int32($0) } ?? 0)
        guard number != -1 else { throw SocketError("socket", address: "AF_PACKET", code: errno) }
        descriptor = Descriptor(adopting: number)
        self.snapLength = snapLength
    }

    /// Whether this process may capture: whether it has CAP_NET_RAW.
    public static var isPermitted: Bool {
        let number = socket(AF_PACKET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number != -1 else { return false }
        _ = Descriptor(adopting: number)
        return true
    }

    /// The next packet, or nil if none has come by the deadline.
    ///
    /// Times never go back: if somebody sets the machine's clock back meanwhile, time stands still until it has caught up.
    ///
    /// - Throws: `SocketError` with the operation `recvmsg` or `poll`.
    public mutating func next(until deadline: Deadline) throws(SocketError) -> CapturedPacket? {
        while true {
            if let received = try receive() {
                guard received.isIP else { continue }
                var packet = received.packet
                latest = max(latest, packet.time)
                packet.time = latest
                return packet
            } else if try descriptor.wait(for: .readable, until: deadline).isEmpty {
                return nil
            }
        }
    }

    /// How many packets were lost since the last call because nobody asked for them in time: packet(7), PACKET_STATISTICS.
    public func droppedPackets() -> Int {
        max(0, clinux_packet_drops(descriptor.number))
    }

    private func receive() throws(SocketError) -> (packet: CapturedPacket, isIP: Bool)? {
        var (length, seconds, nanoseconds): (Int64, Int64, Int64) = (0, 0, 0)
        var etherType: Int32 = 0
        var wouldBlock = false
        let bytes = try [UInt8](capacity: snapLength) { (output) throws(SocketError) in
            try unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) throws(SocketError) in
                while true {
                    let count = unsafe clinux_packet_receive(
                        descriptor.number, buffer.baseAddress, snapLength, &length, &etherType, &seconds, &nanoseconds)
                    let code = errno
                    if count >= 0 { return filled = count }
                    if code == EAGAIN { return wouldBlock = true }
                    if code != EINTR { throw SocketError("recvmsg", code: code) }
                }
            }
        }
        if wouldBlock { return nil }
        // A copy no larger than the packet; the buffer was as large as any.
        var packet = CapturedPacket(
            time: Duration(secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000),
            linkType: Self.linkType, bytes: [], originalLength: Int(length))
        packet.bytes.reserveCapacity(bytes.count)
        packet.bytes += bytes
        return (packet, isIP: etherType == 0x0800 || etherType == 0x86DD)
    }
}
