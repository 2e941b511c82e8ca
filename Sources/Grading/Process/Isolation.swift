import CLinux
import Glibc
import Sockets

/// How far a check is parted from the machine and from the other checks.
///
/// With a network of its own, ports never clash and no packet leaves; with processes of its own, everything a program started
/// is gone when the check is, whatever it did to hide. The verdicts are the same on every level.
public enum Isolation: String, Codable, Sendable, CaseIterable {
    /// A private network and private processes.
    case processes
    /// A private network.
    case network
    /// Nothing: ephemeral ports of the machine's own loopback.
    case shared

    /// Parts this process from the machine. Only before its first thread is started.
    ///
    /// - Throws: `SocketError` that names the call that the kernel refused.
    func enter() throws(SocketError) {
        let level =
            switch self {
            case .processes: CLINUX_PRIVATE_PROCESSES
            case .network: CLINUX_PRIVATE_NETWORK
            case .shared: CLINUX_SHARED
            }
        guard let failure = isolate(level: Int32(level)) else { return }
        throw failure
    }
}

private func isolate(level: Int32) -> SocketError? {
    guard clinux_isolate(level) == -1 else { return nil }
    let code = errno
    return SocketError(operation: String(cString: clinux_isolation_failure()), address: nil, cause: .system(code))
}
