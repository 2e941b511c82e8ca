import Glibc

extension Descriptor {
    /// Opens a file for reading: open(2).
    ///
    /// - Throws: ``SocketError`` with the operation `open` and the path.
    public init(reading path: String) throws(SocketError) {
        self.init(adopting: try systemCall("open", address: path) { unsafe open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// Opens a file for writing, and makes it if it is not there; what was in it is gone: open(2).
    ///
    /// - Throws: ``SocketError`` with the operation `open` and the path.
    public init(writing path: String) throws(SocketError) {
        self.init(
            adopting: try systemCall("open", address: path) { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) })
    }

    /// Makes a file that is not there yet, and opens it for writing: open(2) with O_EXCL.
    ///
    /// - Parameter mode: Who may do what with it: 0o600 is for its owner alone, from the first moment on.
    /// - Throws: ``SocketError`` with the operation `open` and the path; EEXIST if there is a file of that name.
    public init(creating path: String, mode: UInt32 = 0o644) throws(SocketError) {
        self.init(
            adopting: try systemCall("open", address: path) { unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) })
    }

    /// Writes all of the bytes, in as many calls as it takes. For files; a non-blocking pipe would be tried again and again.
    ///
    /// - Throws: ``SocketError`` with the operation `write`.
    public func writeAll(_ bytes: Span<UInt8>) throws(SocketError) {
        var done = 0
        while done < bytes.count { done += try write(bytes.extracting(done...)) }
    }
}
