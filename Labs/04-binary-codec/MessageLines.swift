import LabProgram

// Given: what `encode` reads.

/// Takes messages out of a stream of JSON lines, each an object: `{"type":1,"payload":"68656c6c6f"}`.
///
/// This is framing too, the other kind: a message ends where the next line feed comes. So every byte must be looked at to
/// find it, and it can't stand in a message; a length says the same in four bytes, before the message has come.
struct MessageLines {
    /// Longer than the longest payload with each digit written as an escape (`\u0030`).
    private static let maxLine = 16_777_216

    /// The payload of the message that ``next()`` gave last.
    private(set) var payload: [UInt8] = []

    private var parser = MessageParser()
    /// What has been read: lines that are done, and then what comes next.
    private var bytes: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to where no line feed was found.
    private var searched = 0
    /// The number of the line that was taken last; the first is 1.
    private var line = 0
    private var isFinished = false

    /// Takes the next piece of the stream, of any length.
    mutating func append(_ piece: [UInt8]) {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
    }

    /// Says that the stream is over: what is left is the last line, even without a line feed.
    mutating func finish() {
        isFinished = true
    }

    /// The type of the next message, whose payload is then in ``payload``; nil if its line is not complete yet.
    ///
    /// - Throws: `MalformedInput` if the line is no message; it names the line.
    mutating func next() throws(MalformedInput) -> UInt16? {
        let end: Int
        if let lineFeed = bytes.span.firstIndex(of: UInt8(ascii: "\n"), from: searched) {
            end = lineFeed
        } else {
            searched = bytes.count
            guard bytes.count - start <= Self.maxLine else {
                throw MalformedInput("line \(line + 1): longer than \(Self.maxLine) bytes")
            }
            guard isFinished, start < bytes.count else { return nil }
            end = bytes.count
        }
        line += 1
        defer {
            start = min(end + 1, bytes.count)
            searched = start
        }
        do {
            let bytes = bytes  // the same memory; but the parser may not look into self while it writes the payload there
            return try parser.message(in: bytes.span.extracting(start..<end), payload: &payload)
        } catch {
            throw MalformedInput("line \(line): \(error)")
        }
    }
}
