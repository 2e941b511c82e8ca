import Sockets

/// All packets between two sockets: a TCP connection, or an exchange of datagrams.
struct PacketFlow {
    /// Who sent the first packet.
    let left: SocketAddress
    let right: SocketAddress
    private(set) var rows: [(time: Int, isFromLeft: Bool, headers: PacketHeaders)] = []
    /// The first sequence number of each end.
    private var initial: [SocketAddress: UInt32] = [:]

    init(left: SocketAddress, right: SocketAddress) {
        self.left = left
        self.right = right
    }

    /// Adds a packet, at that time in microseconds.
    mutating func add(_ headers: PacketHeaders, at time: Int) {
        if case .tcp(let flags, let sequence, _, _) = headers.transport, initial[headers.source] == nil {
            // Without a SYN, one below the first number seen, as if it had just been sent.
            initial[headers.source] = flags & 2 != 0 ? sequence : sequence &- 1
        }
        rows.append((time, headers.source == left, headers))
    }

    /// `PSH,ACK seq 1 ack 1 len 5`: numbers relative to the connection's first; `UDP len 12`.
    func label(of headers: PacketHeaders) -> String {
        guard case .tcp(let flags, let sequence, let acknowledgment, let window) = headers.transport else {
            return "UDP len \(headers.length)"
        }
        let flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
        let words = flagNames.indices.filter { flags & 1 << UInt8($0) != 0 }.map { flagNames[$0] }
        var text = words.joined(separator: ",") + " seq \(sequence &- (initial[headers.source] ?? sequence))"
        if flags & 16 != 0 {
            text += initial[headers.destination].map { " ack \(acknowledgment &- $0)" } ?? " ack \(acknowledgment) (as sent)"
        }
        if headers.length > 0 { text += " len \(headers.length)" }
        // An RST's window means nothing.
        return window == 0 && flags & 4 == 0 ? text + " win 0" : text
    }
}
