// Multiplexed servers, each wrong in one way: `multiplexed-server-mistakes MISTAKE [options of the multiplexed server]`.
//
// What can be wrong with any echo server is done by lab 2's wrong servers, with their threads; what only an event loop can do
// wrong, by the one here.
import Glibc
import LabProgram
import Mistakes
import Sockets

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

guard Mistake.choices(lab: 6).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 6).joined(separator: " "))")
    exit(with: .usage)
}

let usage =
    "usage: multiplexed-server [--host H] [--port P] [--max-connections N] [--idle-timeout SECONDS] [--max-buffer BYTES] [--loops N]"
let words = Array(CommandLine.arguments.dropFirst(2))
if words.contains("--help") {
    try? (makes("help-on-stderr") ? StandardStream.error : .output).write(Array("\(usage)\n".utf8).span)
    exit(0)
}

do {
    if makes("equals-sign-unknown"), let word = words.first(where: { $0.contains("=") }) { throw UsageError("unknown option '\(word)'") }
    var options = Options(words)
    let settings = Settings(
        host: try options.value("host") ?? "127.0.0.1",
        port: try options.port("port", default: makes("wrong-default-port") ? 7002 : 7006),
        maxConnections: try options.count("max-connections", default: 0),
        idleTimeout: try options.seconds("idle-timeout"))
    let maxBuffer = try options.count("max-buffer", default: 65_536, in: 1...Int(Int32.max))
    let loops = try options.count("loops", default: 1, in: 1...256)
    try options.finish()
    if Mistake.of(lab: 2).contains(where: { $0.id == mistake }) {
        try WrongServer(settings).run()
    } else {
        try WrongLoops(settings, maxBuffer: maxBuffer, loops: loops).run()
    }
} catch let error as UsageError {
    report(makes("usage-unnamed") ? "error: wrong options\n\(usage)" : "error: \(error)\n\(usage)")
    exit(makes("usage-exit-code") ? 1 : 64)
} catch {
    report(makes("error-without-words") ? "error: bind failed" : "error: \(error)")
    exit(1)
}
