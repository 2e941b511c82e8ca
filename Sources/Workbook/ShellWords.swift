/// The words of a command line, as a shell would take it apart: spaces part them; quotes and backslashes keep them together.
///
/// Nothing else of a shell: no variables, no patterns.
///
/// - Returns: nil if a quote is not closed.
func shellWords(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
        if isEscaped {
            // Between double quotes a backslash is only special before these.
            if quote == "\"", !"\"\\$`".contains(character) { word = (word ?? "") + "\\" }
            word = (word ?? "") + String(character)
            isEscaped = false
        } else if character == "\\", quote != "'" {
            isEscaped = true
        } else if let open = quote {
            if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            word = word ?? ""
        } else if character.isWhitespace {
            if let done = word { words.append(done) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    if isEscaped || quote != nil { return nil }
    if let last = word { words.append(last) }
    return words
}

/// A text as one word of a shell's command line.
func shellQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
}
