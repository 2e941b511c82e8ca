import CLinux
import Glibc

/// A system call that failed: which one, at which address, and why.
///
/// It prints as `bind 127.0.0.1:80: Permission denied (EACCES)`.
public struct SocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system call, by its name in section 2 or 3 of the manual: `bind`, `connect`, `getaddrinfo`.
    public let operation: String
    /// The address that the call was about, or nil where there is none.
    public let address: String?
    /// What went wrong.
    public let cause: Cause

    /// Why a call failed.
    public enum Cause: Equatable, Sendable {
        /// A number that the call left in `errno`: errno(3).
        case system(Int32)
        /// A number that getaddrinfo(3) returned.
        case resolver(Int32)

        /// The name is known, but has no address of a kind that can be used.
        public static var noAddress: Cause { .resolver(EAI_NONAME) }
    }

    /// An error with a number from `errno`. Read `errno` on the line after the call: anything in between may change it.
    public init(_ operation: StaticString, address: String? = nil, code: Int32) {
        self.init(operation: "\(operation)", address: address, cause: .system(code))
    }

    /// An error with any cause.
    public init(operation: String, address: String?, cause: Cause) {
        self.operation = operation
        self.address = address
        self.cause = cause
    }

    /// The error of an operation that did not end by its deadline (ETIMEDOUT).
    public static func timedOut(_ operation: StaticString) -> SocketError { SocketError(operation, code: ETIMEDOUT) }

    /// The number in `errno`, or 0 where the failure came from the resolver. Compare with `ECONNRESET` and the like.
    public var code: Int32 {
        if case .system(let code) = cause { code } else { 0 }
    }

    /// The other side ended the connection with a reset, or ended it before this side had written everything.
    public var isDisconnect: Bool {
        // ENOTCONN is what shutdown(2) says of a connection that a reset has ended before.
        [ECONNRESET, EPIPE, ECONNABORTED, ETIMEDOUT, ENOTCONN].contains(code)
    }

    /// The process or the system has no descriptor left to give: EMFILE, ENFILE.
    public var isOutOfDescriptors: Bool {
        [EMFILE, ENFILE].contains(code)
    }

    /// The same failure, said of another address: the one that was typed, say, rather than the one it resolved to.
    public func at(_ address: String) -> SocketError {
        SocketError(operation: operation, address: address, cause: cause)
    }

    /// `OPERATION ADDRESS: TEXT (ERRNO)`.
    public var description: String {
        let place = address.map { " \($0)" } ?? ""
        return "\(operation)\(place): \(text) (\(symbol))"
    }

    private var text: String {
        switch cause {
        case .system(let code): unsafe String(cString: strerror(code))
        case .resolver(let code): unsafe String(cString: gai_strerror(code))
        }
    }

    private var symbol: String {
        switch cause {
        case .system(let code):
            if let name = unsafe clinux_errno_name(code) { unsafe String(cString: name) } else { "errno \(code)" }
        case .resolver(EAI_NONAME): "EAI_NONAME"
        case .resolver(EAI_AGAIN): "EAI_AGAIN"
        case .resolver(EAI_FAIL): "EAI_FAIL"
        case .resolver(EAI_SERVICE): "EAI_SERVICE"
        case .resolver(EAI_FAMILY): "EAI_FAMILY"
        case .resolver(let code): "EAI \(code)"
        }
    }
}
