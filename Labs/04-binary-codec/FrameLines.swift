import Sockets

// Given: how `decode` shows frames.

/// Writes frames to stdout, each as a JSON line:
/// `{"offset":0,"version":1,"type":1,"length":5,"payload":"68656c6c6f"}`.
///
/// Lines are collected and written many at a time, and a long payload in pieces: so the memory stays the same however long
/// the payloads are.
struct FrameLines {
    /// How much is written at a time, in bytes; small enough to stay in the processor's cache.
    private static let chunkSize = 131_072
    /// What waits to be written.
    private var text: [UInt8] = []

    init() {
        // Room for the text around a payload too; 256 bytes are more than any of its numbers can need.
        text.reserveCapacity(Self.chunkSize + 256)
    }

    /// Adds the line of one frame, which ``flush()`` writes at the latest.
    mutating func write(_ frame: Frame, payload: Span<UInt8>) throws(SocketError) {
        text += Self.beforeOffset
        append(frame.offset)
        text += Self.beforeType
        append(Int(frame.type))
        text += Self.beforeLength
        append(payload.count)
        text += Self.beforePayload
        var done = 0
        while done < payload.count {
            if text.count >= Self.chunkSize { try flush() }
            let end = min(payload.count, done + (Self.chunkSize - text.count + 1) / 2)
            Hex.append(payload.extracting(done..<end), to: &text)
            done = end
        }
        text += Self.afterPayload
        if text.count >= Self.chunkSize { try flush() }
    }

    /// Writes everything that waits.
    mutating func flush() throws(SocketError) {
        if text.isEmpty { return }
        try StandardStream.output.write(text.span)
        text.removeAll(keepingCapacity: true)
    }

    private static let beforeOffset = Array("{\"offset\":".utf8)
    private static let beforeType = Array(",\"version\":\(Frame.version),\"type\":".utf8)
    private static let beforeLength = Array(",\"length\":".utf8)
    private static let beforePayload = Array(",\"payload\":\"".utf8)
    private static let afterPayload = Array("\"}\n".utf8)

    /// Appends a number, not negative, in decimal digits.
    private mutating func append(_ number: Int) {
        let start = text.count
        var rest = number
        repeat {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }
}
