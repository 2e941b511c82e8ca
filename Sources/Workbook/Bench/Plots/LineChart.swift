import Foundation

/// One chart: a line for each program, its name at the end of it. Lines differ in colour, dashes and marks, so that any one of
/// the three is enough to tell them apart.
struct LineChart {
    struct Line {
        let name: String
        let points: [Point]
    }

    struct Point {
        let x: Double
        let y: Double
        /// From the lowest to the highest measurement; nil where that is not shown.
        var range: ClosedRange<Double>?
    }

    /// What grows by equal steps upwards.
    enum Scale {
        /// Equal amounts, from 0 on.
        case linear
        /// Equal factors. What is lower than the least is drawn there.
        case logarithmic(least: Double)
    }

    let title: String
    /// What the height says, with its unit.
    let quantity: String
    let scale: Scale
    /// The marks below, and what they are.
    let marks: [(x: Double, label: String)]
    let axis: String
    /// In the order of the programs; one without points keeps its place, and so its colour.
    let lines: [Line]

    /// Its elements, in a frame of this size at this place.
    func elements(x: Double, y: Double, width: Double, height: Double) -> String {
        let heading = wrap(title, width: Int(width / 7.6))
        let top = y + 20 + 17 * Double(heading.count) + 22
        let plot = Frame(left: x + 80, right: x + width - nameWidth - 36, top: top, bottom: y + height - 44)
        let heights = Heights(
            scale, lines.flatMap { $0.points.flatMap { [$0.y] + ($0.range.map { [$0.lowerBound, $0.upperBound] } ?? []) } })
        let places = marks.map(\.x)
        let (first, last) = (places.min() ?? 0, max(places.max() ?? 1, (places.min() ?? 0) + 1e-9))
        func across(_ value: Double) -> Double { plot.left + (value - first) / (last - first) * (plot.right - plot.left) }
        func up(_ value: Double) -> Double { plot.bottom - heights.share(value) * (plot.bottom - plot.top) }

        var parts = heading.enumerated().map { text($1, x: x + 8, y: y + 20 + 17 * Double($0), "heading") }
        parts.append(text(quantity, x: x + 8, y: top - 16, "quiet"))
        for value in heights.ticks {
            parts.append(line(plot.left, up(value), plot.right, up(value), "grid"))
            parts.append(text(heights.label(value), x: plot.left - 8, y: up(value) + 4, "quiet", anchor: "end"))
        }
        for mark in marks {
            parts.append(line(across(mark.x), plot.bottom, across(mark.x), plot.bottom + 5, "axis"))
            parts.append(text(mark.label, x: across(mark.x), y: plot.bottom + 19, "quiet", anchor: "middle"))
        }
        parts.append(line(plot.left, plot.bottom, plot.right, plot.bottom, "axis"))
        parts.append(text(axis, x: (plot.left + plot.right) / 2, y: plot.bottom + 37, "quiet", anchor: "middle"))
        for (index, series) in lines.enumerated() {
            // Beside each other where several programs have the same value.
            let shift = 4 * (Double(index) - Double(lines.count - 1) / 2)
            parts.append(drawn(series, LineStyle.of(index), shift, across, up))
        }
        let ends = lines.enumerated().compactMap { index, series in
            series.points.last.map { (index: index, x: across($0.x), y: up($0.y)) }
        }
        for (end, place) in zip(ends, spread(ends.map(\.y), in: plot.top...plot.bottom)) {
            parts.append(line(end.x + 7, end.y, plot.right + 16, place, "leader"))
            parts.append(
                text(abridged(lines[end.index].name), x: plot.right + 20, y: place + 4, "name fill\(LineStyle.of(end.index).number)"))
        }
        return parts.joined(separator: "\n")
    }

    private func drawn(
        _ series: Line, _ style: LineStyle, _ shift: Double, _ across: (Double) -> Double, _ up: (Double) -> Double
    ) -> String {
        guard !series.points.isEmpty else { return "" }
        let ranges = series.points.compactMap { point in
            point.range.map { range in
                let x = across(point.x) + shift
                return line(x, up(range.lowerBound), x, up(range.upperBound), "range line\(style.number)")
            }
        }
        let path = series.points.map { "\(coordinate(across($0.x))),\(coordinate(up($0.y)))" }.joined(separator: " ")
        let dashes = style.dashes.isEmpty ? "" : " stroke-dasharray=\"\(style.dashes)\""
        let drawing = "<polyline class=\"line line\(style.number)\"\(dashes) points=\"\(path)\"/>"
        return (ranges + [drawing] + series.points.map { style.mark(across($0.x), up($0.y)) }).joined(separator: "\n")
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        let ends = zip(["x1", "y1", "x2", "y2"], [x1, y1, x2, y2]).map { "\($0)=\"\(coordinate($1))\"" }.joined(separator: " ")
        return "<line class=\"\(style)\" \(ends)/>"
    }

    /// Room for the longest name.
    private var nameWidth: Double { 8.6 * Double(max(6, lines.map { abridged($0.name).count }.max() ?? 0)) }

    private func abridged(_ name: String) -> String { name.count > 20 ? name.prefix(19) + "…" : name }
}

/// A text in a drawing.
func text(_ words: String, x: Double, y: Double, _ style: String, anchor: String? = nil) -> String {
    let anchor = anchor.map { " text-anchor=\"\($0)\"" } ?? ""
    return "<text class=\"\(style)\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\"\(anchor)>\(markup(words))</text>"
}

/// Where the lines are.
private struct Frame {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
}

/// The values along the height, and where they are.
private struct Heights {
    let ticks: [Double]
    private let scale: LineChart.Scale
    private let low: Double
    private let high: Double

    init(_ scale: LineChart.Scale, _ values: [Double]) {
        self.scale = scale
        switch scale {
        case .linear:
            let step = Heights.step(over: max(values.max() ?? 1, 1e-3) / 5)
            let count = max(1, Int(((values.max() ?? 1) / step).rounded(.up)))
            ticks = (0...count).map { Double($0) * step }
        case .logarithmic(let least):
            let values = values.map { max(least, $0) }
            func ticks(_ digits: [Double]) -> [Double] {
                let all = (-6...12).flatMap { power in digits.map { $0 * pow(10, Double(power)) } }
                let first = all.lastIndex { $0 <= (values.min() ?? 1) * 1.0001 } ?? 0
                let last = max(first + 1, all.firstIndex { $0 >= (values.max() ?? 10) * 0.9999 } ?? all.count - 1)
                return Array(all[first...last])
            }
            // As few as can be, but enough to read a value in between.
            let choices = [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]].map(ticks)
            self.ticks = choices.first { $0.count >= 4 } ?? choices[2]
        }
        low = ticks.first ?? 0
        high = ticks.last ?? 1
    }

    /// 0 at the foot, 1 at the top.
    func share(_ value: Double) -> Double {
        switch scale {
        case .linear: value / high
        case .logarithmic: (log10(max(low, value)) - log10(low)) / (log10(high) - log10(low))
        }
    }

    func label(_ value: Double) -> String {
        let words = value >= 10 || value == value.rounded() ? number(Int(value.rounded())) : decimals(value, value < 1 ? 2 : 1)
        if case .logarithmic(let least) = scale, value <= least { return "≤ \(words)" }
        return words
    }

    /// The next larger one of 1, 2, 5, 10, 20, 50 and so on.
    private static func step(over value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        return ([1, 2, 5].first { $0 * power >= value } ?? 10) * power
    }
}

/// The same heights, moved as little as it takes to have names beside each other's lines and not on top of each other.
func spread(_ heights: [Double], in limits: ClosedRange<Double>, apart: Double = 17) -> [Double] {
    var places = heights
    let order = heights.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
    for (before, index) in zip(order, order.dropFirst()) { places[index] = max(places[index], places[before] + apart) }
    // Those that have been pushed out at the foot push back.
    var floor = limits.upperBound
    for index in order.reversed() {
        places[index] = min(places[index], floor)
        floor = places[index] - apart
    }
    return places
}
