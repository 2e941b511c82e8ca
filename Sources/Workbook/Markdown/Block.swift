/// A piece of a Markdown text (CommonMark 4 and 5, and GitHub's tables).
indirect enum Block: Equatable {
    case heading(level: Int, String)
    case paragraph(String)
    case code([String])
    case quote([Block])
    /// Items, each with what stands before it: a bullet (`-`) or a number (`3.`).
    case list([Item])
    /// The first row is the heading.
    case table(rows: [[String]], rightAligned: Set<Int>)
    case rule

    struct Item: Equatable {
        let marker: String
        let blocks: [Block]
    }

    /// The blocks of a text.
    static func parse(_ text: String) -> [Block] {
        parse(text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).replacing("\t", with: "    ") })
    }

    private static func parse(_ lines: [String]) -> [Block] {
        var blocks: [Block] = []
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let bare = line.drop { $0 == " " }
            if bare.isEmpty {
                index += 1
            } else if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
                blocks.append(fencedCode(lines, &index))
            } else if bare.hasPrefix("<!--") {
                while index < lines.count, !lines[index].contains("-->") { index += 1 }
                index += 1
            } else if indentation(line) >= 4 {
                blocks.append(indentedCode(lines, &index))
            } else if let heading = heading(bare) {
                blocks.append(heading)
                index += 1
            } else if isRule(bare) {
                blocks.append(.rule)
                index += 1
            } else if bare.hasPrefix(">") {
                blocks.append(quote(lines, &index))
            } else if marker(of: line) != nil {
                blocks.append(list(lines, &index))
            } else if bare.contains("|"), index + 1 < lines.count, isDelimiterRow(lines[index + 1]) {
                blocks.append(table(lines, &index))
            } else {
                blocks.append(paragraph(lines, &index))
            }
        }
        return blocks
    }

    private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    private static func isBlank(_ line: String) -> Bool { line.allSatisfy { $0 == " " } }

    private static func heading(_ bare: Substring) -> Block? {
        let level = bare.prefix { $0 == "#" }.count
        guard (1...6).contains(level), case let rest = bare.dropFirst(level), rest.isEmpty || rest.first == " " else { return nil }
        var title = trimmedEnd(String(rest.drop { $0 == " " }))
        while title.hasSuffix("#") { title.removeLast() }
        return .heading(level: level, trimmedEnd(title))
    }

    private static func isRule(_ bare: Substring) -> Bool {
        let marks = bare.filter { $0 != " " }
        guard let first = marks.first, "-*_".contains(first) else { return false }
        return marks.count >= 3 && marks.allSatisfy { $0 == first }
    }

    /// How far the text of a list's item is indented, and what stands before it.
    private static func marker(of line: String) -> (text: String, indent: Int)? {
        let indent = indentation(line)
        let bare = line.dropFirst(indent)
        var mark = String(bare.prefix { $0.isNumber && $0.isASCII })
        if mark.isEmpty {
            guard let bullet = bare.first, "-*+".contains(bullet) else { return nil }
            mark = String(bullet)
        } else {
            guard let end = bare.dropFirst(mark.count).first, ".)".contains(end), mark.count < 10 else { return nil }
            mark.append(end)
        }
        let rest = bare.dropFirst(mark.count)
        guard rest.isEmpty || rest.first == " " else { return nil }
        let spaces = rest.prefix { $0 == " " }.count
        return ("-*+".contains(mark) ? "-" : mark, indent + mark.count + ((1...4).contains(spaces) ? spaces : 1))
    }

    private static func fencedCode(_ lines: [String], _ index: inout Int) -> Block {
        let indent = indentation(lines[index])
        let bare = lines[index].dropFirst(indent)
        let mark = bare.first ?? "`"
        let fence = bare.prefix { $0 == mark }
        var code: [String] = []
        index += 1
        while index < lines.count {
            let line = lines[index]
            index += 1
            if line.drop(while: { $0 == " " }).hasPrefix(fence) { break }
            code.append(String(line.dropFirst(min(indent, indentation(line)))))
        }
        return .code(code)
    }

    private static func indentedCode(_ lines: [String], _ index: inout Int) -> Block {
        var code: [String] = []
        while index < lines.count, isBlank(lines[index]) || indentation(lines[index]) >= 4 {
            code.append(String(lines[index].dropFirst(4)))
            index += 1
        }
        while code.last?.isEmpty ?? false { code.removeLast() }
        return .code(code)
    }

    private static func quote(_ lines: [String], _ index: inout Int) -> Block {
        var inside: [String] = []
        while index < lines.count, case let bare = lines[index].drop(while: { $0 == " " }), bare.hasPrefix(">") {
            let rest = bare.dropFirst()
            inside.append(String(rest.first == " " ? rest.dropFirst() : rest))
            index += 1
        }
        return .quote(parse(inside))
    }

    private static func list(_ lines: [String], _ index: inout Int) -> Block {
        var items: [Item] = []
        let outer = indentation(lines[index])
        let isNumbered = marker(of: lines[index]).map { $0.text != "-" } ?? false
        while index < lines.count, let (mark, indent) = marker(of: lines[index]), (mark != "-") == isNumbered,
            indentation(lines[index]) < outer + 2, !isRule(lines[index].drop { $0 == " " })
        {
            var inside = [String(lines[index].dropFirst(indent))]
            index += 1
            while index < lines.count {
                let line = lines[index]
                if isBlank(line) {
                    // The item goes on after a blank line only with what is indented.
                    guard let next = lines[index...].first(where: { !isBlank($0) }), indentation(next) >= indent else { break }
                    inside.append("")
                } else if indentation(line) >= indent {
                    inside.append(String(line.dropFirst(indent)))
                } else if marker(of: line) == nil, !isBlank(lines[index - 1]), !endsParagraph(line) {
                    // A paragraph goes on, however little it is indented.
                    inside.append(String(line.drop { $0 == " " }))
                } else {
                    break
                }
                index += 1
            }
            items.append(Item(marker: mark, blocks: parse(inside)))
            while index < lines.count, isBlank(lines[index]), index + 1 < lines.count, marker(of: lines[index + 1]) != nil { index += 1 }
        }
        return .list(items)
    }

    private static func isDelimiterRow(_ line: String) -> Bool {
        line.contains("-") && line.contains("|") && line.allSatisfy { "|-: ".contains($0) }
    }

    private static func table(_ lines: [String], _ index: inout Int) -> Block {
        var rows = [cells(lines[index])]
        let delimiters = cells(lines[index + 1])
        let rightAligned = Set(delimiters.indices.filter { delimiters[$0].hasSuffix(":") && !delimiters[$0].hasPrefix(":") })
        index += 2
        while index < lines.count, lines[index].contains("|") {
            rows.append(cells(lines[index]))
            index += 1
        }
        return .table(rows: rows, rightAligned: rightAligned)
    }

    /// A row's cells: parted by `|`, but not by `\|` or one in code.
    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isCode = false
        var isEscaped = false
        for character in line {
            if character == "|", !isCode, !isEscaped {
                cells.append("")
            } else {
                if isEscaped, character != "|" { cells[cells.count - 1].append("\\") }
                if character == "`" { isCode.toggle() }
                if character != "\\" || isEscaped { cells[cells.count - 1].append(character) }
            }
            isEscaped = character == "\\" && !isEscaped
        }
        cells = cells.map { trimmedEnd(String($0.drop { $0 == " " })) }
        if cells.first?.isEmpty ?? false { cells.removeFirst() }
        if cells.last?.isEmpty ?? false { cells.removeLast() }
        return cells
    }

    private static func endsParagraph(_ line: String) -> Bool {
        let bare = line.drop { $0 == " " }
        return isBlank(line) || bare.hasPrefix("```") || bare.hasPrefix("~~~") || bare.hasPrefix(">") || bare.hasPrefix("<!--")
            || heading(bare) != nil || isRule(bare)
    }

    private static func paragraph(_ lines: [String], _ index: inout Int) -> Block {
        var text = ""
        repeat {
            let line = lines[index]
            // Two spaces or a backslash at the end of a line break it there.
            let isBreak = line.hasSuffix("  ") || line.hasSuffix("\\")
            let bare = trimmedEnd(String(line.drop { $0 == " " }))
            text += (line.hasSuffix("\\") ? String(bare.dropLast()) : bare) + (isBreak ? "\n" : " ")
            index += 1
        } while index < lines.count && !endsParagraph(lines[index]) && (marker(of: lines[index]) == nil)
        text.removeLast()
        return .paragraph(text)
    }
}
