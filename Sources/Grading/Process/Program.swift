import CLinux
import Foundation
import Glibc
import Sockets

/// A program under test: started, listened to, watched, and ended with everything it started.
final class Program {
    /// `program`, or `program 2` where a check starts several.
    let name: String
    let id: pid_t
    /// When it was started.
    let started = ContinuousClock.now
    let limits: Limits
    /// What it wrote to stdout so far (no more than its limit).
    private(set) var output: [UInt8] = []
    /// What it wrote to stderr so far (no more than its limit).
    private(set) var errors: [UInt8] = []
    /// How it ended, or nil while it runs.
    private(set) var ending: Ending?
    /// How it must end, if it does; another end is told with whatever else is wrong.
    var expectedEnding = Ending.exited(0)
    /// Why the grader ended it, if it did.
    private(set) var violation: String?

    let exitDescriptor: Descriptor
    private(set) var outputPipe: Descriptor
    let errorPipe: Descriptor
    /// What it reads from its stdin, where the check feeds it.
    let input: Input?
    private(set) var outputIsOpen = true
    private(set) var errorsAreOpen = true
    /// While false, what it writes to stdout stays in the pipe, and a program that fills the pipe waits.
    var readsOutput = true
    /// While false, what it writes to stdout is taken in and forgotten: for checks that ask only whether it goes on.
    var keepsOutput = true
    /// How many bytes were in the pipe before the program started, and are not its own.
    private var foreign: Int
    private var written = 0
    private let transcript: Transcript

    /// How a program ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed(signal: Int32)

        var description: String {
            switch self {
            case .exited(let code): "ended with exit code \(code)"
            case .killed(let signal): "was ended by signal \(signal) (\(signalName(signal)))"
            }
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: The program and its arguments. The program is looked for as a shell would.
    ///   - isFed: Whether the check writes to its standard input. Otherwise that is empty.
    ///   - stdout: A pipe to use for its standard output instead of a new one, and how many bytes are in it already.
    /// - Throws: A ``Finding`` if it can't be started; `SocketError` if the grader can't make its pipes.
    init(
        name: String, _ words: [String], limits: Limits, transcript: Transcript, isFed: Bool = false,
        stdout: consuming PipeEnds? = nil, holding foreign: Int = 0
    ) throws {
        let output = if let stdout { consume stdout } else { try PipeEnds() }
        let errors = try PipeEnds()
        let stdin = try PipeEnds()
        let limitList = limits.kernelLimits
        let id = clinux_start(
            words.map { $0 + "\0" }.joined(), Int32(words.count), nil, stdin.readEnd.number, output.writeEnd.number,
            errors.writeEnd.number, limitList, Int32(limitList.count), SIGKILL)
        guard id != -1 else {
            let error = SocketError("exec", address: words.first, code: errno)
            throw Finding.notRun("the program could not be started: \(error)")
        }
        // A pipe whose write end is closed at once is an empty input.
        let inputEnd = stdin.takeWriteEnd()
        if isFed { input = try Input(inputEnd, to: name, transcript) } else { input = nil }
        self.name = name
        self.id = id
        self.limits = limits
        self.transcript = transcript
        self.foreign = foreign
        exitDescriptor = Descriptor(adopting: clinux_process_descriptor(id))
        outputPipe = output.takeReadEnd()
        errorPipe = errors.takeReadEnd()
        try outputPipe.setNonBlocking(true)
        try errorPipe.setNonBlocking(true)
        transcript.add(name, "started: \(words.joined(separator: " "))")
    }

    /// What the kernel says about it.
    var facts: ProcessFacts { ProcessFacts(id: id) }

    /// Everything it wrote to stderr, as text.
    var errorText: String { String(decoding: errors, as: UTF8.self) }
    /// Everything it wrote to stdout, as text.
    var outputText: String { String(decoding: output, as: UTF8.self) }
    /// The whole lines it wrote to stdout.
    var outputLines: [String] { wholeLines(output) }
    /// The whole lines it wrote to stderr.
    var errorLines: [String] { wholeLines(errors) }

    /// Whether it has ended, and everything it wrote has been taken in.
    ///
    /// A child that it left behind may still hold its stdout; then this never becomes true.
    var hasSaidAll: Bool { ending != nil && !outputIsOpen && !errorsAreOpen }

    /// The step that a starter says is unsolved, once it has ended with the exit code that goes with that.
    var unsolvedStep: Int? {
        guard ending == .exited(99) else { return nil }
        let prefix = "unsolved: step "
        guard let line = errorLines.last(where: { $0.hasPrefix(prefix) }) else { return nil }
        return Int(line.dropFirst(prefix.count).prefix { $0.isNumber })
    }

    /// Sends it a signal: kill(2).
    func send(signal: Int32) {
        guard ending == nil else { return }
        transcript.add("grader", "sends \(signalName(signal)) to the \(name)")
        transcript.record(name, .signal(signal))
        kill(id, signal)
    }

    /// Ends it because it broke a limit.
    func stop(because reason: String) {
        guard violation == nil else { return }
        violation = reason
        transcript.add("grader", "ends the \(name): it \(reason)")
        kill(-id, SIGKILL)
    }

    /// Takes in what it wrote and whether it has ended. Never waits.
    func update() throws {
        // Not until there is nothing left: whoever writes on and on would keep the check here.
        for _ in 0..<16 {
            guard outputIsOpen, readsOutput, let bytes = try outputPipe.read(upTo: 65_536) else { break }
            outputIsOpen = !bytes.isEmpty
            let own = bytes.dropFirst(foreign)
            foreign -= bytes.count - own.count
            if keepsOutput { take(own, "stdout", into: &output) }
        }
        for _ in 0..<16 {
            guard errorsAreOpen, let bytes = try errorPipe.read(upTo: 65_536) else { break }
            errorsAreOpen = !bytes.isEmpty
            take(bytes[...], "stderr", into: &errors)
        }
        guard ending == nil else { return }
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return }
        // The low seven bits hold a signal's number, the second byte an exit code: wait(2).
        ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
        if let ending { transcript.add(name, ending.description) }
    }

    /// Closes the reading end of its stdout: from now on it writes to nobody, which fails with EPIPE, and raises SIGPIPE.
    func hangUpOutput() throws {
        transcript.add("grader", "closed the stdout of the \(name): nobody reads it any more")
        // The end of another pipe takes the place of this one.
        outputPipe = try PipeEnds().takeReadEnd()
        outputIsOpen = false
    }

    private func take(_ bytes: ArraySlice<UInt8>, _ stream: String, into kept: inout [UInt8]) {
        if kept.count < 64 << 10 {
            for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(20) {
                transcript.add(name, "\(stream): \(shown(line.prefix(300)))")
            }
        }
        kept += bytes.prefix(max(0, limits.output - kept.count))
        written += bytes.count
        if written > limits.output { stop(because: "wrote more than \(limits.output >> 20) MiB to stdout and stderr") }
    }

    private func wholeLines(_ bytes: [UInt8]) -> [String] {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { String($0) }
    }

    /// Ends the process group, whatever it is doing, and waits for the program itself.
    func end() {
        kill(-id, SIGKILL)
        guard ending == nil else { return }
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 && errno == EINTR {}
        ending = .killed(signal: SIGKILL)
    }
}

/// A line as it was written; with escapes if it is no text.
private func shown(_ line: ArraySlice<UInt8>) -> String {
    // The end may be within a character.
    let text = String(decoding: line, as: UTF8.self)
    let isText =
        !text.dropLast(4).unicodeScalars.contains { $0 == "\u{FFFD}" } && line.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    return isText ? text : readable(line, limit: 100)
}

/// `SIGTERM`, from the number.
func signalName(_ signal: Int32) -> String {
    let names: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT",
        SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM",
        SIGTERM: "SIGTERM", SIGCONT: "SIGCONT", SIGSTOP: "SIGSTOP", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
        SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
    ]
    return names[signal] ?? "signal \(signal)"
}
