// Given: one line of JSON for each connection.
import Sockets

extension TextOutput {
    /// A connection in one line: RFC 8259. No text in it needs escaping.
    mutating func writeJSON(_ connection: Connection) throws(SocketError) {
        write("{\"client\":\"\(connection.client)\",\"server\":\"\(connection.server)\",\"outcome\":")
        write(orNull: connection.outcome?.rawValue)
        write(",\"close\":")
        write(orNull: connection.close?.rawValue)
        write(",\"handshake_us\":")
        write(connection.handshakeTime.map { "\($0)" } ?? "null")
        write(",\"segments\":[")
        for (index, row) in connection.rows.enumerated() {
            if index > 0 { write(",") }
            writeJSON(row, of: connection)
            try flushIfLarge()
        }
        write("]}\n")
        try flushIfLarge()
    }

    private mutating func writeJSON(_ row: Row, of connection: Connection) {
        write("{\"time_us\":")
        write(row.time)
        write(row.from == .client ? ",\"from\":\"client\",\"flags\":[" : ",\"from\":\"server\",\"flags\":[")
        write(Flags.jsonLists[Int(row.tcp.flags.rawValue)])
        write("],\"seq\":")
        write(row.tcp.sequence)
        write(",\"ack\":")
        write(orNull: row.tcp.acknowledged)
        write(",\"rel_seq\":")
        write(orNull: connection.relativeSequence(row))
        write(",\"rel_ack\":")
        write(orNull: connection.relativeAcknowledgment(row))
        write(",\"window\":")
        write(row.tcp.window)
        write(",\"length\":")
        write(row.length)
        write(",\"options\":{")
        writeJSON(row.tcp.options)
        write("},\"client_state\":")
        write(orNull: row.clientState?.rawValue)
        write(",\"server_state\":")
        write(orNull: row.serverState?.rawValue)
        write(",\"note\":")
        write(orNull: row.note?.rawValue)
        write("}")
    }

    /// The options that are there, always in this order.
    private mutating func writeJSON(_ options: TCPOptions) {
        var separator = ""
        if let mss = options.mss {
            write("\"mss\":")
            write(mss)
            separator = ","
        }
        if options.sackPermitted {
            write(separator)
            write("\"sack_permitted\":true")
            separator = ","
        }
        if let timestamp = options.timestamp {
            write(separator)
            write("\"ts_val\":")
            write(timestamp.value)
            write(",\"ts_ecr\":")
            write(timestamp.echo)
            separator = ","
        }
        if let scale = options.windowScale {
            write(separator)
            write("\"window_scale\":")
            write(scale)
        }
    }

    private mutating func write(orNull number: UInt32?) {
        if let number { write(number) } else { write("null") }
    }

    private mutating func write(orNull text: String?) {
        guard let text else { return write("null") }
        write("\"")
        write(text)
        write("\"")
    }
}

extension Flags {
    /// `"SYN","ACK"` for each of the 256 sets there are, made once: they are asked for millions of times.
    fileprivate static let jsonLists = (0...UInt8.max).map { bits in
        Flags(rawValue: bits).names.map { "\"\($0)\"" }.joined(separator: ",")
    }
}
