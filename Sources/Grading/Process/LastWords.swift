/// What a program said on stderr when it ended.
extension Program {
    /// The end of a sentence: `; its last line on stderr: no such file`. Nothing if it said nothing.
    ///
    /// Where Swift ended the program, its reason, and the line of the lab that led there, say more than the end of its report.
    var lastWords: String {
        let lines = errorLines
        if case .killed = ending, let reason = crashReason(in: lines) {
            return ": \(reason)" + (crashPlace(in: lines).map { ", reached from \($0)" } ?? "")
        }
        if let unsolvedStep { return ", since it came to step \(unsolvedStep), which is not solved yet" }
        return lines.last { !$0.isEmpty }.map { "; its last line on stderr: \($0)" } ?? ""
    }

    /// Whether Swift's runtime has begun to list the calls that led to a crash, which is of no use to anybody who did not write the runtime.
    var hasBacktrace: Bool { errorText.contains("*** Signal ") && errorText.contains("Backtracing") }

    /// Why Swift ends a program: a line that begins with a place in some source, or one between stars.
    private func crashReason(in lines: [String]) -> String? {
        for line in lines {
            if let match = line.wholeMatch(of: #/\S+\.swift:\d+: ((?:Fatal error|Precondition failed|Assertion failed)(?:: .*)?)/#) {
                return String(match.1)
            }
            if let match = line.wholeMatch(of: #/\*\*\* Swift runtime failure: (.*) \*\*\*/#) { return String(match.1) }
        }
        return nil
    }

    /// The innermost line of the lab in Swift's list of calls, or of whatever else is not given.
    private func crashPlace(in lines: [String]) -> String? {
        let places = lines.compactMap { $0.firstMatch(of: #/^ *\d+ .* at (/[^/<].*:\d+):\d+$/#).map { String($0.1) } }
        let given = #/\/Sources\/(Capture|LabProgram|SecureSockets|Sockets)\//#
        return places.first { $0.contains("/Labs/") } ?? places.first { !$0.contains(given) } ?? places.first
    }
}
