import Foundation
import Grading
import Sockets

/// Tools of the system that are let loose on what students have handed in: each in a jail of its own, or trusted.
struct JailedTools: Sendable {
    /// Whether submissions are trusted, because this machine can't part programs from it.
    let isTrusting: Bool
    /// The `workbook` executable, which makes jails and checks.
    var runner = Workspace.executable

    /// How a tool ended.
    struct Outcome {
        let code: Int32
        let output: [UInt8]
        /// Whether it was ended because it took too long.
        let isLate: Bool
    }

    /// Runs a command, and ends it if it takes too long.
    ///
    /// - Parameter folder: Where it runs, as seen from inside the jail.
    /// - Throws: ``Failure`` if it can't be started.
    func run(_ words: [String], in folder: String, _ jail: Jail, until deadline: Deadline) throws(Failure) -> Outcome {
        let command: [String]
        if isTrusting {
            command = ["env", "-C", folder] + words
        } else {
            guard let job = try? JSONEncoder().encode(JailedCommand(words: words, folder: folder, jail: jail)) else {
                throw Failure("a command has no form in JSON: \(words)")
            }
            command = [runner, JailedCommand.word, String(decoding: job, as: UTF8.self)]
        }
        let child: ChildProcess
        do { child = try ChildProcess(command, joinsErrors: true) } catch { throw Failure("\(words[0]) can't be started: \(error)") }
        while child.exitCode == nil, !deadline.hasPassed, child.output.count < 8 << 20 {
            child.takeMore(until: deadline)
        }
        let code = child.exitCode
        if code == nil { child.stop() }
        return Outcome(code: code ?? -1, output: child.output, isLate: code == nil)
    }

    /// Unpacks an archive or a repository, and takes its Swift files, no more than 64 MiB of them.
    ///
    /// - Returns: The folder with the files; the caller's to remove.
    func unpack(_ path: String, isRepository: Bool, into scratch: String) throws(Failure) -> String {
        let folder = "\(scratch)/unpacked-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch { throw Failure("\(folder) can't be made: \(error.localizedDescription)") }
        let input = isTrusting ? URL(fileURLWithPath: path).path : "/in"
        let output = isTrusting ? folder : "/out"
        let unpack =
            isRepository
            ? "git -c safe.directory='*' --git-dir=\(shellQuoted(input)) archive HEAD | tar -x"
            : path.hasSuffix(".zip") ? "unzip -q -o \(shellQuoted(input))" : "tar -xf \(shellQuoted(input))"
        // Unpacked where the room is limited; only plain files of a student's size go on.
        let script = """
            set -e; rm -rf /tmp/unpacking-$$; mkdir /tmp/unpacking-$$; cd /tmp/unpacking-$$
            \(unpack)
            find . -type f -name '*.swift' -size -1025k -exec cp --parents {} \(shellQuoted(output)) \\;
            cd /; rm -rf /tmp/unpacking-$$
            """
        let jail = Jail(readable: [Jail.Place(path, as: "/in")], writable: [Jail.Place(folder, as: "/out")])
        let outcome = try run(["sh", "-c", script], in: "/", jail, until: .after(.seconds(60)))
        guard outcome.code == 0 else {
            try? FileManager.default.removeItem(atPath: folder)
            let words = outcome.isLate ? "it takes more than a minute" : String(decoding: outcome.output.suffix(300), as: UTF8.self)
            throw Failure("\(path) can't be unpacked: \(words.trimmingCharacters(in: .whitespacesAndNewlines))", code: 1)
        }
        return folder
    }

    /// Tools in jails, or trusted if that is asked for.
    ///
    /// - Throws: ``Failure`` where this machine can make no jails, and nobody trusts what is to be run.
    static func usable(isTrusting: Bool) throws(Failure) -> JailedTools {
        let tools = JailedTools(isTrusting: isTrusting)
        if !isTrusting, let obstacle = tools.obstacle() {
            throw Failure(
                "this machine can't keep what is graded away from your files: \(obstacle)",
                mend: "'\(Workspace.invocation) doctor' says how to mend it; if you trust every submission: --trust")
        }
        return tools
    }

    /// Why programs can't be jailed on this machine; nil if they can.
    func obstacle() -> String? {
        do {
            let outcome = try run(["true"], in: "/", Jail(), until: .after(.seconds(20)))
            guard outcome.code != 0 else { return nil }
            return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch { return error.message }
    }
}
