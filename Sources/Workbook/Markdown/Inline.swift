/// The marks inside of a line of Markdown (CommonMark 6), turned into what a terminal can show.
///
/// Code, emphasis, links, images and escapes; a handout needs no more. What has no partner stays as it is.
struct Inline {
    let style: Style

    func render(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.first {
            if let (piece, after) = piece(at: rest, following: result.last) {
                result += piece
                rest = after
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// What begins here, rendered, and what comes after it; nil if nothing begins here.
    private func piece(at text: Substring, following previous: Character?) -> (String, Substring)? {
        let isInWord = previous.map { $0.isLetter || $0.isNumber } ?? false
        return switch text.first {
        case "\\": escape(text)
        case "`": code(text)
        case "!" where text.dropFirst().first == "[": link(text.dropFirst()).map { ($0.piece, $0.after) }
        case "[": link(text).map { ($0.piece, $0.after) }
        case "<": autolink(text)
        // An underscore inside of a word is part of a name: MSG_NOSIGNAL.
        case "*" where !isInWord, "_" where !isInWord: emphasis(text)
        default: nil
        }
    }

    private func escape(_ text: Substring) -> (String, Substring)? {
        guard let next = text.dropFirst().first, next.isPunctuation || next.isSymbol, next.isASCII else { return nil }
        return (String(next), text.dropFirst(2))
    }

    private func code(_ text: Substring) -> (String, Substring)? {
        let fence = text.prefix { $0 == "`" }
        let body = text.dropFirst(fence.count)
        var rest = body
        while let start = rest.firstIndex(of: "`") {
            let run = rest[start...].prefix { $0 == "`" }
            if run.count == fence.count {
                let inside = body[..<start]
                // A space at both ends is there to keep a backtick apart from the fence.
                let isPadded = inside.hasPrefix(" ") && inside.hasSuffix(" ") && inside.count > 2
                let bare = String(isPadded ? inside.dropFirst().dropLast() : inside)
                // Without colours the backticks are what shows that it is code.
                return (style.hasColour ? style.cyan(bare) : "`\(bare)`", run.endIndex == text.endIndex ? "" : text[run.endIndex...])
            }
            rest = rest[run.endIndex...]
        }
        return nil
    }

    private func emphasis(_ text: Substring) -> (String, Substring)? {
        guard let mark = text.first else { return nil }
        let count = min(2, text.prefix { $0 == mark }.count)
        let body = text.dropFirst(count)
        guard let first = body.first, !first.isWhitespace else { return nil }
        let fence = String(repeating: mark, count: count)
        var from = body.startIndex
        while let range = body[from...].firstRange(of: fence) {
            let after = body[range.upperBound...]
            let isClosing = !(body[..<range.lowerBound].last?.isWhitespace ?? true)
            let isInWord = mark == "_" && (after.first.map { $0.isLetter || $0.isNumber } ?? false)
            let isLonger = count == 1 && after.first == mark
            if isClosing, !isInWord, !isLonger {
                let inside = render(String(body[..<range.lowerBound]))
                return (count == 2 ? style.bold(inside) : style.underlined(inside), after)
            }
            from = isLonger ? after.index(after: after.startIndex) : range.upperBound
        }
        return nil
    }

    private func link(_ text: Substring) -> (piece: String, after: Substring)? {
        var depth = 0
        var close: Substring.Index?
        for index in text.indices {
            if text[index] == "[" { depth += 1 }
            if text[index] == "]" { depth -= 1 }
            if depth == 0 {
                close = index
                break
            }
        }
        guard let close, case let target = text[text.index(after: close)...], target.first == "(", let end = target.firstIndex(of: ")")
        else { return nil }
        let label = String(text[text.index(after: text.startIndex)..<close])
        // A title may follow the address: [text](address "title").
        let address = String(target[..<end].dropFirst().prefix { $0 != " " })
        let after = target[target.index(after: end)...]
        let shown = style.underlined(render(label))
        // A place in the same text can't be gone to, and an address that is its own label is said once.
        if address.isEmpty || address.hasPrefix("#") || address == label { return (shown, after) }
        return ("\(shown) <\(address)>", after)
    }

    private func autolink(_ text: Substring) -> (String, Substring)? {
        guard let end = text.firstIndex(of: ">") else { return nil }
        let address = text[..<end].dropFirst()
        guard address.hasPrefix("http://") || address.hasPrefix("https://"), !address.contains(" ") else { return nil }
        return (style.underlined(String(address)), text[text.index(after: end)...])
    }
}
