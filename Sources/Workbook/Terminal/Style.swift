import Grading

/// How text may look where it goes: the width, and whether there are colours and characters beyond ASCII.
///
/// Everything that renders takes one of these and returns text, so that a test can look at the very lines.
struct Style: Equatable, Sendable {
    /// Columns, 40 and up.
    var width = 80
    var hasColour = false
    var hasUnicode = true

    /// Prose in longer lines than this is tiring to read.
    var proseWidth: Int { min(width, 100) }

    func bold(_ text: String) -> String { paint(text, "1") }
    func dim(_ text: String) -> String { paint(text, "2") }
    func underlined(_ text: String) -> String { paint(text, "4") }
    func red(_ text: String) -> String { paint(text, "31") }
    func green(_ text: String) -> String { paint(text, "32") }
    func yellow(_ text: String) -> String { paint(text, "33") }
    func cyan(_ text: String) -> String { paint(text, "36") }

    /// Paints word by word, so that a line may be broken between any two of them.
    private func paint(_ text: String, _ code: String) -> String {
        guard hasColour else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "\u{1B}[\(code)m\($0)\u{1B}[0m" }
            .joined(separator: " ")
    }

    /// A sign for a verdict that can be told from the others without colour.
    func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .passed: green(hasUnicode ? "✓" : "+")
        case .failed: red(hasUnicode ? "✗" : "x")
        case .unsolved: dim(hasUnicode ? "·" : ".")
        case .notRun: yellow(hasUnicode ? "–" : "-")
        case .graderError: red("!")
        }
    }

    /// How much of something is done, so many columns wide.
    ///
    /// Full only when all is done, empty only when nothing is.
    func bar(_ done: Int, of total: Int, columns: Int) -> String {
        var full = total > 0 ? done * columns / total : 0
        if done > 0 { full = max(1, full) }
        full = min(full, columns)
        let (solid, hollow) = hasUnicode ? ("█", "░") : ("#", "-")
        return green(String(repeating: solid, count: full)) + dim(String(repeating: hollow, count: columns - full))
    }

    /// What stands between two short facts in a line.
    var separator: String { hasUnicode ? " · " : ", " }
}
