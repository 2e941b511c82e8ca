/// Makes a starter from a reference solution: takes the marked regions out, and puts what stands in for them.
///
/// A region begins with the line `// step N begins` and ends with `// step N ends`. Lines `// starter: CODE` right after
/// its beginning are what the starter has in its place; without any, it has `unsolved(step: N)`.
/// Regions inside a region vanish with it.
public enum Starter {
    /// A marker that has no counterpart or is in the wrong place.
    public struct MarkerError: Error, CustomStringConvertible {
        /// The line, counted from 1, and what is wrong with it.
        public let description: String
    }

    private enum Marker: Equatable {
        case begins(Int)
        case ends(Int)
        case starter(Substring)

        init?(_ line: Substring) {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("// starter:") {
                // One space belongs to the marker; more are the stand-in's own indentation.
                let code = text.dropFirst("// starter:".count)
                self = .starter(code.first == " " ? code.dropFirst() : code)
                return
            }
            let words = text.split(separator: " ")
            guard words.count == 4, words[0] == "//", words[1] == "step", let step = Int(words[2]) else { return nil }
            switch words[3] {
            case "begins": self = .begins(step)
            case "ends": self = .ends(step)
            default: return nil
            }
        }
    }

    /// The starter that belongs to a solution.
    ///
    /// - Parameter solved: The last step that is left in, as a student has it who has come so far: 0 for the starter itself.
    /// - Throws: ``MarkerError``
    public static func make(from solution: String, solvedUpTo solved: Int = 0) throws(MarkerError) -> String {
        var result: [Substring] = []
        var open: [(step: Int, line: Int)] = []
        // The outermost region that is taken out: how deep it lies, and what stands in for it.
        var hole: (depth: Int, standIn: [Substring])?
        var mayStandIn = false
        for (index, line) in solution.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let indent = line.prefix { $0 == " " }
            switch Marker(line) {
            case .begins(let step):
                open.append((step, index + 1))
                mayStandIn = hole == nil && step > solved
                if mayStandIn { hole = (open.count, []) }
            case .starter(let code):
                guard !open.isEmpty else { throw MarkerError(description: "line \(index + 1): a stand-in outside of a region") }
                if mayStandIn { hole?.standIn.append(indent + code) }
            case .ends(let step):
                guard let last = open.last, last.step == step else {
                    throw MarkerError(description: "line \(index + 1): step \(step) ends here, but does not begin before")
                }
                if let (depth, standIn) = hole, depth == open.count {
                    result += standIn.isEmpty ? ["\(indent)unsolved(step: \(step))"] : standIn
                    hole = nil
                }
                open.removeLast()
            case nil:
                if hole == nil { result.append(line) }
                mayStandIn = false
            }
        }
        if let first = open.first { throw MarkerError(description: "line \(first.line): step \(first.step) begins here and never ends") }
        return result.joined(separator: "\n")
    }

    /// The solution without its markers, for reading.
    public static func withoutMarkers(_ solution: String) -> String {
        solution.split(separator: "\n", omittingEmptySubsequences: false).filter { Marker($0) == nil }.joined(separator: "\n")
    }
}
