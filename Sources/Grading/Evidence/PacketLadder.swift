import Capture
import Sockets

/// The packets of one connection as a ladder: when, who to whom, and what.
struct PacketLadder {
    /// Whose socket has which port.
    let names: [UInt16: String]
    private var flows: [PacketFlow] = []
    private var places: [Set<SocketAddress>: Int] = [:]
    /// More rows than these are left out in the middle: the beginning and the end say most.
    private static let (firstRows, lastRows) = (8, 16)

    init(names: [UInt16: String]) { self.names = names }

    /// Adds a packet, at that time in microseconds.
    mutating func add(_ packet: CapturedPacket, at time: Int) {
        guard let headers = PacketHeaders(packet) else { return }
        let ends: Set = [headers.source, headers.destination]
        var isFirst = false
        if case .tcp(let flags, _, _, _) = headers.transport { isFirst = flags & 0x12 == 0x02 }
        // A SYN begins a connection anew, also between the same ports.
        if places[ends] == nil || isFirst {
            places[ends] = flows.count
            // Where the beginning was missed, a client stands on the left all the same.
            let isAnswer = !isFirst && names[headers.destination.port]?.hasPrefix("client") == true
            flows.append(
                isAnswer
                    ? PacketFlow(left: headers.destination, right: headers.source)
                    : PacketFlow(left: headers.source, right: headers.destination))
        }
        guard let place = places[ends] else { return }
        flows[place].add(headers, at: time)
    }

    /// The ladder of the connection that a failure is about: of the client that the message names, or that was last heard of.
    /// And what is remarkable about it.
    func lines(about message: String, and events: [Event], lost: Int, until end: Int) -> (lines: [String], remarks: [String]) {
        guard let flow = flow(about: message, and: events) else { return ([], []) }
        let client = [flow.left, flow.right].lazy.compactMap { end in names[end.port].map { (end, $0) } }.first
        let remarks = client.map { PacketRemarks(flow: flow, client: $0, end: end).sentences } ?? []
        var lines = drawn(flow)
        let others = flows.count - 1
        if others > 0 { lines.append("(and \(counted(others, "other connection")))") }
        if lost > 0 { lines.append("(\(counted(lost, "packet")) came too fast to be kept)") }
        return (lines, remarks)
    }

    private func flow(about message: String, and events: [Event]) -> PacketFlow? {
        func flow(of name: String) -> PacketFlow? {
            flows.last { names[$0.left.port] == name || names[$0.right.port] == name }
        }
        let mentioned = Set(names.values).filter { message.contains($0) }
        if mentioned.count == 1, let found = mentioned.first.flatMap(flow(of:)) { return found }
        return events.reversed().lazy.compactMap { flow(of: $0.who) }.first ?? flows.last
    }

    // MARK: Drawing

    private func drawn(_ flow: PacketFlow) -> [String] {
        let rows = flow.rows.map { (time: milliseconds($0.time), label: flow.label(of: $0.headers), row: $0) }
        let timeWidth = max(4, rows.map { $0.time.count }.max() ?? 0)
        let ends = (title(flow.left, other: flow.right), title(flow.right, other: flow.left))
        let width = max(rows.map { $0.label.count }.max() ?? 0, ends.0.count + ends.1.count - 4, 24)
        func padded(_ text: String) -> String { String(repeating: " ", count: timeWidth - text.count) + text }
        let gap = String(repeating: " ", count: width + 6 - ends.0.count - ends.1.count)
        var lines = ["\(padded("ms"))  \(ends.0)\(gap)\(ends.1)"]
        for (index, (time, label, row)) in rows.enumerated() {
            let rest = rows.count - Self.firstRows - Self.lastRows
            if rest > 1, index >= Self.firstRows, index < Self.firstRows + rest {
                if index == Self.firstRows { lines.append("\(padded("..."))  (\(counted(rest, "packet")) left out)") }
                continue
            }
            let line = String(repeating: "─", count: width - label.count)
            let arrow = row.isFromLeft ? "├─ \(label) \(line)─▶" : "◀─\(line) \(label) ─┤"
            lines.append("\(padded(time))  \(arrow)\(words(about: row.headers.payload))")
        }
        return lines
    }

    /// What a segment carries: the records of TLS by their names, anything else by its first bytes.
    private func words(about payload: ArraySlice<UInt8>) -> String {
        payload.isEmpty ? "" : "  " + (TLSRecords(payload)?.description ?? readable(payload, limit: 12))
    }

    /// `client 1 :40712`, `program :7002`.
    private func title(_ end: SocketAddress, other: SocketAddress) -> String {
        guard let name = names[end.port] ?? (names[other.port] != nil ? "program" : nil) else { return "\(end)" }
        return "\(name) :\(end.port)"
    }

    /// Milliseconds with three digits behind the point.
    private func milliseconds(_ microseconds: Int) -> String {
        "\(microseconds / 1_000)." + String("\(1_000 + microseconds % 1_000)".dropFirst())
    }
}
