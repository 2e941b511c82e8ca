import Foundation
import Glibc
import Grading
import LabProgram
import Sockets

/// Grades a lab's step again on every save, and does what a key asks for, until it is told to stop.
final class WatchSession {
    private let context: Context
    private let workspace: Workspace
    private let lab: Lab
    private var step: Lab.Step?
    private let folder: FolderWatch
    private let keyboard: Keyboard?
    private let signals: TerminationSignals
    private var running: CheckProcess?
    /// What stands on the screen: the last result, or what a key asked for.
    private var shown: [String] = []
    /// The last result.
    private var result: [String] = []
    /// Whether the step has passed; nil before the first result.
    private var hasPassed: Bool?
    /// What would be lost is only done when it was asked for twice.
    private var isAskedToReset = false

    /// - Throws: `SocketError` if signals can't be watched.
    init(_ lab: Lab, _ context: Context) throws {
        self.context = context
        self.lab = lab
        workspace = try context.workspace
        signals = try TerminationSignals()
        step = try context.progress().nextStep(in: lab)
        folder = FolderWatch(workspace.path(lab.folder))
        keyboard = context.console.isInteractive ? Keyboard() : nil
        // What is shown here was written by another process, for this terminal.
        setenv(StatusLine.variable, "1", 1)
        setenv("COLUMNS", "\(style.width)", 1)
        if style.hasColour { setenv("CLICOLOR_FORCE", "1", 1) }
    }

    private var style: Style { context.console.style }

    /// Returns when the student has had enough.
    func run() throws {
        defer { running?.stop() }
        try start()
        while true {
            let always = [PollEntry(signals.descriptor, .readable)]
            var entries = always + [keyboard?.entry, folder.entry].compactMap { $0 } + (running?.entries ?? [])
            // The look at the files now and then is also what finds that a process has ended.
            try poll(&entries, until: .after(.milliseconds(running == nil ? 500 : 100)))
            if !entries[0].ready.isEmpty { return }
            if keyboard != nil, !entries[1].ready.isEmpty, try !press(keyboard?.keys()) { return }
            if folder.takeChange() { try start() }
            follow()
        }
    }

    // MARK: Running

    /// Begins anew with what the files say now.
    private func start() throws {
        running?.stop()
        isAskedToReset = false
        running = try CheckProcess([step.map { "\(lab.number).\($0.number)" } ?? "\(lab.number)"])
        follow()
    }

    /// Shows how far it is, or what came of it.
    private func follow() {
        guard let running else { return }
        running.update()
        guard let (lines, code) = running.outcome else {
            if let progress = running.progress { context.console.status.show(progress) }
            return
        }
        self.running = nil
        hasPassed = code == 0
        (result, shown) = (lines, lines)
        draw()
    }

    // MARK: Keys

    /// Returns whether to go on.
    private func press(_ keys: [Character]?) throws -> Bool {
        guard let keys else { return false }
        for key in keys {
            if isAskedToReset, key != "y" {
                isAskedToReset = false
                show(result)
                continue
            }
            switch key {
            case "q": return false
            case "r": try start()
            case "h": show(try words("hint", reference))
            case "e": show(try words("explain", reference))
            case "d": showHandout()
            case "l": show(try words("board"))
            case "n": try goOn()
            case "x":
                isAskedToReset = true
                show(["Lab \(lab.number) as it was in the beginning? What is there is kept aside.", "", "y  yes        any other key  no"])
            case "y" where isAskedToReset:
                isAskedToReset = false
                show(try words("reset", "\(lab.number)"))
            default: draw()
            }
        }
        return true
    }

    private var reference: String { step.map { "\(lab.number).\($0.number)" } ?? "\(lab.number)" }

    /// The next step, if this one is done; the whole lab, if this was the last.
    private func goOn() throws {
        guard hasPassed == true, let done = step else { return draw() }
        step = lab.steps.first { $0.number == done.number + 1 }
        hasPassed = nil
        try start()
    }

    /// What another command of the workbook says.
    private func words(_ command: String...) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Workspace.executable)
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A long text, page by page: the pager has the terminal meanwhile.
    private func showHandout() {
        guard let text = workspace.text("\(lab.folder)/README.md") else { return show(["there is no handout"]) }
        keyboard?.giveBack()
        defer { keyboard?.takeOver() }
        Pager(console: context.console).show(MarkdownView(text, style: style).lines)
        draw()
    }

    // MARK: Screen

    private func show(_ lines: [String]) {
        shown = lines
        draw()
    }

    /// The whole screen, only when something on it is new.
    private func draw() {
        let console = context.console
        guard keyboard != nil else { return console.print(shown + [""]) }
        // Home, and clear what is below and what has scrolled away: the result begins at the top.
        console.print(["\u{1B}[H\u{1B}[2J\u{1B}[3J" + heading, ""] + shown + [""] + footer)
        if let progress = running?.progress { console.status.show(progress) }
    }

    private var heading: String {
        let place = step.map { "step \($0.number), \($0.title)" } ?? "all of it"
        return style.dim("watching \(lab.folder)\(style.separator)\(place)")
    }

    private var footer: [String] {
        var lines: [String] = []
        if folder.isPolling { lines.append(style.dim("this file system does not tell when a file is saved: looking twice a second")) }
        if hasPassed == true {
            let next = step.flatMap { done in lab.steps.first { $0.number == done.number + 1 } }
            if let next {
                lines.append("\(style.bold("n")) goes on with step \(next.number), \(next.title)")
            } else if step != nil {
                lines.append("\(style.bold("n")) checks the whole lab")
            }
        }
        let keys = [("r", "run"), ("h", "hint"), ("e", "explain"), ("d", "handout"), ("l", "list"), ("x", "reset"), ("q", "quit")]
        lines.append(keys.map { "\(style.bold($0.0)) \($0.1)" }.joined(separator: "   "))
        return lines
    }
}
