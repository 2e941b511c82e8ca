import Grading

/// A lab that does not compile: what the compiler says, and nothing else of what the build wrote.
struct BuildFailureView {
    let lab: Lab
    let errors: [String]
    let style: Style

    /// More errors than these are counted, not shown: often the first one is what the others come from.
    private static let most = 8

    var lines: [String] {
        let title = "Lab \(lab.number)\(style.separator)\(lab.title) does not build, so nothing was checked."
        let places = errors.indices.filter { errors[$0].contains(": error: ") }
        let shown = places.count > Self.most ? errors[..<places[Self.most]] : errors[...]
        let rest = places.count - Self.most
        return [style.bold(title)] + shown.flatMap(painted) + (rest > 0 ? ["", "and \(rest) more: mend these first"] : [])
    }

    /// Sets the lines that name a place apart, and makes them stand out; lines of source stay as they are.
    private func painted(_ line: String) -> [String] {
        guard let range = line.firstRange(of: ": error: ") else { return [line] }
        return ["", style.bold(String(line[..<range.lowerBound])) + ": " + style.red("error:") + " " + line[range.upperBound...]]
    }
}
