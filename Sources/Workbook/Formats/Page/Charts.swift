import Foundation
import Grading

// Drawings in the page: SVG with classes for colours, so that they follow the page into the dark and onto paper.

/// How many have each verdict, as a bar. What passed is full height, the others lower, so that it can be read without colours.
func verdictBar(_ check: CheckStatistics) -> String {
    let words = Verdict.inOrder.filter { check.count($0) > 0 }.map { "\(check.count($0)) \($0.word)" }.joined(separator: ", ")
    let heights: [Verdict: Double] = [.passed: 10, .failed: 6, .unsolved: 3, .notRun: 1.5, .graderError: 8]
    var place = 0.0
    let parts = Verdict.inOrder.compactMap { verdict -> String? in
        let width = 100 * Double(check.count(verdict)) / Double(max(1, check.total))
        defer { place += width }
        return width == 0 ? nil : rectangle(verdict.styleName, x: place, width: width, height: heights[verdict] ?? 10)
    }
    return drawing(width: 100, parts.joined(), words)
}

/// How much of something there is, as a bar.
func bar(_ part: Int, of whole: Int, _ style: String, _ words: String) -> String {
    let width = 100 * Double(max(0, part)) / Double(max(1, whole))
    let rest = width < 100 ? rectangle("rest", x: width, width: 100 - width, height: 2) : ""
    return drawing(width: 100, (width > 0 ? rectangle(style, x: 0, width: width, height: 10) : "") + rest, words)
}

/// How long a check took, a dot for each student, on a scale from 1 ms to 100 s on which each mark is ten times the one before.
func durationStrip(_ milliseconds: [Int]) -> String {
    guard let first = milliseconds.first, let last = milliseconds.last else { return "" }
    let marks = (0...5).map { "<rect class=\"rest\" x=\"\(coordinate(2 + Double($0) * 20))\" y=\"0\" width=\"0.5\" height=\"10\"/>" }
    // Many dots on one place are one dot.
    let places = Set(milliseconds.map { (log10(Double(min(max(1, $0), 100_000))) * 20 * 2).rounded() / 2 }).sorted()
    let dots = places.map { "<circle class=\"dot\" cx=\"\(coordinate(2 + $0))\" cy=\"5\" r=\"2\"/>" }
    return drawing(width: 104, marks.joined() + dots.joined(), "from \(duration(first)) to \(duration(last))", isStretched: false)
}

private func rectangle(_ style: String, x: Double, width: Double, height: Double) -> String {
    "<rect class=\"\(style)\" x=\"\(coordinate(x))\" y=\"\(coordinate(10 - height))\" width=\"\(coordinate(width))\" height=\"\(coordinate(height))\"/>"
}

private func drawing(width: Int, _ content: String, _ words: String, isStretched: Bool = true) -> String {
    let aspect = isStretched ? " preserveAspectRatio=\"none\"" : ""
    return
        "<svg class=\"\(isStretched ? "bar" : "strip")\" viewBox=\"0 0 \(width) 10\"\(aspect) role=\"img\" aria-label=\"\(markup(words))\">"
        + "<title>\(markup(words))</title>\(content)</svg>"
}
