// Binary codecs, each wrong in one way: `binary-codec-mistakes MISTAKE [what the binary codec takes]`.
import Glibc
import LabProgram
import Mistakes
import Sockets

/// What the command line says to `serve`.
struct Settings: Sendable {
    let host: String
    let port: UInt16
    /// None, but the server that this lab shares with lab 2 asks.
    let maxConnections = 0
    let maxPayload: Int
    let heartbeat: Duration?
}

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

guard Mistake.choices(lab: 4).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 4).joined(separator: " "))")
    exit(with: .usage)
}

let usage = """
    usage: binary-codec encode | decode [--max-payload BYTES] | \
    serve [--host H] [--port P] [--max-payload BYTES] [--heartbeat SECONDS]
    """
let words = Array(CommandLine.arguments.dropFirst(2))
if words.contains("--help") {
    try? (makes("help-on-stderr") ? StandardStream.error : .output).write(Array("\(usage)\n".utf8).span)
    exit(0)
}
if !makes("dies-of-broken-pipe") && !makes("dies-of-sigpipe") { _ = signal(SIGPIPE, SIG_IGN) }

func maxPayload(_ options: inout Options) throws -> Int {
    let limit = try options.count(
        "max-payload", default: makes("limit-decimal") ? 1_000_000 : Frame.standardMaxPayload, in: 0...0xFFFF_FFFF)
    return makes("zero-is-no-limit") && limit == 0 ? .max : makes("limit-option-ignored") ? Frame.standardMaxPayload : limit
}

do {
    var options = Options(words)
    switch options.argument() {
    case "encode":
        try options.finish()
        try encode()
    case "decode":
        let limit = try maxPayload(&options)
        try options.finish()
        try decode(maxPayload: limit)
    case "serve":
        if makes("equals-sign-unknown"), let word = words.first(where: { $0.contains("=") }) {
            throw UsageError("unknown option '\(word)'")
        }
        let settings = Settings(
            host: try options.value("host") ?? "127.0.0.1",
            port: try options.port("port", default: makes("wrong-default-port") ? 7000 : 7004),
            maxPayload: makes("serve-limit-ignored") ? Frame.standardMaxPayload : try maxPayload(&options),
            heartbeat: try options.seconds("heartbeat"))
        if makes("serve-limit-ignored") { _ = try options.value("max-payload") }
        try options.finish()
        try WrongServer(settings).run()
    case let command?:
        throw UsageError("the command must be encode, decode or serve, not '\(command)'")
    case nil:
        try options.finish()
        throw UsageError("a command is missing: encode, decode or serve")
    }
} catch let error as UsageError {
    report("error: \(error)\n\(usage)")
    exit(makes("usage-exit-code") ? 1 : 64)
} catch let error as MalformedInput {
    report("error: \(error)")
    exit(makes("malformed-exit-code") || makes("bad-line-exit-code") ? 1 : 65)
} catch {
    report(makes("error-without-words") ? "error: bind failed" : "error: \(error)")
    exit(1)
}
exit(0)
