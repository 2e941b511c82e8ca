import Sockets

// Given: how `decode` shows frames.

/// Writes frames to stdout, each as a JSON line:
/// `{"offset":0,"version":1,"type":1,"length":5,"payload":"68656c6c6f"}`.
///
/// Lines are collected and written many at a time, and a long payload in pieces: so the memory stays the same however long
/// the payloads are.
struct FrameLines {
    private static let capacity = 131_072
    private var buffer = [UInt8](repeating: 0, count: capacity)
    /// How much of the buffer waits to be written.
    private var count = 0

    /// Adds the line of one frame. It is written by ``flush()`` at the latest.
    mutating func write(_ frame: Frame, payload: Span<UInt8>) throws(SocketError) {
        // The longest numbers that can stand here make this 120 bytes.
        if count > Self.capacity - 256 { try flush() }
        write("{\"offset\":")
        write(frame.offset)
        write(",\"version\":")
        write(Int(Frame.version))
        write(",\"type\":")
        write(Int(frame.type))
        write(",\"length\":")
        write(payload.count)
        write(",\"payload\":\"")
        try writeHex(payload)
        write("\"}\n")
    }

    /// Writes everything that waits.
    mutating func flush() throws(SocketError) {
        if count == 0 { return }
        try StandardStream.output.write(buffer.span.extracting(..<count))
        count = 0
    }

    private mutating func writeHex(_ payload: Span<UInt8>) throws(SocketError) {
        var done = 0
        while done < payload.count {
            if count > Self.capacity - 256 { try flush() }
            let length = min(payload.count - done, (Self.capacity - 16 - count) / 2)
            let start = count
            var digits = buffer.mutableSpan
            Hex.write(payload.extracting(done..<done + length), into: &digits, at: start)
            count += 2 * length
            done += length
        }
    }

    private mutating func write(_ text: StaticString) {
        for byte in "\(text)".utf8 {
            buffer[count] = byte
            count += 1
        }
    }

    private mutating func write(_ number: Int) {
        for digit in "\(number)".utf8 {
            buffer[count] = digit
            count += 1
        }
    }
}
