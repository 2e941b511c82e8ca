import Glibc

/// The three streams that every program is started with: stdin(3).
///
/// Raw bytes, no buffer in between: `print` keeps a line back when its output is a pipe, and a grader waits for it in vain.
public enum StandardStream: Int32, Sendable {
    /// Descriptor 0.
    case input = 0
    /// Descriptor 1.
    case output = 1
    /// Descriptor 2.
    case error = 2

    /// Reads up to `count` bytes, and waits if none are there: read(2).
    ///
    /// - Returns: The bytes; none at the end of the input.
    /// - Throws: ``SocketError`` with the operation `read`.
    public func read(upTo count: Int) throws(SocketError) -> [UInt8] {
        try [UInt8](capacity: count) { (output) throws(SocketError) in
            try unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) throws(SocketError) in
                filled = try systemCall("read") { unsafe Glibc.read(rawValue, buffer.baseAddress, count) }
            }
        }
    }

    /// Writes all of the bytes, in as many calls as it takes: write(2).
    ///
    /// - Throws: ``SocketError`` with the operation `write`.
    public func write(_ bytes: Span<UInt8>) throws(SocketError) {
        var done = 0
        while done < bytes.count {
            done += try unsafe bytes.extracting(done...).withUnsafeBufferPointer { (buffer) throws(SocketError) in
                try systemCall("write") { unsafe Glibc.write(rawValue, buffer.baseAddress, buffer.count) }
            }
        }
    }
}

extension PollEntry {
    /// Asks about a standard stream.
    public init(_ stream: StandardStream, _ wanted: Readiness) {
        self.init(number: stream.rawValue, wanted: wanted)
    }
}
