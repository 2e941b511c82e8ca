import Foundation
import Glibc

/// Shows a long text page by page: with $PAGER, or less(1).
struct Pager {
    let console: Console

    /// Shows the lines: through the pager on a terminal, and as they are anywhere else.
    func show(_ lines: [String]) {
        guard console.isInteractive, ProcessInfo.processInfo.environment["TERM"] != "dumb" else { return console.print(lines) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-\(getpid()).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)) != nil else { return console.print(lines) }
        let environment = ProcessInfo.processInfo.environment
        let pager = environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less -R"
        // As git does: colours, no paging of what fits on the screen, and the text stays there afterwards.
        if environment["LESS"] == nil { setenv("LESS", "FRX", 1) }
        // The shell takes the pager's options apart, and leaves it the terminal: system(3).
        let status = system("\(pager) < \(shellQuoted(file.path))")
        // 127 is the shell's way to say that there is no such program.
        if status >> 8 == 127 || status == -1 { console.print(lines) }
    }
}
