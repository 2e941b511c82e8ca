// Echo servers, each wrong in one way: `echo-server-mistakes MISTAKE [options of the echo server]`.
import Glibc
import LabProgram
import Mistakes
import Sockets

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

guard Mistake.choices(lab: 2).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 2).joined(separator: " "))")
    exit(with: .usage)
}

let usage = "usage: echo-server [--host H] [--port P] [--max-connections N] [--idle-timeout SECONDS]"
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
        port: try options.port("port", default: makes("wrong-default-port") ? 7000 : 7002),
        maxConnections: try options.count("max-connections", default: 0),
        idleTimeout: try options.seconds("idle-timeout"))
    try options.finish()
    try WrongServer(settings).run()
} catch let error as UsageError {
    report(makes("usage-unnamed") ? "error: wrong options\n\(usage)" : "error: \(error)\n\(usage)")
    exit(makes("usage-exit-code") ? 1 : 64)
} catch {
    report(makes("error-without-words") ? "error: bind failed" : "error: \(error)")
    exit(1)
}
