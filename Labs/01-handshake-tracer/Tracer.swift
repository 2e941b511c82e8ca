// Given: from captured packets to segments, and what was not traced.
import Capture
import Sockets

/// What a captured packet turned out to be.
enum Finding {
    case segment(Segment)
    case skipped(Skipped)
    case unknownLinkType
}

/// Takes a packet apart: link layer (given), IP header (step 1), TCP header (steps 2 and 3).
func examine(_ packet: CapturedPacket) -> Finding {
    switch packet.network {
    case .other: return .skipped(.notTCP)
    case .unknownLinkType: return .unknownLinkType
    case .cutShort:
        let isSnapped = packet.bytes.count < packet.originalLength
        return .skipped(isSnapped ? .cutShort : .malformed("link header is not whole"))
    case .ip(let start):
        do throws(Skipped) {
            let bytes = packet.bytes.span.extracting(start...)
            let ip = try parseIP(bytes, originalLength: packet.originalLength - start)
            guard ip.length <= bytes.count else { throw .cutShort }
            let tcp = try parseTCP(bytes.extracting(ip.length...), wholeLength: ip.payloadLength)
            return .segment(
                Segment(
                    time: packet.time, source: ip.source.with(port: tcp.sourcePort),
                    destination: ip.destination.with(port: tcp.destinationPort), tcp: tcp, length: ip.payloadLength - tcp.length))
        } catch {
            return .skipped(error)
        }
    }
}

/// Traces packets, one after the other. Payload is not kept; a segment takes some 100 bytes of memory, a connection some 800.
struct Tracer {
    private(set) var table = ConnectionTable()
    private(set) var skipped = SkipCounts()

    /// Adds a packet to its connection, or counts it as skipped.
    mutating func add(_ packet: CapturedPacket) {
        switch examine(packet) {
        case .segment(let segment): table.add(segment)
        case .skipped(let reason): skipped.add(reason)
        case .unknownLinkType: skipped.addUnknownLinkType()
        }
    }
}

/// How many packets were skipped, and why.
struct SkipCounts {
    private var notTCP = 0
    private var fragments = 0
    private var cutShort = 0
    private var unknownLinkType = 0
    private var malformed: [String: Int] = [:]

    mutating func add(_ reason: Skipped) {
        switch reason {
        case .notTCP: notTCP += 1
        case .fragment: fragments += 1
        case .cutShort: cutShort += 1
        case .malformed(let why): malformed[why, default: 0] += 1
        }
    }

    mutating func addUnknownLinkType() { unknownLinkType += 1 }

    /// All of them.
    var total: Int { notTCP + fragments + cutShort + unknownLinkType + malformed.values.reduce(0, +) }

    /// `skipped: 4 packets (1 not TCP, 1 IP fragment, 2 malformed: IPv4 header is not whole)`, or `skipped: 0 packets`.
    var description: String {
        let few: [(Int, String)] = [
            (notTCP, "not TCP"), (fragments, fragments == 1 ? "IP fragment" : "IP fragments"), (cutShort, "cut short by the snap length"),
            (unknownLinkType, "of an unknown link type"),
        ]
        let why =
            few.filter { $0.0 > 0 }.map { "\($0) \($1)" }
            + malformed.sorted { $0.key < $1.key }.map { "\($0.value) malformed: \($0.key)" }
        return "skipped: \(total) packet\(total == 1 ? "" : "s")" + (why.isEmpty ? "" : " (\(why.joined(separator: ", ")))")
    }
}
