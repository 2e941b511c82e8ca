import Grading

/// A lab that does not compile: what the compiler says, and nothing else of what the build wrote.
struct BuildFailureView {
    let lab: Lab
    let errors: [String]
    let style: Style

    var lines: [String] {
        let title = "Lab \(lab.number)\(style.separator)\(lab.title) does not build, so nothing was checked."
        return [style.bold(title)] + errors.flatMap(painted)
    }

    /// Sets the lines that name a place apart, and makes them stand out; lines of source stay as they are.
    private func painted(_ line: String) -> [String] {
        guard let range = line.firstRange(of: ": error: ") else { return [line] }
        return ["", style.bold(String(line[..<range.lowerBound])) + ": " + style.red("error:") + " " + line[range.upperBound...]]
    }
}
