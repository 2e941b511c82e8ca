// Text in columns. Escape sequences for colours take no room, and every other character takes one column.

/// How many columns a text takes.
func columns(_ text: some StringProtocol) -> Int {
    var count = 0
    var isEscape = false
    for character in text {
        if character == "\u{1B}" {
            isEscape = true
        } else if isEscape {
            isEscape = character != "m"
        } else {
            count += 1
        }
    }
    return count
}

/// The text with spaces behind it, so that it takes at least so many columns.
func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
}

/// Two texts at the two edges of a line, at least two columns apart.
func spread(_ left: String, _ right: String, width: Int) -> String {
    padded(left, to: width - columns(right) - 2) + "  " + right
}

/// A text broken into lines between its words, and inside of a word only where that alone is too wide.
///
/// - Parameters:
///   - first: What stands before the first line.
///   - rest: What stands before the others; as wide as `first` but blank unless told otherwise.
func wrap(_ text: String, width: Int, first: String = "", rest: String? = nil) -> [String] {
    let rest = rest ?? String(repeating: " ", count: columns(first))
    let room = max(8, width - max(columns(first), columns(rest)))
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
        // A line that is indented keeps its indentation, in the lines it is broken into as well.
        let indent = String(paragraph.prefix { $0 == " " }.prefix(room / 2))
        var line = ""
        for word in paragraph.split(separator: " ").flatMap({ pieces(of: $0, room: room - indent.count) }) {
            if !line.isEmpty, indent.count + columns(line) + 1 + columns(word) > room {
                lines.append(indent + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line.isEmpty ? "" : indent + line)
    }
    return lines.enumerated().map { trimmedEnd(($0 == 0 ? first : rest) + $1) }
}

/// A word that is too wide for a line, in pieces that are not; painted words stay whole.
private func pieces(of word: Substring, room: Int) -> [String] {
    guard columns(word) > room, !word.contains("\u{1B}") else { return [String(word)] }
    var pieces: [String] = []
    var left = word
    while !left.isEmpty {
        pieces.append(String(left.prefix(room)))
        left = left.dropFirst(room)
    }
    return pieces
}

/// The text without spaces at its end.
func trimmedEnd(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
}

/// Rows of cells under each other, each column as wide as its widest cell, two columns apart.
///
/// The columns named in `flexible`, the first one first, give way where the whole is wider than the width; their cells are
/// broken into lines.
///
/// - Parameter rightAligned: The columns whose cells stand at the right.
func table(_ rows: [[String]], width: Int, flexible: [Int], rightAligned: Set<Int> = []) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    var widths = (0..<count).map { column in rows.map { $0.indices.contains(column) ? columns($0[column]) : 0 }.max() ?? 0 }
    var excess = widths.reduce(0, +) + 2 * max(0, count - 1) - width
    // The widest gives way first, down to the next; so a long cell does not starve a short one.
    while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }), widths[widest] > 12 {
        widths[widest] -= 1
        excess -= 1
    }
    return rows.flatMap { row in
        let cells = row.enumerated().map { index, cell in
            flexible.contains(index) ? wrap(cell, width: max(8, widths[index])) : [cell]
        }
        return (0..<(cells.map(\.count).max() ?? 0)).map { line in
            let parts = cells.enumerated().map { index, lines -> String in
                let text = line < lines.count ? lines[line] : ""
                guard rightAligned.contains(index) else { return padded(text, to: widths[index]) }
                return String(repeating: " ", count: max(0, widths[index] - columns(text))) + text
            }
            return trimmedEnd(parts.joined(separator: "  "))
        }
    }
}
