import Sockets
import Synchronization

/// One line at the foot of the terminal that says what is going on, written again and again, and gone in the end.
///
/// It is on stderr. Where that is no terminal but a file, say, it is a line of its own, and only every half minute: so that one can see
/// how far something long is. Any thread may write to it.
final class StatusLine: Sendable {
    /// What each text begins with where another process of the workbook reads them, a line each.
    static let sign = "status: "
    /// The environment variable that says so.
    static let variable = "WORKBOOK_STATUS_LINES"

    /// Who reads it.
    enum Reader { case terminal, file, workbook }

    /// How often a file gets a line.
    private static let pause = Duration.seconds(30)

    private let reader: Reader
    private let width: Int
    private let state: Mutex<(shown: String, isOpen: Bool, nextInFile: ContinuousClock.Instant)>

    init(for reader: Reader, width: Int) {
        self.reader = reader
        self.width = width
        state = Mutex(("", true, .now + StatusLine.pause))
    }

    /// Shows a text in place of the one before.
    func show(_ text: String) {
        state.withLock { state in
            // The last column stays free: some terminals start a new line as soon as it is written.
            let text = String(text.prefix(width - 1))
            guard state.isOpen, text != state.shown else { return }
            state.shown = text
            switch reader {
            case .terminal: write("\r\u{1B}[K" + text)
            case .workbook: write("\(Self.sign)\(text)\n")
            case .file:
                guard .now >= state.nextInFile else { return }
                state.nextInFile = .now + StatusLine.pause
                write(text + "\n")
            }
        }
    }

    /// Takes the line away.
    func clear() {
        state.withLock { state in
            guard !state.shown.isEmpty else { return }
            state.shown = ""
            if reader == .terminal { write("\r\u{1B}[K") }
        }
    }

    /// Takes the line away, for good.
    func close() {
        clear()
        state.withLock { $0.isOpen = false }
    }

    private func write(_ text: String) {
        try? StandardStream.error.write(Array(text.utf8).span)
    }
}
