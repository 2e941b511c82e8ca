import Foundation

/// What the program said of a connection: one line of JSON, with all its keys there.
struct Trace {
    let fields: [String: JSON]
    let segments: [[String: JSON]]

    static let keys = ["client", "server", "outcome", "close", "handshake_us", "segments"]
    static let segmentKeys = [
        "time_us", "from", "flags", "seq", "ack", "rel_seq", "rel_ack", "window", "length", "options", "client_state", "server_state",
        "note",
    ]

    /// Takes a line apart.
    ///
    /// - Throws: A ``Finding`` if it is no JSON, or a key is missing.
    init(line: String, number: Int) throws {
        let place = "line \(number) of stdout"
        guard case .object(let fields)? = JSON(line) else {
            throw fail("\(place) is no JSON object: \(readable(Array(line.utf8), limit: 100))")
        }
        if let key = Trace.keys.first(where: { fields[$0] == nil }) { throw fail("\(place): the key \"\(key)\" is missing") }
        guard case .list(let items)? = fields["segments"] else { throw fail("\(place): \"segments\" is no list") }
        self.fields = fields
        segments = try items.enumerated().map { index, item in
            guard case .object(let segment) = item else { throw fail("\(place): segment \(index + 1) is no object") }
            guard let key = Trace.segmentKeys.first(where: { segment[$0] == nil }) else { return segment }
            throw fail("\(place): segment \(index + 1) has no key \"\(key)\" (where there is nothing to say, it must be null)")
        }
    }
}

extension Trial {
    /// Writes a file into the check's folder.
    ///
    /// - Returns: Its path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = try folder().appendingPathComponent(name)
        try Data(bytes).write(to: file)
        capture = file
        return file.path
    }

    /// Has the program read a capture, and takes in what it says of it.
    ///
    /// - Parameters:
    ///   - step: Of the check. A starter that ends with exit code 99 because of a later step has said what it could.
    ///   - name: What the file is called.
    func traces(of capture: [UInt8], step: Int, as name: String = "capture.pcap") throws -> [Trace] {
        let program = try run(["read", try write(capture, as: name), "--json"])
        try expectSuccess(of: program, step: step, doing: "`read \(name) --json`")
        return try program.traces
    }

    /// Fails unless the program has ended well, or is a starter that has not come to a later step.
    func expectSuccess(of program: Program, step: Int, doing what: String) throws {
        if program.ending == .exited(0) { return }
        if let unsolved = program.unsolvedStep, unsolved > step { return }
        throw fail("\(what): the program must end with exit code 0, but it \(program.ending?.description ?? "")\(program.lastWords)")
    }
}

extension Program {
    /// What it said of each connection.
    var traces: [Trace] {
        get throws {
            let text = outputText
            guard text.isEmpty || text.hasSuffix("\n") else {
                throw fail("the last line of stdout has no newline at its end: \(readable(text.utf8.suffix(40)))")
            }
            return try outputLines.enumerated().map { try Trace(line: $1, number: $0 + 1) }
        }
    }
}
