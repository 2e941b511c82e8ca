import COpenSSL
import Glibc
import Sockets

/// What OpenSSL reads from and writes to, where that is a socket: a BIO of our own, BIO_meth_new(3).
///
/// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE when the peer has gone. This one sends with MSG_NOSIGNAL, goes on
/// after a signal (EINTR), and remembers what the socket said, for the error.
final class Transport: Wire, @unchecked Sendable {
    private let number: Int32

    init(_ socket: borrowing Socket) { number = socket.descriptor.number }

    /// A BIO that moves bytes through this, and does not keep it alive.
    func makeBIO() -> OpaquePointer? {
        let bio = unsafe BIO_new(Transport.method)
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    private func read(_ bio: OpaquePointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
        unsafe copenssl_bio_clear_retry(bio)
        while true {
            let length = unsafe recv(number, buffer, Int(count), 0)
            if length > 0 { return Int32(length) }
            if length == 0 {
                sawEnd = true
                return 0
            }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN { unsafe copenssl_bio_retry_read(bio) } else { failure = SocketError("recv", code: code) }
            return -1
        }
    }

    private func write(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
        unsafe copenssl_bio_clear_retry(bio)
        while true {
            let length = unsafe send(number, bytes, Int(count), Int32(MSG_NOSIGNAL))
            if length >= 0 { return Int32(length) }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN { unsafe copenssl_bio_retry_write(bio) } else { failure = SocketError("send", code: code) }
            return -1
        }
    }

    /// The functions of all such BIOs. Made once, and never freed.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")
        _ = unsafe BIO_meth_set_read(method) { bio, buffer, count in
            unsafe Transport.of(bio)?.read(bio, buffer, count) ?? -1
        }
        _ = unsafe BIO_meth_set_write(method) { bio, bytes, count in
            unsafe Transport.of(bio)?.write(bio, bytes, count) ?? -1
        }
        _ = unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: 1
            case BIO_CTRL_EOF: unsafe Transport.of(bio)?.sawEnd == true ? 1 : 0
            default: 0
            }
        }
        return unsafe method
    }()

    private static func of(_ bio: OpaquePointer?) -> Transport? {
        unsafe BIO_get_data(bio).map { unsafe Unmanaged<Transport>.fromOpaque($0).takeUnretainedValue() }
    }
}
