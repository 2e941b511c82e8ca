import CLinux
import Foundation
import Glibc
import Sockets

/// One check being made: what it starts and connects to, what happened so far, and the one place where it waits.
///
/// A check runs in a process of its own and in one thread. Whenever it waits for one thing, it also takes in what its
/// programs write, and keeps them within their limits.
final class Trial {
    /// What is graded.
    let subject: Subject
    /// The program that it meets, where two students' programs are put together.
    let partner: Subject?
    /// Everything that happened.
    let transcript = Transcript()
    /// The packets that pass, where they can be kept.
    let packets: PacketRecord?
    /// A capture file that the program was given to read, and so the evidence of what it made of it.
    var capture: URL?
    /// What the servers that it starts do for their clients.
    var service = Service.echo
    /// Makes what the clients' bytes are wrapped in; nil where they go out as they are.
    var makeLayer: (() throws -> any Layer)?
    /// Random numbers, the same in every run of the same check.
    var random: SeededGenerator
    private(set) var programs: [Program] = []
    private var clients = 0
    /// The folder of the check's files, once it has one.
    private(set) var scratch: URL?
    /// Whether the grader was a server, and the program its client.
    var hasServed = false
    private var nextLimitCheck = Deadline.now

    /// How long a program may take to answer. Generous, for a busy machine: a right program never needs it.
    static let patience = Duration.seconds(5)
    /// How long a program may take to start: some bring a whole runtime along.
    static let startingTime = Duration.seconds(10)
    /// How long nothing must happen before the grader believes that nothing will.
    static let silence = Duration.milliseconds(200)

    init(_ subject: Subject, meeting partner: Subject? = nil, seed: String, packets: PacketRecord? = nil) {
        self.subject = subject
        self.partner = partner
        self.packets = packets
        random = SeededGenerator(seed: hash(of: seed.utf8))
    }

    // MARK: Programs

    /// Starts the program under test.
    ///
    /// - Parameters:
    ///   - options: What stands behind the words that make it offer the trial's service.
    ///   - other: Another program than the subject.
    ///   - role: What it is called in texts; without it, `program`, `program 2`.
    /// - Throws: A ``Finding`` if it can't be started, or if it runs already and is not the grader's to start.
    func start(
        _ options: [String] = [], of other: Subject? = nil, as role: String? = nil, limits: Limits = Limits(), isFed: Bool = false,
        stdout: consuming PipeEnds? = nil, holding foreign: Int = 0
    ) throws -> Program {
        guard case .command(let words) = other ?? subject else {
            throw Finding.notRun("this check must start the program itself (use --program instead of --connect)")
        }
        let name = role ?? (programs.isEmpty ? "program" : "program \(programs.count + 1)")
        let program = try Program(
            name: name, words + service.words + options, limits: limits, transcript: transcript, isFed: isFed, stdout: stdout,
            holding: foreign)
        programs.append(program)
        transcript.record(name, .start(options: service.words + options, openFiles: limits.openFiles))
        return program
    }

    /// Writes bytes to a program's stdin, as fast as it takes them.
    ///
    /// - Returns: How many it took: fewer than given if it stopped reading or ended, or the deadline came first.
    @discardableResult
    func feed(_ program: Program, _ bytes: [UInt8], until deadline: Deadline = .after(Trial.patience)) throws -> Int {
        guard let input = program.input else { return 0 }
        var rest = bytes[...]
        while !rest.isEmpty, input.isOpen {
            let count = try input.write(rest)
            rest.removeFirst(count)
            guard count == 0, input.isOpen else { continue }
            var entries = input.entry.map { [$0] } ?? []
            if try !wait(for: &entries, until: deadline, unless: { program.ending != nil }) { break }
            if program.ending != nil { break }
        }
        return bytes.count - rest.count
    }

    /// A folder for the check's files, which is gone when the check is.
    func folder() throws -> URL {
        if let scratch { return scratch }
        // Short: its path stands in what students read. One that is there already is an error.
        let name = "workbook-\(String(UInt32.random(in: 0...(.max)), radix: 36))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        // In a jail the program may be another user, and nobody else is there.
        if Runner.isJailed { chmod(folder.path, 0o777) }
        scratch = folder
        return folder
    }

    /// Ends everything the check has started, and everything that those have.
    func endPrograms() {
        // Those that left a program's process group are still its descendants.
        for program in programs where program.ending == nil {
            for process in ProcessFacts.descendants(of: program.id) { kill(process, SIGKILL) }
        }
        for program in programs { program.end() }
        defer { if let scratch { try? FileManager.default.removeItem(at: scratch) } }
        // The orphans among them are children of a process that adopts them, as one that makes a check does. No other process
        // may take all of its children for the check's.
        guard Runner.hasLifeline else { return }
        var rounds = 0
        while rounds < 1_000 {
            let rest = ProcessFacts.descendants(of: getpid())
            for process in rest { kill(process, SIGKILL) }
            while waitpid(-1, nil, WNOHANG) > 0 {}
            if rest.isEmpty { return }
            rounds += 1
        }
    }

    // MARK: Waiting

    /// Waits until one of the entries is ready, a condition holds, or the deadline has passed.
    ///
    /// - Returns: Whether an entry is ready or the condition holds.
    @discardableResult
    func wait(
        for entries: inout [PollEntry], until deadline: Deadline, unless condition: () -> Bool = { false }
    ) throws -> Bool {
        while true {
            for program in programs { try program.update() }
            try keepLimits()
            packets?.makeRoom()
            if condition() { return true }
            var all = entries
            var lifeline = false
            if Runner.hasLifeline {
                all.append(PollEntry(Runner.lifeline, []))
                lifeline = true
            }
            for program in programs {
                if program.ending == nil { all.append(PollEntry(program.exitDescriptor, .readable)) }
                if program.outputIsOpen && program.readsOutput { all.append(PollEntry(program.outputPipe, .readable)) }
                if program.errorsAreOpen { all.append(PollEntry(program.errorPipe, .readable)) }
            }
            try poll(&all, until: min(deadline, programs.isEmpty ? .never : nextLimitCheck))
            let count = entries.count
            entries = Array(all.prefix(count))
            if lifeline, !all[count].ready.isEmpty { Runner.abandon(self) }
            if entries.contains(where: { !$0.ready.isEmpty }) { return true }
            if deadline.hasPassed {
                for program in programs { try program.update() }
                return condition()
            }
        }
    }

    /// Waits until a condition holds.
    ///
    /// - Returns: Whether it does, by the deadline.
    @discardableResult
    func wait(until deadline: Deadline, for condition: () -> Bool) throws -> Bool {
        var none: [PollEntry] = []
        return try wait(for: &none, until: deadline, unless: condition)
    }

    /// Waits until a condition about something that gives no sign holds: looks now and then.
    ///
    /// For what the kernel only shows (/proc) and never tells.
    @discardableResult
    func watch(
        until deadline: Deadline, every pause: Duration = .milliseconds(10), for condition: () -> Bool
    ) throws -> Bool {
        while !condition() {
            if deadline.hasPassed { return false }
            var none: [PollEntry] = []
            try wait(for: &none, until: min(deadline, .after(pause)))
        }
        return true
    }

    /// Waits until every thread of a program waits: it has seen what there was to see. A second at most, as one that spins never does.
    func waitUntilIdle(_ program: Program) throws {
        try watch(until: .after(.seconds(1)), every: .milliseconds(1)) { !program.facts.isBusy }
    }

    /// Waits until nothing has happened for a while, and no program is in the middle of something.
    ///
    /// - Returns: Whether an entry became ready first.
    func waitForSilence(of entries: inout [PollEntry]) throws -> Bool {
        let limit = Deadline.after(Trial.patience)
        repeat {
            if try wait(for: &entries, until: .after(Trial.silence)) { return true }
        } while programs.contains(where: { $0.ending == nil && $0.facts.isBusy }) && !limit.hasPassed
        return false
    }

    /// Waits until a condition holds, or it is clear that it will not: see ``waitForSilence(of:)``.
    func becomes(_ condition: () -> Bool) throws -> Bool {
        let limit = Deadline.after(Trial.patience)
        repeat {
            if try wait(until: .after(Trial.silence), for: condition) { return true }
        } while programs.contains(where: { $0.ending == nil && $0.facts.isBusy }) && !limit.hasPassed
        return false
    }

    /// Ends a program that uses more than its limits.
    private func keepLimits() throws {
        guard nextLimitCheck.hasPassed else { return }
        nextLimitCheck = .after(.milliseconds(100))
        for program in programs where program.ending == nil {
            let family = [program.id] + ProcessFacts.descendants(of: program.id)
            if family.count > program.limits.processes { program.stop(because: "started more than \(program.limits.processes) processes") }
            let memory = ProcessFacts.ownMemory(of: family)
            if memory > program.limits.memory { program.stop(because: "used more than \(program.limits.memory >> 20) MiB of memory") }
        }
    }

    // MARK: Clients

    /// A name for the next client: `client 1`, `client 2`.
    func nextClientName() -> String {
        clients += 1
        return "client \(clients)"
    }
}

/// What is graded: a program to be started, or a server that runs already.
public enum Subject: Codable, Sendable {
    /// The program and its first arguments; the check adds its own.
    case command([String])
    /// The address of a server.
    case server(host: String, port: UInt16)

    /// As a user would type it.
    public var description: String {
        switch self {
        case .command(let words): words.joined(separator: " ")
        case .server(let host, let port): "\(Endpoint(host: host, port: port))"
        }
    }
}
