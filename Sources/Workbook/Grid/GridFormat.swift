import Foundation
import Grading

/// The forms in which a grid is written.
enum GridFormat: String, CaseIterable {
    case text, markdown, html, json

    func text(of report: GridReport, style: Style) throws -> String {
        switch self {
        case .text: gridText(report, style)
        case .markdown: gridMarkdown(report)
        case .html: gridPage(report)
        case .json: try jsonLine(report)
        }
    }
}

extension GridReport {
    fileprivate var title: String { "Lab \(lab) · \(Lab.named(name)?.title ?? name): who gets on with whom" }
    fileprivate var explanation: String { "Rows are clients, columns are servers." }
    fileprivate var problems: [Participant] { clients.filter { $0.problem != nil } }
    fileprivate func title(of id: String) -> String { encounters.first { $0.id == id }?.title ?? id }
}

/// A table for a terminal: rows and columns by number, then each trouble once.
private func gridText(_ report: GridReport, _ style: Style) -> String {
    let numbers = report.servers.indices.map { "\($0 + 1)" }
    let head = ["", ""] + numbers
    let rows = report.clients.enumerated().map { row, client in
        ["\(row + 1)", oneLine(client.name, limit: 40)] + report.servers.indices.map { style.mark(report.cell(row, $0).status) }
    }
    var lines = [style.bold(report.title), style.dim(report.explanation), ""]
    lines += table([head] + rows, width: .max, flexible: [], rightAligned: Set([0] + numbers.indices.map { $0 + 2 }))
    if report.servers.count != report.clients.count { lines.append("server 1 is the workbook's \(report.servers[0].name)") }
    lines += ["", report.summary]
    for participant in report.problems {
        lines += [""] + wrap("\(style.bold(oneLine(participant.name))): \(oneLine(participant.problem ?? ""))", width: style.proseWidth)
    }
    for trouble in report.troubles {
        let words = "\(style.bold(trouble.words(in: report))): \(report.title(of: trouble.encounter))"
        lines += [""] + wrap(words, width: style.proseWidth, first: "\(style.mark(trouble.status)) ")
        lines += abridged(visible(trouble.message), to: 1_000).split(separator: "\n").flatMap { line in
            line.hasPrefix("  ") ? ["  " + String(line)] : wrap(String(line), width: style.proseWidth, first: "  ")
        }
    }
    return lines.map { $0 + "\n" }.joined()
}

private func gridMarkdown(_ report: GridReport) -> String {
    let plain = Style(hasColour: false, hasUnicode: true)
    let rows = report.clients.enumerated().map { row, client in
        [escaped(client.name)] + report.servers.indices.map { plain.mark(report.cell(row, $0).status) }
    }
    let head = ["client \\ server"] + report.servers.map { escaped($0.name) }
    var parts = [
        "# \(report.title)\n", "\(report.explanation) \(report.summary).\n", markdownTable(head, rows, numbers: 1...report.servers.count),
    ]
    parts += report.problems.map { "**\(escaped($0.name))**: \(escaped($0.problem ?? ""))\n" }
    parts += report.troubles.map { trouble in
        "### \(plain.mark(trouble.status)) \(escaped(trouble.words(in: report))): \(escaped(report.title(of: trouble.encounter)))\n\n"
            + fenced(abridged(visible(trouble.message), to: 2_000))
    }
    return parts.joined(separator: "\n")
}

private func gridPage(_ report: GridReport) -> String {
    let heads = report.servers.map { "<th scope=\"col\">\(name($0.name))</th>" }
    let rows = report.clients.enumerated().map { row, client in
        let cells = report.servers.indices.map { column -> String in
            let cell = report.cell(row, column)
            let words = "client \(cell.client), server \(cell.server): \(cell.trouble?.message.map(firstLine) ?? cell.status.word)"
            return "<td class=\"\(cell.status.styleName)\" title=\"\(markup(oneLine(words, limit: 500)))\">\(cell.status.sign)</td>"
        }
        return "<tr><th scope=\"row\">\(name(client.name))</th>\(cells.joined())</tr>"
    }
    let meetings = report.encounters.map { "<p><b>\(markup($0.id))</b> \(markup($0.title))</p>" }
    let problems = report.problems.map { "<p><b>\(name($0.name))</b> \(markup(oneLine($0.problem ?? "")))</p>" }
    let troubles = report.troubles.map { trouble in
        "<h3>\(trouble.status.cell) \(markup(trouble.words(in: report))): \(markup(report.title(of: trouble.encounter)))</h3>"
            + "<pre>\(markup(abridged(trouble.message, to: 4_000)))</pre>"
    }
    let body =
        legend + "<section id=\"grid\">"
        + scrolled("matrix", heads: "<tr><th scope=\"col\">client \\ server</th>\(heads.joined())</tr>", rows) + "</section>"
        + "<section id=\"troubles\"><h2>What went wrong</h2>" + (problems + troubles).joined(separator: "\n")
        + (problems.isEmpty && troubles.isEmpty ? "<p>Nothing.</p>" : "") + "</section>"
        + "<section id=\"encounters\"><h2>What each pair does</h2>\(meetings.joined())</section>"
    return htmlPage(report.title, "\(readable(report.date)) · \(report.explanation) \(report.summary).", body)
}
