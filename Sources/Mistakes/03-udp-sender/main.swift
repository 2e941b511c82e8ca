// UDP senders, each wrong in one way: `udp-sender-mistakes MISTAKE HOST:PORT [options of the UDP sender]`.
import Glibc
import LabProgram
import Mistakes
import Sockets

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

// To pause is no mistake: a busy machine makes any program do that.
guard mistake == "pauses" || Mistake.choices(lab: 3).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 3).joined(separator: " "))")
    exit(with: .usage)
}

let usage = "usage: udp-sender HOST:PORT [--count N] [--size BYTES] [--interval MS] [--timeout MS] [--retries N] [--json]"
let words = Array(CommandLine.arguments.dropFirst(2))
if words.contains("--help") {
    try? (makes("help-on-stderr") ? StandardStream.error : .output).write(Array("\(usage)\n".utf8).span)
    exit(0)
}
_ = signal(SIGPIPE, SIG_IGN)

do {
    var options = Options(words)
    let settings = Settings(
        count: try options.count("count", default: makes("five-by-default") ? 5 : 10, in: 1...1_000_000),
        size: try options.count("size", default: 64, in: 12...(makes("size-unchecked") ? 1_000_000 : 65_507)),
        interval: try options.milliseconds("interval", default: 100),
        timeout: try options.milliseconds("timeout", default: 1_000),
        retries: try options.count("retries", default: 0),
        json: try options.flag("json"),
        endpoint: try options.endpoint())
    try options.finish()
    try measure(settings)
} catch let error as UsageError {
    report("error: \(error)\n\(usage)")
    exit(makes("usage-exit-code") ? 1 : 64)
} catch let error as SocketError {
    report(makes("error-without-words") ? "error: could not send" : "error: \(error)")
    exit(makes("error-exit-code") && error.operation == "getaddrinfo" ? 0 : 1)
} catch {
    report("error: \(error)")
    exit(1)
}
exit(0)
