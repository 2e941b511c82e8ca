import CLinux
import Glibc
import Sockets

/// The latest IP packets of an interface, kept at next to no cost while nobody looks: packet(7), PACKET_RX_RING.
///
/// Where ``LiveCapture`` asks the kernel for each packet, here the kernel writes them into memory that both share. When all
/// places are taken, what comes is lost until ``keep(latest:)`` has let go of the oldest.
@safe public struct PacketRing: ~Copyable {
    /// What every packet begins with: the IP header.
    public static let linkType = LinkType.raw
    /// How many packets there is room for.
    public static let capacity = 2_048
    /// How much of each packet there is room for, in bytes, the kernel's own part included.
    private static let frameSize = 2_048

    private let descriptor: Descriptor
    private let ring: OpaquePointer
    private var latest = Duration.zero

    /// Keeps the packets of the interface of that name from now on, up to 4 MiB of them.
    ///
    /// - Throws: `SocketError` with the operation `socket` or `setsockopt`; EPERM without CAP_NET_RAW.
    public init(interface name: String) throws(SocketError) {
        let index = unsafe clinux_interface_named(name)
        guard index != 0 else { throw SocketError("socket", address: name, code: ENODEV) }
        let number = clinux_packet_socket(index, 0)
        guard number != -1 else { throw SocketError("socket", address: "AF_PACKET", code: errno) }
        let descriptor = Descriptor(adopting: number)
        guard let ring = unsafe clinux_packet_ring_open(number, UInt32(Self.capacity), UInt32(Self.frameSize)) else {
            throw SocketError("setsockopt", address: "PACKET_RX_RING", code: errno)
        }
        self.descriptor = descriptor
        unsafe self.ring = ring
    }

    deinit { unsafe clinux_packet_ring_close(ring) }

    /// Lets go of the oldest packets, and keeps at most that many.
    public func keep(latest count: Int) {
        unsafe clinux_packet_ring_keep(ring, UInt32(max(0, count)))
    }

    /// The oldest packet that is kept, which is then let go of; nil if there is none.
    ///
    /// Times never go back: if somebody sets the machine's clock back meanwhile, time stands still until it has caught up.
    public mutating func take() -> CapturedPacket? {
        while true {
            var (length, seconds, nanoseconds): (Int64, Int64, Int64) = (0, 0, 0)
            var etherType: Int32 = 0
            var isEmpty = false
            let bytes = [UInt8](capacity: Self.frameSize) { output in
                unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) in
                    let count = unsafe clinux_packet_ring_take(
                        ring, buffer.baseAddress, Self.frameSize, &length, &etherType, &seconds, &nanoseconds)
                    isEmpty = count < 0
                    filled = max(0, count)
                }
            }
            if isEmpty { return nil }
            guard etherType == 0x0800 || etherType == 0x86DD else { continue }
            latest = max(latest, Duration(secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000))
            return CapturedPacket(time: latest, linkType: Self.linkType, bytes: bytes, originalLength: Int(length))
        }
    }

    /// How many packets were lost since the last call because all places were taken: packet(7), PACKET_STATISTICS.
    public func droppedPackets() -> Int {
        max(0, clinux_packet_drops(descriptor.number))
    }
}
