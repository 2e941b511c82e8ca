import Capture
import Sockets

/// One end's address and port.
struct Site: Hashable {
    /// Four bytes or sixteen.
    var host: [UInt8]
    var port: Int

    var isIPv4: Bool { host.count == 4 }

    /// `10.0.0.1:80`, `[fd00::1]:80`.
    var text: String {
        let port = UInt16(truncatingIfNeeded: port)
        return isIPv4
            ? SocketAddress(ipv4: host.reduce(0) { $0 << 8 | UInt32($1) }, port: port).description
            : SocketAddress(ipv6: host.reduce(0) { $0 << 8 | UInt128($1) }, port: port).description
    }
}

/// A segment on the wire, and what must be said of it.
struct Row {
    static let flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
    static let (fin, syn, rst, psh, ack) = (UInt8(1), UInt8(2), UInt8(4), UInt8(8), UInt8(16))

    /// Nanoseconds since 1970.
    var time: Int
    var fromClient: Bool
    var flags: UInt8
    var sequence: UInt32 = 0
    /// What stands in the field, with or without the flag.
    var acknowledgment: UInt32 = 0
    var window = 1_000
    var length = 0
    var options = Options()
    var clientState = ""
    var serverState = ""
    var note: String?
    /// What was captured, where that is not the plain packet.
    var captured: [UInt8]?

    /// TCP options: their bytes, and what they say.
    struct Options {
        /// Filled up to whole groups of four bytes.
        var bytes: [UInt8] = []
        var meaning: [String: JSON] = [:]
    }

    init(time: Int, fromClient: Bool, flags: UInt8) {
        (self.time, self.fromClient, self.flags) = (time, fromClient, flags)
    }

    var hasACK: Bool { flags & Row.ack != 0 }
    var side: String { fromClient ? "client" : "server" }
    var flagList: [String] { Row.flagNames.indices.filter { flags & 1 << UInt8($0) != 0 }.map { Row.flagNames[$0] } }
    /// `SYN,ACK`.
    var flagText: String { flags == 0 ? "no flags" : flagList.joined(separator: ",") }
    /// How many sequence numbers it takes.
    var sequenceLength: Int { length + (flags & Row.syn != 0 ? 1 : 0) + (flags & Row.fin != 0 ? 1 : 0) }
}

/// A connection in a capture, and what must be said of it.
struct Conversation {
    var client: Site
    var server: Site
    /// What it shows, in words; empty where it was made at random.
    var name = ""
    var rows: [Row] = []
    var outcome = "established"
    var close: String? = "open"

    /// The number from which those of an end count: that of its first SYN, wherever it is; without one, one below its first segment's;
    /// of an end that never speaks, one below the first acknowledgment of it.
    func initialNumber(ofClient: Bool) -> UInt32 {
        let own = rows.filter { $0.fromClient == ofClient }
        if let syn = own.first(where: { $0.flags & Row.syn != 0 }) { return syn.sequence }
        if let first = own.first { return first.sequence &- 1 }
        return (rows.first { $0.hasACK }?.acknowledgment ?? 1) &- 1
    }

    /// Nanoseconds from the first segment to the one that completes the handshake: after it, neither end is on its way to be open.
    var handshakeTime: Int? {
        guard outcome == "established", let start = rows.first?.time else { return nil }
        let opening: Set = ["SYN-SENT", "SYN-RECEIVED", "CLOSED"]
        return rows.first { !opening.contains($0.clientState) && !opening.contains($0.serverState) }.map { $0.time - start }
    }

    /// The packet that carries a row: an IP packet, without a link header.
    func packet(_ row: Row) -> [UInt8] {
        let segment = Frame.tcp(
            clientPort: client.port, serverPort: server.port, fromClient: row.fromClient, flags: row.flags, sequence: row.sequence,
            acknowledgment: row.acknowledgment, window: row.window, options: row.options.bytes, payload: row.length)
        let hosts = [client.host, server.host]
        return client.isIPv4
            ? Frame.ipv4(segment, fromClient: row.fromClient, hosts: hosts) : Frame.ipv6(segment, fromClient: row.fromClient, hosts: hosts)
    }

    func sender(of row: Row) -> Site { row.fromClient ? client : server }
    func receiver(of row: Row) -> Site { row.fromClient ? server : client }
}

/// Several connections in one capture, in the order of their first segments.
struct Traffic {
    let conversations: [Conversation]

    init(_ conversations: [Conversation]) {
        self.conversations = conversations.sorted { ($0.rows.first?.time ?? 0) < ($1.rows.first?.time ?? 0) }
    }

    /// Every row with its connection, in the order of the capture.
    var rows: [(conversation: Conversation, row: Row)] {
        let all = conversations.flatMap { conversation in conversation.rows.map { (conversation, $0) } }
        // Sorting keeps no order of equals: the place breaks the tie.
        return all.enumerated().sorted { ($0.element.1.time, $0.offset) < ($1.element.1.time, $1.offset) }.map(\.element)
    }

    /// A capture of raw IP packets, with times to the nanosecond.
    var capture: [UInt8] {
        let format = CaptureWriter.Format.pcap
        return format.header(.raw)
            + rows.flatMap { conversation, row in
                format.record(CapturedPacket(time: .nanoseconds(row.time), linkType: .raw, bytes: conversation.packet(row)))
            }
    }
}
