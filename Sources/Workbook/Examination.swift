import CLinux
import Foundation
import Glibc
import Grading
import Sockets

/// Something about the machine that `doctor` looks at.
struct Examination {
    let name: String
    /// Finds out how it is.
    let look: () -> Finding

    /// In the order in which they are shown: what is needed first.
    static func all(_ workspace: Workspace?) -> [Examination] {
        [swift(), loopback("IPv4", "127.0.0.1"), loopback("IPv6", "::1"), processes(), progress(workspace)]
            + [openSSL(), isolation(.processes), isolation(.network), openFiles(), capture(), names()]
            + [tool("nc", "netcat-openbsd"), tool("ss", "iproute2")]
    }

    private init(_ name: String, isNeeded: Bool, mend: String, look: @escaping () -> (isThere: Bool, detail: String)) {
        self.name = name
        self.look = {
            let (isThere, detail) = look()
            return Finding(name: name, state: isThere ? .present : isNeeded ? .missing : .absent, detail: detail, mend: mend)
        }
    }

    private static func swift() -> Examination {
        Examination("Swift toolchain", isNeeded: true, mend: "install Swift 6.2 or later: https://www.swift.org/install") {
            guard let text = output(of: ["swift", "--version"]), let version = swiftVersion(in: text) else {
                return (false, "no swift on the PATH")
            }
            let isNewEnough = version.compare("6.2", options: .numeric) != .orderedAscending
            return (isNewEnough, version + (isNewEnough ? "" : ": too old"))
        }
    }

    private static func loopback(_ family: String, _ host: String) -> Examination {
        Examination(
            "\(family) loopback", isNeeded: true,
            mend: family == "IPv6" ? "sudo sysctl -w net.ipv6.conf.lo.disable_ipv6=0" : "sudo ip link set lo up"
        ) {
            do {
                guard let address = SocketAddress(numeric: host, port: 0) else { return (false, "\(host) is no address here") }
                let socket = try Socket(.stream, address.family)
                try socket.bind(to: address)
                try socket.listen()
                return (true, "a server can listen on \(host)")
            } catch {
                return (false, "no server can listen there: \(error)")
            }
        }
    }

    private static func processes() -> Examination {
        Examination(
            "watching", isNeeded: true, mend: "Linux 5.3 or later with /proc mounted; in a container, a newer runtime or seccomp profile"
        ) {
            let number = clinux_process_descriptor(getpid())
            guard number != -1 else { return (false, "\(SocketError("pidfd_open", code: errno))") }
            close(number)
            let hasProc = FileManager.default.fileExists(atPath: "/proc/self/stat")
            return (hasProc, hasProc ? "programs can be watched (pidfd, /proc)" : "/proc is not mounted")
        }
    }

    private static func progress(_ workspace: Workspace?) -> Examination {
        Examination("progress", isNeeded: true, mend: "make the workbook's folder your own: sudo chown -R $USER FOLDER") {
            guard let workspace else { return (false, "this folder is not in a workbook") }
            let folder = workspace.exists(".workbook") ? workspace.path(".workbook") : workspace.root
            let isWritable = access(folder, W_OK) == 0
            return (isWritable, isWritable ? "can be kept in .workbook" : "can't be kept: no right to write in \(folder)")
        }
    }

    private static func openSSL() -> Examination {
        Examination("OpenSSL", isNeeded: false, mend: OpenSSL.mend) {
            (OpenSSL.isBuiltIn, OpenSSL.isBuiltIn ? "lab 5 can be built" : "its headers are missing; without them lab 5 is left out")
        }
    }

    private static func isolation(_ level: Isolation) -> Examination {
        let name = level == .processes ? "private processes" : "private network"
        return Examination(
            name, isNeeded: false,
            mend: "allow user namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu),"
                + " kernel.unprivileged_userns_clone=1 (Debian); in Docker: --security-opt seccomp=unconfined."
                + " Until then checks share the machine's loopback, with the same verdicts."
        ) {
            guard let failure = Grader.failure(of: level, runner: Workspace.executable) else {
                return (true, level == .processes ? "nothing a program starts outlives its check" : "no packet of a check leaves it")
            }
            return (false, "not here: \(failure)")
        }
    }

    private static func openFiles() -> Examination {
        Examination(
            "open files", isNeeded: false,
            mend: "for lab 6: ulimit -n 10240, or a line '* hard nofile 10240' in /etc/security/limits.conf"
        ) {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return (false, "the limit is unknown") }
            // A program may raise its own limit as far as the hard one.
            let isEnough = limit.rlim_max >= 10_240
            let detail = "at most \(limit.rlim_max) in a process (\(limit.rlim_cur) unless it asks)"
            return (isEnough, detail + (isEnough ? "" : "; lab 6 needs 10,240"))
        }
    }

    private static func capture() -> Examination {
        Examination(
            "packet capture", isNeeded: false,
            mend: "for lab 1's live capture: sudo setcap cap_net_raw=ep .build/debug/handshake-tracer; reading capture files works without"
        ) {
            let status = FileManager.default.contents(atPath: "/proc/self/status").map { String(decoding: $0, as: UTF8.self) } ?? ""
            let hasIt = hasCapability(13, inStatus: status)
            return (hasIt, hasIt ? "allowed (CAP_NET_RAW)" : "not allowed on this machine's interfaces (no CAP_NET_RAW)")
        }
    }

    private static func names() -> Examination {
        Examination("localhost", isNeeded: false, mend: "lines '127.0.0.1 localhost' and '::1 localhost' in /etc/hosts") {
            let addresses = (try? Endpoint(host: "localhost", port: 0).resolve()) ?? []
            let list = addresses.isEmpty ? "no address" : addresses.map(\.numericHost).joined(separator: " and ")
            let isEnough = addresses.count > 1
            return (isEnough, list + (isEnough ? "" : ": whether a program tries each address of a name (lab 3, host-name) can't be seen"))
        }
    }

    private static func tool(_ name: String, _ package: String) -> Examination {
        Examination(name, isNeeded: false, mend: "to try things by hand: sudo apt-get install \(package)") {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            let path = folders.lazy.map { "\($0)/" + name }.first { (candidate: String) in access(candidate, X_OK) == 0 }
            return (path != nil, path ?? "not installed")
        }
    }

    /// What a program writes to stdout, or nil if it can't be run.
    private static func output(of words: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }
}

/// `6.3.1`, out of what `swift --version` says.
func swiftVersion(in text: String) -> String? {
    guard let range = text.firstRange(of: "Swift version ") else { return nil }
    let version = text[range.upperBound...].prefix { $0.isNumber || $0 == "." }
    return version.isEmpty ? nil : String(version)
}

/// Whether a process has a capability, by the line `CapEff` of /proc/PID/status: capabilities(7), proc(5).
func hasCapability(_ number: Int, inStatus status: String) -> Bool {
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
        let word = line.split(whereSeparator: \.isWhitespace).last, let bits = UInt64(word, radix: 16)
    else { return false }
    return bits >> UInt64(number) & 1 == 1
}
