import Foundation

/// A connection as a table: what is captured on the left, what must be found on the right.
///
///     c SYN 100              | SYN-SENT SYN-RECEIVED
///     s SYN,ACK 300 101      | ESTABLISHED SYN-RECEIVED
///     c ACK 101 301 len=5    | ESTABLISHED ESTABLISHED keep-alive
///
/// Side, flags, sequence number, acknowledgment number (with ACK); then, if need be, `len=`, `win=`. On the right the states
/// of the tracer's client (whoever sends the first line) and server, and the note. A line `---` says that the segments below belong to a new connection.
struct Scenario: CustomStringConvertible, Sendable {
    let name: String
    /// What each connection comes to: outcome, and close or `-`.
    let results: [String]
    let lines: [[Line]]

    struct Line: Sendable {
        let fromClient: Bool
        let flags: [String]
        let sequence: UInt32
        let acknowledgment: UInt32?
        var length = 0
        var window = 1_000
        /// States and note, as on the right side of the table.
        let expected: String
    }

    init(_ name: String, _ results: String..., table: String) {
        self.name = name
        self.results = results
        lines = table.split(separator: "---\n").map { part in part.split(separator: "\n").map { Line(String($0)) } }
    }

    var description: String { name }

    static let flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]

    /// The segments as raw IP packets, ten microseconds apart, from or to that port of the client.
    func packets(clientPort: Int) -> [[UInt8]] {
        lines.joined().map { line in
            let flags = line.flags.compactMap { Self.flagNames.firstIndex(of: $0) }.reduce(0) { $0 | UInt8(1) << UInt8($1) }
            return Frame.ipv4(
                Frame.tcp(
                    clientPort: clientPort, fromClient: line.fromClient, flags: flags, sequence: line.sequence,
                    acknowledgment: line.acknowledgment ?? 0, window: line.window, payload: line.length), fromClient: line.fromClient)
        }
    }
}

extension Scenario.Line {
    init(_ text: String) {
        let halves = text.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let words = halves[0].split(separator: " ").map(String.init)
        fromClient = words[0] == "c"
        flags = words[1] == "-" ? [] : words[1].split(separator: ",").map(String.init)
        sequence = UInt32(words[2]) ?? 0
        acknowledgment = flags.contains("ACK") ? UInt32(words[3]) : nil
        for word in words {
            if word.hasPrefix("len=") { length = Int(word.dropFirst(4)) ?? 0 }
            if word.hasPrefix("win=") { window = Int(word.dropFirst(4)) ?? 0 }
        }
        expected = halves[1].split(separator: " ").joined(separator: " ")
    }
}

/// A connection as the tracer prints it with --json.
struct TracedConnection: Decodable {
    let client: String
    let server: String
    let outcome: String
    let close: String?
    let handshakeUs: Int?
    let segments: [Segment]

    struct Segment: Decodable {
        let timeUs: Int
        let from: String
        let flags: [String]
        let seq: UInt32
        let ack: UInt32?
        let relSeq: UInt32
        let relAck: UInt32?
        let window: Int
        let length: Int
        let clientState: String
        let serverState: String
        let note: String?

        var found: String { [clientState, serverState, note].compactMap { $0 }.joined(separator: " ") }
    }

    static func all(in output: String) throws -> [TracedConnection] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try output.split(separator: "\n").map { try decoder.decode(TracedConnection.self, from: Data($0.utf8)) }
    }
}
