// Given: what the headers of a packet say, as the parsers in Headers.swift hand it on.
import Capture
import Sockets

/// What the IP header of a packet says: RFC 791, RFC 8200.
struct IPHeader {
    /// Who sent it; the port is 0, because it stands in the next header.
    var source: SocketAddress
    /// Who is to get it; the port is 0.
    var destination: SocketAddress
    /// Bytes before the TCP header: the IP header with its options, or with its extension headers.
    var length: Int
    /// Bytes behind those, by what the header says; fewer may have been captured, and on Ethernet more may follow as padding.
    var payloadLength: Int
}

/// What the TCP header of a segment says: RFC 9293, 3.1.
struct TCPHeader {
    var sourcePort: UInt16
    var destinationPort: UInt16
    var sequence: UInt32
    /// Means nothing without the flag ACK.
    var acknowledgment: UInt32
    var flags: Flags
    /// As on the wire, not scaled.
    var window: UInt16
    /// The whole header in bytes, with options: 20...60.
    var length: Int
    var options = TCPOptions()

    /// The acknowledgment number, where there is one.
    var acknowledged: UInt32? { flags.contains(.ack) ? acknowledgment : nil }
}

/// The control bits of a TCP header, from the lowest on: RFC 9293, 3.1.
struct Flags: OptionSet {
    let rawValue: UInt8

    static let fin = Flags(rawValue: 1)
    static let syn = Flags(rawValue: 2)
    static let rst = Flags(rawValue: 4)
    static let psh = Flags(rawValue: 8)
    static let ack = Flags(rawValue: 16)
    static let urg = Flags(rawValue: 32)
    static let ece = Flags(rawValue: 64)
    static let cwr = Flags(rawValue: 128)

    private static let allNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]

    /// The names of the bits that are set, from the lowest on.
    var names: [String] { Self.allNames.indices.filter { rawValue & 1 << UInt8($0) != 0 }.map { Self.allNames[$0] } }

    /// A SYN that begins a connection, rather than answering one.
    var isFirstSYN: Bool { contains(.syn) && !contains(.ack) }
}

/// The options of a TCP header, as far as they are there: RFC 9293, 3.2; RFC 7323; RFC 2018.
struct TCPOptions: Equatable {
    /// Maximum segment size, in bytes (kind 2).
    var mss: UInt16?
    /// By how many bits the windows of this end are shifted (kind 3).
    var windowScale: UInt8?
    /// This end understands selective acknowledgments (kind 4).
    var sackPermitted = false
    /// The sender's clock, and the last that it has seen of the other's (kind 8).
    var timestamp: Timestamp?

    struct Timestamp: Equatable {
        var value: UInt32
        var echo: UInt32
    }
}

/// A TCP segment as it was captured.
struct Segment {
    /// Since 1970.
    let time: Duration
    let source: SocketAddress
    let destination: SocketAddress
    let tcp: TCPHeader
    /// Payload bytes, by the IP header's length.
    let length: Int

    /// How many sequence numbers it takes: one for each byte of payload, one for a SYN, one for a FIN (RFC 9293, 3.4).
    var sequenceLength: Int { length + (tcp.flags.contains(.syn) ? 1 : 0) + (tcp.flags.contains(.fin) ? 1 : 0) }

    /// The number after its last.
    var sequenceEnd: UInt32 { tcp.sequence &+ UInt32(truncatingIfNeeded: sequenceLength) }
}

/// Why a packet is no segment that can be traced. It is counted, and the others go on.
enum Skipped: Error {
    /// Another protocol than TCP over IP.
    case notTCP
    /// A piece of an IP packet; it would have to be put together first.
    case fragment
    /// The snap length cut off a part of the headers that is needed.
    case cutShort
    /// It breaks the rules of its format. The text is one of few, and always the same for the same reason.
    case malformed(String)
}
