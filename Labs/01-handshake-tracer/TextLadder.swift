// Given: the ladder of a connection in plain text.
import Sockets

extension Row {
    /// `SYN,ACK seq 0 ack 1 len 5 win 65535`: flags, then numbers relative to the connection's first.
    func numbers(in connection: Connection) -> String {
        var text = tcp.flags.names.isEmpty ? "no flags" : tcp.flags.names.joined(separator: ",")
        text += connection.relativeSequence(self).map { " seq \($0)" } ?? " seq \(tcp.sequence) (as sent)"
        if let acknowledged = tcp.acknowledged {
            text += connection.relativeAcknowledgment(self).map { " ack \($0)" } ?? " ack \(acknowledged) (as sent)"
        }
        if length > 0 { text += " len \(length)" }
        return text + " win \(tcp.window)"
    }

    /// `mss 65495 sack ts 1/0 wscale 7`: the options that are there.
    var optionText: String {
        let options = tcp.options
        var words: [String] = []
        if let mss = options.mss { words.append("mss \(mss)") }
        if options.sackPermitted { words.append("sack") }
        if let timestamp = options.timestamp { words.append("ts \(timestamp.value)/\(timestamp.echo)") }
        if let scale = options.windowScale { words.append("wscale \(scale)") }
        return words.joined(separator: " ")
    }

    /// Milliseconds with three digits behind the point.
    var milliseconds: String {
        let magnitude = time.magnitude
        let rest = String(magnitude % 1_000)
        return (time < 0 ? "-" : "") + "\(magnitude / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension Connection {
    /// `established in 0.034 ms, closed by FINs`.
    var summary: String {
        let opening =
            switch outcome {
            case .established: handshakeTime.map { "established, handshake in \($0) µs" } ?? "established"
            case .refused: "refused: an RST answers the SYN"
            case .unanswered: "unanswered: nothing but SYNs"
            case .halfOpen: "half-open: the SYN,ACK was never acknowledged"
            case .midstream: "midstream: the capture begins later than the connection"
            case nil: "outcome unknown"
            }
        let closing =
            switch close {
            case .fin: "closed by FINs (fin)"
            case .reset: "cut off by an RST (reset)"
            case .halfClosed: "half-closed"
            case .open: "still open"
            case nil: ""
            }
        return closing.isEmpty ? opening : "\(opening); \(closing)"
    }
}

extension TextOutput {
    /// A connection as a ladder: time, arrows between the ends, and the ends' states.
    mutating func writeLadder(_ connection: Connection, number: Int) throws(SocketError) {
        let rows = connection.rows
        // Only the widths are computed ahead; a long ladder's lines are made one at a time.
        var widths = (time: 4, label: 24)
        for row in rows {
            widths.time = max(widths.time, row.milliseconds.utf8.count)
            widths.label = max(widths.label, label(of: row, in: connection).utf8.count)
        }
        let stateWidth = 12
        let (client, server) = ("\(connection.client)", "\(connection.server)")
        let gap = widths.label + 6 - client.utf8.count - server.utf8.count
        write("connection \(number)\n")
        write(pad("ms", widths.time, right: true) + "  " + pad("client", stateWidth, right: true) + "  ")
        write("\(client)\(String(repeating: " ", count: max(2, gap)))\(server)  server\n")
        for row in rows {
            let text = label(of: row, in: connection)
            let line = String(repeating: "─", count: widths.label - text.utf8.count)
            let arrow = row.from == .client ? "├─ \(text) \(line)─▶" : "◀─\(line) \(text) ─┤"
            write(pad(row.milliseconds, widths.time, right: true) + "  ")
            write(pad(row.clientState?.rawValue ?? "", stateWidth, right: true) + "  ")
            write("\(arrow)  ")
            let state = row.serverState?.rawValue ?? ""
            write(row.note.map { "\(pad(state, stateWidth, right: false))  ‹\($0.rawValue)›" } ?? state)
            write("\n")
            try flushIfLarge()
        }
        write("\(connection.summary)\n\n")
    }

    private func label(of row: Row, in connection: Connection) -> String {
        let options = row.optionText
        return row.numbers(in: connection) + (options.isEmpty ? "" : " <\(options)>")
    }

    /// The text, with spaces up to that width before it (right-aligned) or behind it.
    private func pad(_ text: String, _ width: Int, right: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.utf8.count))
        return right ? spaces + text : text + spaces
    }
}
