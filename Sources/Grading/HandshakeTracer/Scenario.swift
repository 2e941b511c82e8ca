import Foundation

/// Connections as a table: what is captured on the left, what must be found on the right.
///
///     c SYN 100              | SYN-SENT SYN-RECEIVED
///     s SYN,ACK 300 101      | ESTABLISHED SYN-RECEIVED
///     c ACK 101 301 len=5    | ESTABLISHED ESTABLISHED keep-alive
///
/// Side, flags, sequence number, acknowledgment number (with ACK); then, if need be, `len=`, `win=`. On the right the states
/// of the tracer's client (whoever sends the first line) and server, and the note. A line `---` says that the segments below
/// belong to a new connection.
struct Scenario: CustomStringConvertible, Sendable {
    let name: String
    /// What each connection comes to: outcome, and close or `-`.
    let results: [String]
    private let parts: [[String]]

    init(_ name: String, _ results: String..., table: String) {
        self.name = name
        self.results = results
        parts = table.components(separatedBy: "---\n").map { $0.split(separator: "\n").map(String.init) }
    }

    var description: String { name }

    /// The connections of the table, ten microseconds from segment to segment.
    ///
    /// - Parameters:
    ///   - port: Of the end that the table calls `c`. The other's is 80.
    ///   - start: The time of the first segment, in nanoseconds.
    func conversations(port: Int, start: Int) -> [Conversation] {
        let sites = [Site(host: Frame.hosts[0], port: port), Site(host: Frame.hosts[1], port: 80)]
        var time = start
        return zip(parts, results).map { lines, result in
            let beganAtLeft = lines[0].hasPrefix("c")
            var conversation = Conversation(client: sites[beganAtLeft ? 0 : 1], server: sites[beganAtLeft ? 1 : 0], name: name)
            let words = result.split(separator: " ").map(String.init)
            (conversation.outcome, conversation.close) = (words[0], words[1] == "-" ? nil : words[1])
            for line in lines {
                conversation.rows.append(Self.row(line, clientLetter: beganAtLeft ? "c" : "s", time: time))
                time += 10_000
            }
            return conversation
        }
    }

    private static func row(_ line: String, clientLetter: String, time: Int) -> Row {
        let halves = line.split(separator: "|")
        let words = halves[0].split(separator: " ").map(String.init)
        let found = halves[1].split(separator: " ").map(String.init)
        let flags = words[1].split(separator: ",").compactMap { Row.flagNames.firstIndex(of: String($0)) }
        var row = Row(time: time, fromClient: words[0] == clientLetter, flags: flags.reduce(0) { $0 | 1 << UInt8($1) })
        row.sequence = UInt32(words[2]) ?? 0
        if row.hasACK { row.acknowledgment = UInt32(words[3]) ?? 0 }
        for word in words {
            if word.hasPrefix("len=") { row.length = Int(word.dropFirst(4)) ?? 0 }
            if word.hasPrefix("win=") { row.window = Int(word.dropFirst(4)) ?? 0 }
        }
        (row.clientState, row.serverState, row.note) = (found[0], found[1], found.count > 2 ? found[2] : nil)
        return row
    }
}
