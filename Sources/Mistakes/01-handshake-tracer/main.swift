// Handshake tracers, each wrong in one way: `handshake-tracer-mistakes MISTAKE [what the handshake tracer takes]`.
import Capture
import Glibc
import LabProgram
import Mistakes
import Sockets

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

guard Mistake.choices(lab: 1).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 1).joined(separator: " "))")
    exit(with: .usage)
}

let usage = "usage: handshake-tracer read FILE | connect HOST:PORT [--pcap FILE] | demo [--pcap FILE]   [--json] [--svg FILE]"
let words = Array(CommandLine.arguments.dropFirst(2))
if words.contains("--help") {
    try? (makes("help-on-stderr") ? StandardStream.error : .output).write(Array("\(usage)\n".utf8).span)
    exit(0)
}

do {
    var options = Options(words)
    try run(&options)
} catch let error as UsageError {
    report("error: \(error)\n\(usage)")
    exit(makes("usage-exit-code") ? 1 : 64)
} catch let error as MalformedInput {
    report("error: \(error)")
    exit(makes("damage-is-a-failure") ? 1 : 65)
} catch {
    report("error: \(error)")
    exit(makes("missing-file-is-damage") ? 65 : 1)
}
exit(0)
