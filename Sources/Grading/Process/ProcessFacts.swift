import Foundation
import Glibc

/// What the kernel says about a process: proc(5).
public struct ProcessFacts {
    let id: pid_t

    /// Of the process with that number.
    public init(id: pid_t) { self.id = id }

    /// How many descriptors are open, or nil if the process has ended.
    var descriptorCount: Int? { entries("fd")?.count }

    /// How many threads it has, or nil if it has ended.
    var threadCount: Int? { entries("task")?.count }

    /// Processor time of all its threads so far, those that have ended included, to the kernel's tick (10 ms).
    var processorTime: Duration? {
        guard let fields = statFields(), fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return .milliseconds((user + system) * 1_000 / max(1, Int(sysconf(Int32(_SC_CLK_TCK)))))
    }

    /// Processor time of all its threads so far, those that have ended included, to the nanosecond: clock_getcpuclockid(3).
    public var exactProcessorTime: Duration? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(id, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// How often each of its threads has given up a processor so far, to wait or because its time was up: by thread number.
    ///
    /// A thread that waits does not count on; one that was woken, whatever for, does when it waits again.
    var threadSwitches: [Int: Int] {
        var counts: [Int: Int] = [:]
        for thread in entries("task") ?? [] {
            let lines = text("task/\(thread)/status")?.split(separator: "\n").filter { $0.contains("ctxt_switches") } ?? []
            let numbers = lines.compactMap { Int($0.split(whereSeparator: \.isWhitespace).last ?? "") }
            if let number = Int(thread) { counts[number] = numbers.reduce(0, +) }
        }
        return counts
    }

    /// Memory of its own in RAM (heap and stacks, without files and shared pages), in bytes.
    public var ownMemory: Int? { statusKilobytes("RssAnon").map { $0 * 1_024 } }

    /// The memory of processes of their own in RAM, all together, in bytes.
    static func ownMemory(of processes: [pid_t]) -> Int { processes.reduce(0) { $0 + (ProcessFacts(id: $1).ownMemory ?? 0) } }

    /// Whether one of its threads is running, or would be if the machine had the time.
    ///
    /// That is how a program that is slow on a busy machine differs from one that waits for something.
    var isBusy: Bool { threadStates.contains("R") }

    /// Whether SIGSTOP has stopped every one of its threads. The first one alone says little: on a busy machine, others may still be in the
    /// middle of a call, and take in what comes before they stop.
    var isStopped: Bool {
        // A thread that has ended counts: the first one stays as long as there are others.
        let states = threadStates.filter { $0 != "Z" }
        return !states.isEmpty && states.allSatisfy { "Tt".contains($0) }
    }

    /// What each of its threads does: `R` runs, `S` waits, `T` is stopped, `t` by a debugger, `Z` has ended: proc_pid_stat(5).
    private var threadStates: [Character] {
        (entries("task") ?? []).compactMap { statFields("task/\($0)/stat")?.first?.first }
    }

    /// Whether one of its threads waits for room in a pipe, as far as the kernel shows it: /proc/PID/task/TID/wchan.
    var isWritingToFullPipe: Bool {
        (entries("task") ?? []).contains { text("task/\($0)/wchan")?.contains("pipe_w") ?? false }
    }

    /// The process that started it, or that has taken it over since.
    var parent: pid_t? { statFields().flatMap { $0.count > 1 ? pid_t($0[1]) : nil } }

    /// The name of its program, cut to 15 characters: proc_pid_comm(5).
    var name: String? { text("comm").map { String($0.dropLast()) } }

    /// The TCP sockets that it holds itself.
    var tcpSockets: some Sequence<TCPSocket> {
        let own = Set(
            (entries("fd") ?? []).compactMap { entry -> Substring? in
                guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/fd/\(entry)"),
                    link.hasPrefix("socket:[")
                else { return nil }
                return link.dropFirst(8).dropLast()
            })
        return visibleTCPSockets.lazy.filter { own.contains($0.inode) }
    }

    /// The end of a connection in its network, whichever process holds it; nil if the kernel shows none.
    func tcpSocket(at localPort: UInt16, to remotePort: UInt16) -> TCPSocket? {
        visibleTCPSockets.first { $0.localPort == localPort && $0.remotePort == remotePort }
    }

    /// All TCP sockets of the network that it is in, read no further than they are asked for.
    private var visibleTCPSockets: some Sequence<TCPSocket> {
        ["tcp", "tcp6"].lazy.flatMap { ProcessTable("/proc/\(id)/net/\($0)").lazy.compactMap(TCPSocket.init) }
    }

    /// A line of /proc/net/tcp.
    struct TCPSocket {
        let localPort: UInt16
        let remotePort: UInt16
        let state: State
        /// How many bytes have come that the program has not received.
        let unread: Int
        /// The number by which a process's descriptors name it.
        fileprivate let inode: Substring
        /// Whether a program has accepted it: until then it belongs to no process.
        var isAccepted: Bool { inode != "0" }

        /// RFC 9293's names, with the kernel's numbers (include/net/tcp_states.h).
        enum State: Int {
            case established = 1, synSent, synReceived, finWait1, finWait2, timeWait, close, closeWait, lastAck, listen, closing
        }

        init?(line: String) {
            let fields = line.split(separator: " ")
            guard fields.count > 9, let number = Int(fields[3], radix: 16), let state = State(rawValue: number),
                let localPort = Self.port(fields[1]), let remotePort = Self.port(fields[2])
            else { return nil }
            self.localPort = localPort
            self.remotePort = remotePort
            self.state = state
            inode = fields[9]
            // "TX:RX", in hex.
            unread = fields[4].split(separator: ":").last.flatMap { Int($0, radix: 16) } ?? 0
        }

        /// "ADDRESS:PORT", in hex.
        private static func port(_ field: Substring) -> UInt16? { field.split(separator: ":").last.flatMap { UInt16($0, radix: 16) } }
    }

    /// All processes that can be seen, by number.
    static var all: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    /// The processes that descend from one, without it.
    static func descendants(of ancestor: pid_t) -> [pid_t] {
        let children = Dictionary(grouping: all) { ProcessFacts(id: $0).parent ?? 0 }
        var found: [pid_t] = []
        var next = children[ancestor] ?? []
        while let process = next.popLast() {
            found.append(process)
            next += children[process] ?? []
        }
        return found
    }

    /// The processes of a group that have not ended: setpgid(2).
    static func running(inGroup group: pid_t) -> [ProcessFacts] {
        all.filter { getpgid($0) == group }.map { ProcessFacts(id: $0) }.filter { !["Z", "X", nil].contains($0.statFields()?.first) }
    }

    private func entries(_ folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/\(folder)")
    }

    /// A file of no more than a page (4 KiB): contents(atPath:) stops at the first short read, and the kernel gives one page at a time.
    private func text(_ file: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/\(file)") else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The fields of `stat` behind the program's name, which may hold spaces and parentheses itself.
    private func statFields(_ file: String = "stat") -> [Substring]? {
        guard let text = text(file), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }

    private func statusKilobytes(_ key: String) -> Int? {
        text("status")?.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            .flatMap { Int($0.dropFirst(key.count + 1).split(whereSeparator: \.isWhitespace).first ?? "") }
    }
}
