import Grading

/// What happened during a check, as a table: when, who, what, and the bytes it was about.
func transcriptTable(_ events: [Event], style: Style, shortened: (String) -> String = { $0 }) -> [String] {
    guard !events.isEmpty else { return [] }
    let heading = ["time", "who", "what", "data"].map { style.dim($0) }
    let rows = events.map { [milliseconds($0.timeUs), $0.who, shortened($0.what), $0.data ?? ""] }
    let hasData = events.contains { $0.data != nil }
    let all = ([heading] + rows).map { hasData ? $0 : Array($0.prefix(3)) }
    return table(all, width: style.width, flexible: hasData ? [2, 3] : [2], rightAligned: [0])
}

/// `12.3 ms`, from microseconds.
func milliseconds(_ microseconds: Int) -> String {
    let tenths = (microseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) ms"
}
