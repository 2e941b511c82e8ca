import CLinux
import Glibc
import Sockets

/// Another program at work for this one: in a process group of its own, with no signal blocked, gone when this process is.
final class ChildProcess: @unchecked Sendable {
    /// The process, and its group.
    let id: pid_t
    /// What it has written to stdout so far; to stderr as well, where the two are joined.
    private(set) var output: [UInt8] = []
    /// What it has written to stderr so far.
    private(set) var errors: [UInt8] = []
    private let outputPipe: Descriptor
    private let errorPipe: Descriptor
    private var outputIsOpen = true
    private var errorsAreOpen = true
    private var code: Int32?

    /// Starts a program, which is looked for as a shell would, with an empty stdin. Only in a thread that lives as long.
    ///
    /// - Throws: `SocketError` with the operation `exec` or `pipe`.
    init(_ words: [String], joinsErrors: Bool = false) throws(SocketError) {
        let output = try PipeEnds()
        let errors = try PipeEnds()
        let errorEnd = joinsErrors ? output.writeEnd.number : errors.writeEnd.number
        id = clinux_start(
            words.map { $0 + "\0" }.joined(), Int32(words.count), nil, -1, output.writeEnd.number, errorEnd, [], 0, SIGTERM)
        guard id != -1 else { throw SocketError("exec", address: words[0], code: errno) }
        outputPipe = output.takeReadEnd()
        errorPipe = errors.takeReadEnd()
        try outputPipe.setNonBlocking(true)
        try errorPipe.setNonBlocking(true)
    }

    deinit { stop() }

    /// Wait for what it writes.
    var entries: [PollEntry] {
        (outputIsOpen ? [PollEntry(outputPipe, .readable)] : []) + (errorsAreOpen ? [PollEntry(errorPipe, .readable)] : [])
    }

    /// Takes in what it has written, without waiting.
    func update() {
        outputIsOpen = outputIsOpen && Self.take(outputPipe, into: &output)
        errorsAreOpen = errorsAreOpen && Self.take(errorPipe, into: &errors)
    }

    /// Waits until it writes something or ends, or the deadline has passed, and takes in what it has written.
    func takeMore(until deadline: Deadline = .never) {
        var entries = entries
        // Once its pipes are closed, there is nothing to wait for but its end.
        _ = try? poll(&entries, until: min(deadline, entries.isEmpty ? .after(.milliseconds(10)) : .never))
        update()
    }

    /// Returns whether there may be more.
    private static func take(_ pipe: borrowing Descriptor, into bytes: inout [UInt8]) -> Bool {
        while let piece = try? pipe.read(upTo: 65_536) {
            if piece.isEmpty { return false }
            bytes += piece
        }
        return true
    }

    /// The exit code, as a shell gives it, once it has said all and ended; nil before.
    var exitCode: Int32? { outputIsOpen || errorsAreOpen ? nil : wait(WNOHANG) }

    /// Ends it, in good order if it can: a build ends its compilers, and checks end when their lifeline closes.
    func stop() {
        guard code == nil, wait(WNOHANG) == nil else { return }
        kill(-id, SIGTERM)
        let patience = Deadline.after(.seconds(2))
        while wait(WNOHANG) == nil {
            if patience.hasPassed { kill(-id, SIGKILL) }
            // Its end closes its pipes.
            _ = try? errorPipe.wait(for: [], until: .after(.milliseconds(20)))
        }
    }

    private func wait(_ flags: Int32) -> Int32? {
        if let code { return code }
        var status: Int32 = 0
        guard waitpid(id, &status, flags) == id else { return nil }
        code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return code
    }
}
