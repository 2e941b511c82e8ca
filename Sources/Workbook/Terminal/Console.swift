import Foundation
import Glibc
import LabProgram
import Sockets

/// Where the workbook's words go: results to stdout, everything else to stderr.
struct Console: Sendable {
    /// What text on stdout may look like.
    let style: Style
    /// What text on stderr may look like.
    let errorStyle: Style
    /// Whether a person sits before stdout.
    let isInteractive: Bool
    /// One line that says what is going on.
    let status: StatusLine

    /// The console of this process, as its streams and its environment say.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        isInteractive = isatty(STDOUT_FILENO) == 1
        style = Style(environment, isTerminal: isInteractive, size: terminalColumns(STDOUT_FILENO))
        let hasErrorTerminal = isatty(STDERR_FILENO) == 1
        errorStyle = Style(environment, isTerminal: hasErrorTerminal, size: terminalColumns(STDERR_FILENO))
        let hasLine = hasErrorTerminal && environment["TERM"] != "dumb"
        status = StatusLine(
            for: environment[StatusLine.variable] != nil ? .workbook : hasLine ? .terminal : .file, width: errorStyle.width)
    }

    /// Prints lines on stdout.
    func print(_ lines: [String]) { write(lines.map { $0 + "\n" }.joined()) }

    /// Writes a text on stdout as it is.
    func write(_ text: String) {
        status.clear()
        write(text, to: .output)
    }

    /// Prints a line on stdout.
    func print(_ line: String) { print([line]) }

    /// Prints lines for the reader on stderr, where they don't get into the way of a result.
    func note(_ lines: [String]) {
        status.clear()
        write(lines.map { $0 + "\n" }.joined(), to: .error)
    }

    private func write(_ text: String, to stream: StandardStream) {
        // If nobody reads any more, there is nobody to tell.
        try? stream.write(Array(text.utf8).span)
    }
}

extension Style {
    /// What the environment allows: NO_COLOR (no-color.org), CLICOLOR_FORCE, TERM=dumb, COLUMNS, and the locale's character set.
    init(_ environment: [String: String], isTerminal: Bool, size: Int?) {
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = max(40, asked ?? size ?? 80)
        let isForced = !["", "0"].contains(environment["CLICOLOR_FORCE"] ?? "")
        hasColour = (isTerminal || isForced) && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        hasUnicode = locale.lowercased().replacing("-", with: "").contains("utf8")
    }
}

/// The width of the terminal behind a descriptor: TIOCGWINSZ of ioctl_tty(2); nil where there is none or it does not know.
private func terminalColumns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
}
