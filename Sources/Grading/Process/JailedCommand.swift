import CLinux
import Foundation
import Glibc
import Sockets

/// A command that runs in a jail: a compiler on a student's files, say, or an unpacker.
public struct JailedCommand: Codable {
    /// The hidden word on the command line that makes a process such a command.
    public static let word = "run-jailed"

    /// The command and its arguments.
    public var words: [String]
    /// Where it runs, as seen from inside.
    public var folder: String
    /// What it sees.
    public var jail: Jail

    /// A command with its arguments, where it runs and what it sees.
    public init(words: [String], folder: String, jail: Jail) {
        self.words = words
        self.folder = folder
        self.jail = jail
    }

    /// Becomes the command that the argument describes, parted from the machine. Its exit code is the process's own, or 2.
    public static func become(_ argument: String) -> Never {
        do {
            let command = try JSONDecoder().decode(JailedCommand.self, from: Data(argument.utf8))
            try Isolation.processes.enter()
            try command.jail.enter()
            guard chdir(command.folder) == 0 else { throw SocketError("chdir", address: command.folder, code: errno) }
            // The first process of its namespace does not end by signals it has no handler for: so it stays behind, and waits.
            let limits = [(RLIMIT_FSIZE, 1 << 30), (RLIMIT_DATA, 8 << 30), (RLIMIT_CORE, 0)].map {
                clinux_limit(resource: Int32($0.0.rawValue), value: Int64($0.1), soft: Int64($0.1))
            }
            let id = clinux_start(
                command.words.map { $0 + "\0" }.joined(), Int32(command.words.count), nil, -1, STDOUT_FILENO, STDERR_FILENO, limits,
                Int32(limits.count), SIGKILL)
            guard id != -1 else { throw SocketError("exec", address: command.words.first, code: errno) }
            while true {
                var status: Int32 = 0
                let ended = waitpid(-1, &status, 0)
                if ended == -1 && errno != EINTR { exit(2) }
                if ended == id { exit(status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)) }
            }
        } catch {
            try? StandardStream.error.write(Array("\(error)\n".utf8).span)
            exit(2)
        }
    }
}
