/// Compares what the program said with what must be said, value by value, and says the first difference in words.
///
/// Up to step 3 each segment is looked at for itself, in the order of the capture; from step 4 on, the connections.
struct TraceComparison {
    let expected: Traffic
    /// The step of the check: what belongs to later ones is not looked at.
    let step: Int
    /// Whether the notes of step 6 are looked at: where a check of that step asks for something else, they would only confuse.
    var readsNotes = true

    /// - Throws: A ``Finding`` with the first difference.
    func judge(_ found: [Trace]) throws {
        if step <= 3 { try judgeSegments(found) } else { try judgeConnections(found) }
    }

    // MARK: Steps 2 and 3

    private func judgeSegments(_ found: [Trace]) throws {
        let rows = expected.rows
        let said = found.flatMap { trace in trace.segments.map { (trace, $0) } }
        for (index, (conversation, row)) in rows.enumerated() {
            guard index < said.count else { break }
            let (trace, segment) = said[index]
            let way = segment["from"] == .text("client") ? ("client", "server") : ("server", "client")
            let ends = [
                ("sender", trace.fields[way.0], JSON.text(conversation.sender(of: row).text)),
                ("receiver", trace.fields[way.1], JSON.text(conversation.receiver(of: row).text)),
            ]
            let values = row.wireFields(step: step).map { ($0.key, segment[$0.key], $0.value) }
            for (key, value, wanted) in ends + values where value != wanted {
                throw fail(
                    "segment \(index + 1) of the capture (\(row.flagText)): expected \(key) \(wanted), got \(value ?? .null)"
                        + story(conversation) + "\n" + bytes(of: row, in: conversation))
            }
        }
        guard said.count == rows.count else {
            let next = said.count < rows.count ? rows[said.count] : nil
            throw fail(
                "the capture has \(counted(rows.count, "TCP segment")), the JSON \(grouped(said.count))"
                    + (next.map {
                        ": number \(said.count + 1), \($0.row.flagText) from \($0.conversation.sender(of: $0.row).text), is missing"
                    }
                        ?? "")
                    + (next.map { story($0.conversation) + "\n" + bytes(of: $0.row, in: $0.conversation) } ?? ""))
        }
    }

    /// The headers of the packet, as hex.
    private func bytes(of row: Row, in conversation: Conversation) -> String {
        if let captured = row.captured {
            let more = captured.count > 96 ? " ..." : ""
            return "  as captured  \(captured.prefix(96).map(hex).joined(separator: " "))\(more)"
        }
        let packet = conversation.packet(row)
        let start = conversation.client.isIPv4 ? 20 : 40
        let end = start + 20 + row.options.bytes.count
        func line(_ range: Range<Int>) -> String { packet[range].map(hex).joined(separator: " ") }
        return "  IP header    \(line(0..<start))\n  TCP header   \(line(start..<start + 20))"
            + (row.options.bytes.isEmpty ? "" : "\n  TCP options  \(line(start + 20..<end))")
    }

    // MARK: Steps 4 to 7

    private func judgeConnections(_ found: [Trace]) throws {
        for (index, conversation) in expected.conversations.enumerated() {
            guard index < found.count else {
                throw fail(
                    "the capture has \(counted(expected.conversations.count, "connection")), the JSON \(grouped(found.count)): "
                        + "\(conversation.client.text) to \(conversation.server.text) is missing\(story(conversation))\n"
                        + ladder(conversation, upTo: 5, mark: nil))
            }
            try judge(found[index], conversation, name: "connection \(index + 1)")
        }
        guard found.count == expected.conversations.count else {
            let extra = found[expected.conversations.count].fields
            throw fail(
                "the capture has \(counted(expected.conversations.count, "connection")), the JSON \(grouped(found.count)): "
                    + "one from \(extra["client"] ?? .null) to \(extra["server"] ?? .null) is too many")
        }
    }

    private func judge(_ trace: Trace, _ conversation: Conversation, name: String) throws {
        for (key, wanted) in conversation.ends where trace.fields[key] != wanted {
            throw difference(name, key, wanted, trace.fields[key], conversation)
        }
        for (index, (row, segment)) in zip(conversation.rows, trace.segments).enumerated() {
            for (key, wanted) in conversation.fields(of: row, step: step) where segment[key] != wanted && (readsNotes || key != "note") {
                let place = "segment \(index + 1) of \(name) (\(row.flagText) from the \(row.side))"
                throw difference(place, key, wanted, segment[key], conversation, row: index)
            }
        }
        guard trace.segments.count == conversation.rows.count else {
            throw difference(
                name, "number of segments", .number(conversation.rows.count), .number(trace.segments.count), conversation,
                row: min(trace.segments.count, conversation.rows.count - 1))
        }
        for (key, wanted) in conversation.sums(step: step) where trace.fields[key] != wanted {
            throw difference(name, key, wanted, trace.fields[key], conversation)
        }
        // Before step 6 only one outcome is known; anything but that will do for the others.
        if step < 6, conversation.outcome != "established", trace.fields["outcome"] == .text("established") {
            throw difference(name, "outcome", .text(conversation.outcome), .text("established"), conversation)
        }
    }

    private func difference(
        _ place: String, _ key: String, _ wanted: JSON, _ value: JSON?, _ conversation: Conversation, row: Int? = nil
    ) -> Finding {
        fail(
            "\(place): expected \(key) \(wanted), got \(value ?? .null)\(story(conversation))\n"
                + ladder(conversation, upTo: row ?? conversation.rows.count - 1, mark: row))
    }

    private func story(_ conversation: Conversation) -> String {
        conversation.name.isEmpty ? "" : "\n  the capture, and what must be said of it: \(conversation.name)"
    }

    /// The connection as it must be shown, up to a row; of a long one the first and the last rows.
    private func ladder(_ conversation: Conversation, upTo last: Int, mark: Int?) -> String {
        let lines = conversation.rows.prefix(last + 1).enumerated().map { index, row in
            let relative = conversation.relative(row)
            let acknowledged = relative.acknowledgment.map { " ack \($0)" } ?? ""
            let numbers = "\(row.flagText) seq \(relative.sequence)\(acknowledged)" + (row.length > 0 ? " len \(row.length)" : "")
            let states = step < 5 ? "" : "  \(row.clientState) \(row.serverState)"
            let note = step < 6 ? "" : row.note.map { "  (\($0))" } ?? ""
            return "  \(index == mark ? ">" : " ") \(index + 1)  \(row.side)  \(numbers)\(states)\(note)"
        }
        if lines.count <= 14 { return lines.joined(separator: "\n") }
        return (lines.prefix(4) + ["    ..."] + lines.suffix(9)).joined(separator: "\n")
    }
}

extension Row {
    /// What stands in the headers of the segment.
    func wireFields(step: Int) -> [(key: String, value: JSON)] {
        var fields: [(key: String, value: JSON)] = [
            ("flags", .list(flagList.map { .text($0) })), ("seq", .number(Int(sequence))),
            ("ack", .orNull(hasACK ? Int(acknowledgment) : nil)), ("window", .number(window)), ("length", .number(length)),
        ]
        if step >= 3 { fields.append(("options", .object(options.meaning))) }
        return fields
    }
}

extension Conversation {
    /// Who talks to whom.
    var ends: [(key: String, value: JSON)] { [("client", .text(client.text)), ("server", .text(server.text))] }

    /// The numbers of a row, relative to the first of their direction.
    func relative(_ row: Row) -> (sequence: Int, acknowledgment: Int?) {
        let sequence = row.sequence &- initialNumber(ofClient: row.fromClient)
        return (Int(sequence), row.hasACK ? Int(row.acknowledgment &- initialNumber(ofClient: !row.fromClient)) : nil)
    }

    /// What must be said of a row.
    func fields(of row: Row, step: Int) -> [(key: String, value: JSON)] {
        let (sequence, acknowledgment) = relative(row)
        // Whole microseconds, rounded down.
        let time = (row.time - rows[0].time) / 1_000
        var fields: [(key: String, value: JSON)] = [("from", .text(row.side))]
        fields += row.wireFields(step: step)
        fields += [("rel_seq", .number(sequence)), ("rel_ack", .orNull(acknowledgment)), ("time_us", .number(time))]
        if step >= 5 { fields += [("client_state", .text(row.clientState)), ("server_state", .text(row.serverState))] }
        if step >= 6 { fields.append(("note", .orNull(row.note))) }
        return fields
    }

    /// What must be said of the connection as a whole.
    func sums(step: Int) -> [(key: String, value: JSON)] {
        var fields: [(key: String, value: JSON)] = []
        if step >= 6 || outcome == "established" { fields.append(("outcome", .text(outcome))) }
        fields.append(("handshake_us", .orNull(handshakeTime.map { $0 / 1_000 })))
        if step >= 6 || step == 5 && outcome == "established" { fields.append(("close", .orNull(close))) }
        return fields
    }
}
