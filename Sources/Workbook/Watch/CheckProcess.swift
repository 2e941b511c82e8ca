import Sockets

/// A `workbook check` in a process of its own, so that whatever it does, the keys go on working.
final class CheckProcess {
    private let child: ChildProcess

    /// - Throws: `SocketError` if it can't be started.
    init(_ words: [String]) throws(SocketError) {
        child = try ChildProcess([Workspace.executable, "check"] + words)
    }

    /// Wait for what it has to say.
    var entries: [PollEntry] { child.entries }

    /// Takes in what it has said.
    func update() { child.update() }

    /// Ends it, with all it has started.
    func stop() { child.stop() }

    /// What it is doing, as it said last.
    var progress: String? { errorLines.last { $0.hasPrefix(StatusLine.sign) }.map { String($0.dropFirst(StatusLine.sign.count)) } }

    private var errorLines: [Substring] { String(decoding: child.errors, as: UTF8.self).split(separator: "\n") }

    /// What it said, and its exit code, once it has ended.
    var outcome: (lines: [String], code: Int32)? {
        guard let code = child.exitCode else { return nil }
        var lines = errorLines.filter { !$0.hasPrefix(StatusLine.sign) }.map(String.init)
        lines += String(decoding: child.output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return (lines, code)
    }
}
