import Sockets
import Synchronization

/// One line at the foot of the terminal that says what is going on, written again and again, and gone in the end.
///
/// It is on stderr, and only where that is a terminal. Any thread may write to it.
final class StatusLine: Sendable {
    /// What each text begins with where another process of the workbook reads them, a line each.
    static let sign = "status: "
    /// The environment variable that says so.
    static let variable = "WORKBOOK_STATUS_LINES"

    private let width: Int
    private let isForReader: Bool
    private let state: Mutex<(shown: String, isOpen: Bool)>

    init(isShown: Bool, width: Int, isForReader: Bool = false) {
        self.width = width
        self.isForReader = isForReader
        state = Mutex(("", isShown || isForReader))
    }

    /// Shows a text in place of the one before.
    func show(_ text: String) {
        state.withLock { state in
            // The last column stays free: some terminals start a new line as soon as it is written.
            let text = String(text.prefix(width - 1))
            guard state.isOpen, text != state.shown else { return }
            state.shown = text
            write(isForReader ? "\(Self.sign)\(text)\n" : "\r\u{1B}[K" + text)
        }
    }

    /// Takes the line away.
    func clear() {
        state.withLock { state in
            guard !state.shown.isEmpty else { return }
            state.shown = ""
            if !isForReader { write("\r\u{1B}[K") }
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
