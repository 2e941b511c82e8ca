import COpenSSL
import Sockets

/// Something of TLS that failed: what was being done, with whom, and why, in words.
///
/// It prints as `connect localhost:7005: certificate verify failed: expired (...)`.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done: `connect`, `accept`, `read`, `write`, `load`.
    public let operation: String
    /// Who it was done with, or nil where that is not known: see ``at(_:)``. For `load`, the file.
    public let address: String?
    /// Why it failed.
    public let cause: Cause

    /// Why something failed.
    public enum Cause: Equatable, Sendable {
        /// The other end's certificate is not one to trust.
        case verification(VerificationFailure)
        /// The connection ended without a close_notify: bytes may be missing. RFC 8446, 6.1
        case truncated
        /// The other end gave up, and said why: RFC 8446, 6.2.
        case alert(TLSAlert)
        /// The socket below failed.
        case transport(SocketError)
        /// Anything else, in OpenSSL's words or this module's.
        case other(String)
    }

    init(_ operation: String, _ address: String? = nil, _ cause: Cause) {
        self.operation = operation
        self.address = address
        self.cause = cause
    }

    /// The same failure, said of somebody: the address as it was typed, say.
    public func at(_ address: String) -> TLSError { TLSError(operation, address, cause) }

    /// Whether the connection below is gone; then there is nobody to talk to any more.
    public var isDisconnect: Bool {
        switch cause {
        case .truncated: true
        case .transport(let error): error.isDisconnect
        default: false
        }
    }

    /// `OPERATION ADDRESS: WORDS`.
    public var description: String {
        if case .transport(let error) = cause { return SocketError(operation: operation, address: address, cause: error.cause).description }
        let words =
            switch cause {
            case .transport(let error): error.description
            case .verification(let failure): "certificate verify failed: \(failure)"
            case .truncated where operation == "read" || operation == "write": "truncated: the peer closed without close_notify"
            case .truncated: "the peer closed the connection in the middle of the handshake"
            case .alert(let alert): "the peer refused: \(alert)"
            case .other(let words): words
            }
        return "\(operation)\(address.map { " " + $0 } ?? ""): \(words)"
    }
}

/// A fatal alert: why a peer gave up. RFC 8446, 6.2
public struct TLSAlert: Equatable, Sendable, CustomStringConvertible {
    /// The number on the wire, 0...255.
    public let number: UInt8
    /// An alert with that number.
    public init(number: UInt8) { self.number = number }

    /// The name in the specification, and the number: `no application protocol (alert 120)`.
    public var description: String {
        "\(unsafe String(cString: SSL_alert_desc_string_long(Int32(number)))) (alert \(number))"
    }
}

/// What OpenSSL keeps in its queue of errors: ERR_get_error(3). Each thread has one of its own.
enum ErrorQueue {
    /// One error.
    struct Entry: Sendable {
        /// The part of OpenSSL that it comes from: `ERR_LIB_SSL` and the like.
        let library: Int32
        /// Which error it is, a number of that part.
        let reason: Int32
        let words: String

        /// The alert that the other end sent, if that is what it was.
        var alert: TLSAlert? {
            let number = reason - SSL_AD_REASON_OFFSET
            return library == ERR_LIB_SSL && number >= 0 ? UInt8(exactly: number).map(TLSAlert.init) : nil
        }
    }

    /// Takes out all errors, the oldest first, which is the one nearest to the cause.
    static func take() -> [Entry] {
        var entries: [Entry] = []
        while case let code = ERR_get_error(), code != 0 {
            let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            entries.append(Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), words: text ?? "error \(code)"))
        }
        return entries
    }

    /// Takes out all errors, as a sentence.
    static func takeWords() -> String {
        let words = take().map(\.words)
        return words.isEmpty ? "OpenSSL gives no reason" : words.joined(separator: "; ")
    }
}
