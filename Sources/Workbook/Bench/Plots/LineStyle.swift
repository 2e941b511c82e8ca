import Foundation

/// What the line of one program looks like: a colour by day and one by night, dashes, and the mark at each value.
struct LineStyle {
    let number: Int
    let day: String
    let night: String
    /// As in `stroke-dasharray`.
    let dashes: String
    private let shape: Shape

    private enum Shape { case circle, square, diamond, triangle, cross }

    /// The style of a program, by its place; after five they come again.
    static func of(_ index: Int) -> LineStyle { all[index % all.count] }

    // Colours that people who see few of them can tell apart, each with enough contrast for its name to be read.
    static let all = [
        LineStyle(number: 0, day: "#0b5fa5", night: "#7fb8f5", dashes: "", shape: .circle),
        LineStyle(number: 1, day: "#b84a00", night: "#ffa366", dashes: "7 4", shape: .square),
        LineStyle(number: 2, day: "#00734f", night: "#5fd3a8", dashes: "2 4", shape: .diamond),
        LineStyle(number: 3, day: "#93337a", night: "#f0a3d8", dashes: "10 3 2 3", shape: .triangle),
        LineStyle(number: 4, day: "#6b5a00", night: "#dcc84e", dashes: "4 2 1 2", shape: .cross),
    ]

    /// The mark at a value.
    func mark(_ x: Double, _ y: Double) -> String {
        let corners: [(Double, Double)]
        switch shape {
        case .circle:
            return "<circle class=\"mark fill\(number)\" cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"4.2\"/>"
        case .square: corners = [(-4, -4), (4, -4), (4, 4), (-4, 4)]
        case .diamond: corners = [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)]
        case .triangle: corners = [(0, -5.2), (5, 4), (-5, 4)]
        case .cross:
            corners = [
                (-1.5, -5), (1.5, -5), (1.5, -1.5), (5, -1.5), (5, 1.5), (1.5, 1.5), (1.5, 5), (-1.5, 5), (-1.5, 1.5), (-5, 1.5),
                (-5, -1.5),
                (-1.5, -1.5),
            ]
        }
        let points = corners.map { "\(coordinate(x + $0)),\(coordinate(y + $1))" }.joined(separator: " ")
        return "<polygon class=\"mark fill\(number)\" points=\"\(points)\"/>"
    }

    /// The style sheet of a drawing, by day and by night.
    static let sheet = """
        text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1c2024; }
        .title { font-size: 18px; font-weight: 700; } .heading { font-weight: 600; } .name { font-weight: 600; }
        .quiet { fill: #4f5a64; } .paper { fill: #ffffff; } .grid { stroke: #e1e5e9; } .axis { stroke: #4f5a64; } .leader { stroke: #9aa5af; }
        .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; } .range { stroke-width: 1.2; } .mark { stroke: #ffffff; }
        \(rules { $0.day })
        @media (prefers-color-scheme: dark) {
          text { fill: #e4e7ea; }
          .quiet { fill: #a9b3bd; } .paper { fill: #14171a; } .grid { stroke: #2c3238; } .axis { stroke: #a9b3bd; } .leader { stroke: #5b6670; }
          .mark { stroke: #14171a; }
          \(rules { $0.night })
        }
        """

    private static func rules(_ colour: (LineStyle) -> String) -> String {
        all.map { ".line\($0.number) { stroke: \(colour($0)); } .fill\($0.number) { fill: \(colour($0)); }" }.joined(separator: " ")
    }
}
