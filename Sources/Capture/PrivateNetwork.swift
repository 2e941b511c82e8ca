import CLinux
import Glibc
import Sockets

/// A network of the process's own, in which it may capture without any privilege outside: namespaces(7).
public enum PrivateNetwork {
    /// Moves the process into a user and a network namespace of its own, with a loopback interface that is up.
    ///
    /// It must have one thread only. Nothing can be reached from inside but the process itself and what it starts from then
    /// on; files are as before. The corresponding C call is `unshare(2)`.
    ///
    /// - Throws: `SocketError` with the operation that failed; EPERM or ENOSPC where the system does not allow it.
    public static func enter() throws(SocketError) {
        guard clinux_isolate(Int32(CLINUX_PRIVATE_NETWORK)) == -1 else { return }
        let code = errno
        throw SocketError(operation: unsafe String(cString: clinux_isolation_failure()), address: nil, cause: .system(code))
    }
}
