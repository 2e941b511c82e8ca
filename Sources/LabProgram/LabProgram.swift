import Glibc
import Sockets

/// A command line that the program can't follow. The text names the option and the value.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in one line.
    public let description: String
    /// An error with that text.
    public init(_ description: String) { self.description = description }
}

/// Input data that breaks the rules of its format. The text says where and how.
public struct MalformedInput: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in one line.
    public let description: String
    /// An error with that text.
    public init(_ description: String) { self.description = description }
}

/// What a program says to whoever started it, by its exit code: the same in all labs.
public enum ExitCode: Int32, Sendable {
    /// All went well.
    case success = 0
    /// Something failed while the program ran.
    case failure = 1
    /// The command line was wrong (EX_USAGE of sysexits.h).
    case usage = 64
    /// The input data was malformed (EX_DATAERR of sysexits.h).
    case malformedInput = 65
    /// The program is a starter, and this step of it is not solved yet.
    case unsolved = 99
}

/// Runs a lab's program: hands it its options, and turns what it throws into a line on stderr and an exit code.
///
/// - Parameters:
///   - usage: One line: the program's name and its options. `--help` prints it.
///   - body: The program. It asks for its options, calls ``Options/finish()``, and does its work.
public func runProgram(usage: String, _ body: (inout Options) throws -> Void) -> Never {
    // Writing to a pipe whose reader has gone is an error like any other (EPIPE), and no reason to die: signal(7).
    _ = signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    if words.contains("--help") {
        writeLine("usage: \(usage)", to: .output)
        exit(with: .success)
    }
    var options = Options(words)
    do {
        try body(&options)
    } catch let error as UsageError {
        report("error: \(error)\nusage: \(usage)")
        exit(with: .usage)
    } catch let error as MalformedInput {
        report("error: \(error)")
        exitIfUnsolved()
        exit(with: .malformedInput)
    } catch {
        report("error: \(error)")
        exitIfUnsolved()
        exit(with: .failure)
    }
    exitIfUnsolved()
    exit(with: .success)
}

/// Ends the program at once, whatever its other threads are doing.
public func exit(with code: ExitCode) -> Never {
    fflush(nil)
    _exit(code.rawValue)
}

/// The first line of every server: where it listens. Call it once clients can connect.
public func announceListening(on address: SocketAddress) {
    writeLine("listening on \(address)", to: .output)
}

/// One line for whoever watches the program, on stderr.
public func report(_ line: String) {
    writeLine(line, to: .error)
}

/// A line in one piece, at once: `print` would keep it in a buffer where the output is a pipe.
private func writeLine(_ line: String, to stream: StandardStream) {
    // Nobody may be listening; that is their choice, and no failure of the program.
    try? stream.write(Array("\(line)\n".utf8).span)
}
