/// A packet as it was captured: when, and the bytes that were kept of it.
public struct CapturedPacket: Equatable, Sendable {
    /// The time since 1970-01-01 00:00 UTC, as exact as the capture has it.
    public var time: Duration
    /// What the bytes begin with.
    public var linkType: LinkType
    /// The packet, or its first bytes where the capture has a snap length.
    public var bytes: [UInt8]
    /// How long the packet was on the wire, in bytes; never less than was captured.
    public var originalLength: Int

    /// A packet with all that is known of it; where it is not cut short, the length is that of the bytes.
    public init(time: Duration, linkType: LinkType, bytes: [UInt8], originalLength: Int? = nil) {
        self.time = time
        self.linkType = linkType
        self.bytes = bytes
        self.originalLength = max(originalLength ?? 0, bytes.count)
    }
}

/// What a captured packet begins with: the number by which capture files know it (tcpdump.org/linktypes.html).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    /// The number in the file.
    public let rawValue: UInt32
    /// Any number; a packet of an unknown link type has no IP packet in it.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// BSD loopback: the address family in the byte order of the capturing machine.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet, with or without VLAN tags.
    public static let ethernet = LinkType(rawValue: 1)
    /// An IPv4 or IPv6 packet without anything before it.
    public static let raw = LinkType(rawValue: 101)
    /// OpenBSD loopback: the address family in network byte order.
    public static let loop = LinkType(rawValue: 108)
    /// What Linux makes of a packet of any interface ("cooked"), version 1.
    public static let linuxCooked = LinkType(rawValue: 113)
    /// An IPv4 packet.
    public static let ipv4 = LinkType(rawValue: 228)
    /// An IPv6 packet.
    public static let ipv6 = LinkType(rawValue: 229)
    /// What Linux makes of a packet of any interface, version 2.
    public static let linuxCooked2 = LinkType(rawValue: 276)
    /// The numbers that raw IP has in files of some older systems.
    static let olderRaw: Set<UInt32> = [12, 14]
}
