/// A Markdown text for the terminal: wrapped to its width, in colours where there are any.
struct MarkdownView {
    private let blocks: [Block]
    private let style: Style

    init(_ text: String, style: Style) {
        blocks = Block.parse(text)
        self.style = style
    }

    var lines: [String] { render(blocks, width: style.proseWidth) }

    private func render(_ blocks: [Block], width: Int) -> [String] {
        var lines: [String] = []
        for (index, block) in blocks.enumerated() {
            if index > 0 { lines.append("") }
            lines += render(block, width: width)
        }
        return lines
    }

    private func render(_ block: Block, width: Int) -> [String] {
        let inline = Inline(style: style)
        switch block {
        case .heading(let level, let title):
            let lines = wrap(inline.render(title), width: width)
            let stroke = level == 1 ? (style.hasUnicode ? "═" : "=") : (style.hasUnicode ? "─" : "-")
            let rule = style.dim(String(repeating: stroke, count: lines.map(columns).max() ?? 0))
            return lines.map { style.hasColour ? bolded($0) : $0 } + (level <= 2 ? [rule] : [])
        case .paragraph(let text):
            return wrap(inline.render(text), width: width)
        case .code(let code):
            // Code is never wrapped: a picture that is, is none.
            return code.map { trimmedEnd("    " + ($0.isEmpty ? "" : style.cyan($0))) }
        case .quote(let inside):
            let bar = style.dim(style.hasUnicode ? "│" : "|")
            return render(inside, width: width - 2).map { trimmedEnd("\(bar) \($0)") }
        case .list(let items):
            return list(items, width: width)
        case .table(let rows, let rightAligned):
            return tableLines(rows, rightAligned: rightAligned, width: width)
        case .rule:
            return [style.dim(String(repeating: style.hasUnicode ? "─" : "-", count: width))]
        }
    }

    /// Bold, on top of what the words are painted with already.
    private func bolded(_ line: String) -> String {
        "\u{1B}[1m" + line.replacing("\u{1B}[0m", with: "\u{1B}[0m\u{1B}[1m") + "\u{1B}[0m"
    }

    private func list(_ items: [Block.Item], width: Int) -> [String] {
        let markers = items.map { $0.marker == "-" ? (style.hasUnicode ? "•" : "-") : $0.marker }
        let indent = (markers.map(\.count).max() ?? 0) + 1
        // Items of a line or two stand close together; items of several paragraphs are set apart.
        let isLoose = items.contains { $0.blocks.count(where: { if case .list = $0 { false } else { true } }) > 1 }
        var lines: [String] = []
        for (index, item) in items.enumerated() {
            if index > 0, isLoose { lines.append("") }
            var inside: [String] = []
            for (position, block) in item.blocks.enumerated() {
                if position > 0, isLoose { inside.append("") }
                inside += render(block, width: width - indent - 2)
            }
            if inside.isEmpty { inside = [""] }
            lines += inside.enumerated().map { number, line in
                trimmedEnd("  " + (number == 0 ? padded(markers[index], to: indent) : String(repeating: " ", count: indent)) + line)
            }
        }
        return lines
    }

    private func tableLines(_ rows: [[String]], rightAligned: Set<Int>, width: Int) -> [String] {
        let inline = Inline(style: style)
        var cells = rows.map { $0.map(inline.render) }
        guard !cells.isEmpty else { return [] }
        cells[0] = cells[0].map { style.bold($0) }
        let count = cells.map(\.count).max() ?? 0
        let lines = table(cells, width: width, flexible: Array(0..<count), rightAligned: rightAligned)
        let heading = table([cells[0]], width: width, flexible: Array(0..<count)).count
        let rule = String(repeating: style.hasUnicode ? "─" : "-", count: lines.map(columns).max() ?? 0)
        return lines.prefix(heading) + [style.dim(rule)] + lines.dropFirst(heading)
    }
}
