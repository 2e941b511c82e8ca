import Grading

/// What happened during a check, as a table: when, who, what, and the bytes it was about.
///
/// A line without bytes may run on below the bytes of the others; so none is narrower than it must be.
func transcriptTable(_ events: [Event], style: Style, shortened: (String) -> String = { $0 }) -> [String] {
    guard !events.isEmpty else { return [] }
    let rows = folded(events).map { (time: milliseconds($0.timeUs), who: $0.who, what: shortened($0.what), data: $0.data) }
    let timeWidth = rows.map { columns($0.time) }.max() ?? 0
    let whoWidth = max(3, rows.map { columns($0.who) }.max() ?? 0)
    let room = max(24, style.width - timeWidth - whoWidth - 4)
    let whatWidth = min(rows.filter { $0.data != nil }.map { columns($0.what) }.max() ?? 0, room / 2)

    func line(_ time: String, _ who: String, _ rest: String) -> String {
        let blank = String(repeating: " ", count: max(0, timeWidth - columns(time)))
        return trimmedEnd("\(blank)\(time)  \(padded(who, to: whoWidth))  \(rest)")
    }
    let hasData = whatWidth > 0
    let heading = hasData ? "\(padded(style.dim("what"), to: whatWidth))  \(style.dim("data"))" : style.dim("what")
    var lines = [line(style.dim("time"), style.dim("who"), heading)]
    for row in rows {
        var cells: [String]
        if let data = row.data {
            let what = wrap(row.what, width: whatWidth)
            let bytes = brokenBetweenBytes(data, width: room - whatWidth - 2)
            cells = (0..<max(what.count, bytes.count)).map { index in
                padded(index < what.count ? what[index] : "", to: whatWidth) + "  " + (index < bytes.count ? bytes[index] : "")
            }
        } else {
            cells = wrap(row.what, width: room)
            // A line of JSON says most at its beginning.
            if row.what.hasPrefix("stdout: "), cells.count > 2 { cells = Array(cells.prefix(2)) + ["..."] }
        }
        lines += cells.enumerated().map { index, cell in line(index == 0 ? row.time : "", index == 0 ? row.who : "", cell) }
    }
    return lines
}

/// The events that say most, where there are too many to read: those of the client that a failure is about, of the program and of the
/// grader; and of these the first and the last.
///
/// - Returns: Also how many were left out.
func excerpt(of events: [Event], about message: String) -> (events: [Event], leftOut: Int) {
    let most = 40
    guard events.count > most else { return (events, 0) }
    let clients = Set(events.map(\.who).filter { $0.hasPrefix("client ") })
    let isNamed = { (who: String) in message.contains("\(who) ") || message.contains("\(who):") || message.hasSuffix(who) }
    let named = clients.filter(isNamed)
    let last = events.last { clients.contains($0.who) }?.who
    let shown = named.isEmpty ? Set([last].compactMap { $0 }) : named
    let about = folded(events.filter { !clients.contains($0.who) || shown.contains($0.who) })
    let rest = about.count > most ? Array(about.prefix(most / 4) + about.suffix(most * 3 / 4)) : about
    return (rest, events.count - rest.count)
}

/// Bytes in lines that are not too wide: hex digits broken between two bytes, readable text never inside of an escape such as `\x0A`.
func brokenBetweenBytes(_ data: String, width: Int) -> [String] {
    guard data.hasPrefix("\"") else { return wrap(data, width: width) }
    var lines = [""]
    var rest = data[...]
    while let first = rest.first {
        let length = first != "\\" ? 1 : rest.dropFirst().first == "x" ? 4 : 2
        if lines[lines.count - 1].count + length > width, !lines[lines.count - 1].isEmpty { lines.append("") }
        lines[lines.count - 1] += rest.prefix(length)
        rest = rest.dropFirst(length)
    }
    return lines
}

/// `12.3 ms`, from microseconds.
func milliseconds(_ microseconds: Int) -> String {
    let tenths = (microseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) ms"
}
