import Foundation

/// What Swift's runtime has written about a crash: the reason, and the frames behind it (a backtrace).
struct Crash {
    private let before: ArraySlice<Substring>
    private let backtrace: ArraySlice<Substring>

    /// How a backtrace begins; what stands behind that is of no use to anybody who did not write the runtime.
    static func begins(with line: some StringProtocol) -> Bool { line.hasPrefix("*** Signal ") && line.contains("Backtracing") }

    /// From what a program wrote to stderr; nil if there is no backtrace in it.
    init?(in text: String) {
        let lines = text.split(separator: "\n")
        guard let start = lines.firstIndex(where: Crash.begins) else { return nil }
        before = lines[..<start]
        backtrace = lines[start...]
    }

    /// Where it happened and why, as a sentence; nil if no line of the program's own is named.
    var remark: String? {
        guard let frame = backtrace.lazy.compactMap(Frame.init).first else { return nil }
        return "the program crashed in \(frame.function), \(frame.file) line \(frame.line)" + (reason.map { ": \($0)" } ?? "")
    }

    /// `Index out of bounds`, `arithmetic overflow`.
    private var reason: String? {
        if let line = before.last(where: { $0.contains("Fatal error: ") }) {
            return line.components(separatedBy: "Fatal error: ").last
        }
        let sign = "*** Swift runtime failure: "
        return backtrace.first { $0.hasPrefix(sign) }.map { String($0.dropFirst(sign.count)).replacing(" ***", with: "") }
    }

    /// `6 [ra] 0x000055587b8a4169 parseIPv4(_:originalLength:) + 1160 in handshake-tracer at /w/Headers.swift:33:49`
    private struct Frame {
        let function: String
        let file: String
        let line: Substring

        private static let given = ["Capture", "LabProgram", "SecureSockets", "Sockets"]

        /// nil for a frame of the system's or of a module that is given.
        init?(_ text: Substring) {
            let parts = text.components(separatedBy: " at ")
            guard parts.count == 2, !Frame.given.contains(where: { parts[1].contains("/Sources/\($0)/") }) else { return nil }
            let place = parts[1].split(separator: ":")
            guard place.count == 3, place[0].hasSuffix(".swift") else { return nil }
            file = String(place[0])
            line = place[1]
            let words = parts[0].split(separator: " ").drop { $0.first?.isNumber == true || $0.hasPrefix("[") }
            guard let end = words.firstIndex(of: "+") ?? words.lastIndex(of: "in"), end > words.startIndex else { return nil }
            function = words[..<end].joined(separator: " ")
        }
    }
}
