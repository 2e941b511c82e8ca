import Sockets

/// Why a capture file could not be read to its end.
public enum CaptureFileError: Error, Equatable, CustomStringConvertible {
    /// The file is no capture, or is damaged. The offset is that of the record at fault, in bytes from the file's beginning.
    case malformed(file: String, offset: Int, problem: String)
    /// The file could not be opened or read.
    case failed(SocketError)

    /// `FILE: offset N: PROBLEM`, or that of the system call's error.
    public var description: String {
        switch self {
        case .malformed(let file, let offset, let problem): "\(file): offset \(offset): \(problem)"
        case .failed(let error): "\(error)"
        }
    }
}
