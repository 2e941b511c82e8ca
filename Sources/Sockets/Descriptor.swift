import CLinux
import Glibc

/// An open file descriptor that has one owner and closes itself when the owner lets go of it.
///
/// A descriptor is a small number that the kernel hands out again as soon as it is closed. A copy that outlives the close
/// would read from, or close, somebody else's connection; so this type cannot be copied, and the compiler keeps the books.
public struct Descriptor: ~Copyable, Sendable {
    /// The number itself, for calls that this module does not wrap. Valid as long as the descriptor lives; don't close it.
    public let number: Int32

    /// Takes over a number that nobody else will close.
    public init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        // Never tried again: after EINTR Linux has closed the descriptor all the same (close(2)), and by a second try the
        // number may already belong to another thread.
        _ = Glibc.close(number)
    }

    /// Reads up to `count` bytes of a pipe or file: read(2).
    ///
    /// - Returns: The bytes, or none at the end of the file. nil where a non-blocking descriptor has none yet.
    /// - Throws: ``SocketError`` with the operation `read`.
    public func read(upTo count: Int) throws(SocketError) -> [UInt8]? {
        var length: Int? = 0
        let bytes = try [UInt8](capacity: count) { (output) throws(SocketError) in
            try unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) throws(SocketError) in
                length = try transferCall("read") { unsafe Glibc.read(number, buffer.baseAddress, count) }
                filled = length ?? 0
            }
        }
        return length == nil ? nil : bytes
    }

    /// Writes some of the bytes to a pipe or file: write(2).
    ///
    /// - Returns: How many were taken: fewer than given is normal, and 0 means that a non-blocking descriptor has no room.
    /// - Throws: ``SocketError`` with the operation `write`.
    public func write(_ bytes: Span<UInt8>) throws(SocketError) -> Int {
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SocketError) in
            try transferCall("write") { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) } ?? 0
        }
    }

    /// How many bytes have been written to a pipe that nobody has read yet: ioctl(2) with FIONREAD, pipe(7).
    ///
    /// - Throws: ``SocketError`` with the operation `ioctl`.
    public func unreadBytes() throws(SocketError) -> Int { try queueLength(UInt(FIONREAD)) }

    func queueLength(_ request: UInt) throws(SocketError) -> Int {
        var count: Int32 = 0
        _ = try systemCall("ioctl") { unsafe ioctl(number, request, &count) }
        return Int(count)
    }

    /// Makes calls return at once where they would wait, or lets them wait again: fcntl(2), O_NONBLOCK.
    ///
    /// - Throws: ``SocketError`` with the operation `fcntl`.
    public func setNonBlocking(_ on: Bool) throws(SocketError) {
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        _ = try systemCall("fcntl") { fcntl(number, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) }
    }
}

/// The two ends of a pipe: pipe(7). Neither is inherited by a program that this one starts.
public struct PipeEnds: ~Copyable, Sendable {
    /// What was written to ``writeEnd`` comes out here, and the end of the file once every write end is closed.
    public let readEnd: Descriptor
    /// Bytes go in here.
    public let writeEnd: Descriptor

    /// Makes a pipe.
    ///
    /// - Throws: ``SocketError`` with the operation `pipe`.
    public init() throws(SocketError) {
        var ends: (Int32, Int32) = (-1, -1)
        _ = try systemCall("pipe") { unsafe clinux_pipe(&ends.0, &ends.1) }
        readEnd = Descriptor(adopting: ends.0)
        writeEnd = Descriptor(adopting: ends.1)
    }

    /// Keeps the read end alone: once every other write end is closed, it reads the end of the file.
    public consuming func takeReadEnd() -> Descriptor { readEnd }

    /// Keeps the write end alone: once every other read end is closed, writing to it fails with EPIPE.
    public consuming func takeWriteEnd() -> Descriptor { writeEnd }
}
