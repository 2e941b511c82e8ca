import CLinux
import Foundation
import Glibc
import Sockets

/// What a program that nobody trusts can see of the machine: the system's programs and libraries, and what it is made of.
///
/// No home, no other submission, no file of the grader's, no variable of the environment. See Docs/security.md.
public struct Jail: Codable, Sendable {
    /// A file or folder of the machine's, and the path at which it can be seen.
    public struct Place: Codable, Sendable {
        /// Where it is.
        public var source: String
        /// Where it is to be seen.
        public var target: String

        /// A place that is seen where it is, unless told otherwise.
        public init(_ source: String, as target: String? = nil) {
            self.source = source
            self.target = target ?? source
        }
    }

    /// What can be read.
    public var readable: [Place]
    /// What can be written to, too.
    public var writable: [Place] = []
    /// How much can be written to /tmp, in bytes.
    public var temporarySize = 64 << 20

    /// The system, and these places besides.
    public init(readable: [Place] = [], writable: [Place] = []) {
        self.readable = Jail.system + readable
        self.writable = writable
    }

    /// What every program needs. Of /etc, only what says nothing about the machine's users and secrets.
    private static var system: [Place] {
        let folders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
        let files = [
            "alternatives", "gai.conf", "host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "nsswitch.conf",
            "protocols", "services", "ssl/openssl.cnf", "swift-pkg-config",
        ]
        return (folders + files.map { "/etc/\($0)" } + [toolchain].compactMap { $0 }).map { Place($0) }
    }

    /// The folder of the Swift toolchain, where it is not in /usr.
    private static let toolchain: String? = {
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
            let swift = URL(fileURLWithPath: "\(folder)/swift")
            guard access(swift.path, X_OK) == 0 else { continue }
            let root = swift.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            return root.path == "/" || root.path.hasPrefix("/usr/") ? nil : root.path
        }
        return nil
    }()

    /// Leaves this process, and what it starts, with nothing else. Only once it has processes of its own, see ``Isolation``.
    ///
    /// - Throws: `SocketError` that names what the kernel refused.
    func enter() throws(SocketError) {
        let path = (Jail.toolchain.map { "\($0)/usr/bin:" } ?? "") + "/usr/local/bin:/usr/bin:/bin"
        let places = writable + readable
        let words = places.map { "\($0.source)\0\($0.target)\0" }.joined()
        guard clinux_jail(words, Int32(places.count), Int32(writable.count), Int64(temporarySize)) == 0 else {
            let code = errno
            throw SocketError(operation: String(cString: clinux_jail_failure()), address: nil, cause: .system(code))
        }
        clearenv()
        for (name, value) in [("PATH", path), ("HOME", "/tmp"), ("TMPDIR", "/tmp"), ("LC_ALL", "C.UTF-8")] { setenv(name, value, 1) }
        guard clinux_renounce_privileges() == 0 else { throw SocketError("prctl", code: errno) }
        _ = clinux_close_to_others()
    }
}
