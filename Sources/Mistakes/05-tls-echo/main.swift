// TLS echo programs, each wrong in one way: `tls-echo-mistakes MISTAKE serve ...` and `tls-echo-mistakes MISTAKE connect ...`.
import Glibc
import LabProgram
import Mistakes
import SecureSockets
import Sockets

/// The mistake that this run makes.
let mistake = CommandLine.arguments.dropFirst().first ?? ""
/// Whether this run makes that mistake.
func makes(_ id: String) -> Bool { mistake == id }

/// What the command line says of TLS to `serve`. The server's loop, with its settings, is lab 2's.
struct ServerIdentity: Sendable {
    let files: IdentityFiles
    let clientAuthorities: String?
    let applicationProtocol: String?
    let handshakeTimeout: Duration?
}

/// Set before the server starts, and never again.
nonisolated(unsafe) var serverContexts: WrongContexts!

func serve(_ options: inout Options, _ files: IdentityFiles) throws {
    let settings = Settings(
        host: try options.value("host") ?? "127.0.0.1", port: try options.port("port", default: makes("wrong-default-port") ? 7000 : 7005),
        maxConnections: 0, idleTimeout: nil)
    let identity = ServerIdentity(
        files: files, clientAuthorities: try options.value("client-ca"), applicationProtocol: try options.value("alpn"),
        handshakeTimeout: try options.seconds("handshake-timeout", default: 10))
    try options.finish()
    let hangup = makes("dies-of-sighup") ? nil : try HangupSignal()
    let server = try WrongServer(settings)
    serverContexts = try WrongContexts(identity)
    hangup?.whenRaised { serverContexts.reload() }
    try server.run()
}

func connect(_ options: inout Options, _ identity: IdentityFiles?) throws {
    guard let authorities = try options.value("ca") else { throw UsageError("--ca is missing") }
    let name = try options.value("name")
    let applicationProtocol = try options.value("alpn")
    let endpoint = try options.endpoint()
    try options.finish()
    try WrongClient(
        ClientSettings(
            endpoint: endpoint, authorities: authorities, name: name, identity: identity, applicationProtocol: applicationProtocol)
    ).run()
}

guard Mistake.choices(lab: 5).contains(mistake) else {
    report("error: '\(mistake)' is none of: \(Mistake.choices(lab: 5).joined(separator: " "))")
    exit(with: .usage)
}

let usage = "usage: tls-echo serve --cert PEM --key PEM [--handshake-timeout SECONDS] [...] | connect HOST:PORT --ca PEM [...]"
let words = Array(CommandLine.arguments.dropFirst(2))
if words.contains("--help") {
    try? (makes("help-on-stderr") ? StandardStream.error : .output).write(Array("\(usage)\n".utf8).span)
    exit(0)
}
_ = signal(SIGPIPE, SIG_IGN)

do {
    if makes("equals-sign-unknown"), let word = words.first(where: { $0.contains("=") }) { throw UsageError("unknown option '\(word)'") }
    var options = Options(words)
    let command = options.argument() ?? ""
    let identity: IdentityFiles?
    if makes("half-a-pair") {
        identity = try options.value("cert").map { IdentityFiles(certificate: $0, key: try options.value("key") ?? $0) }
    } else {
        identity = try options.pair("cert", "key").map { IdentityFiles(certificate: $0.0, key: $0.1) }
    }
    switch command {
    case "serve":
        guard let identity else { throw UsageError("--cert and --key are missing") }
        try serve(&options, identity)
    case "connect": try connect(&options, identity)
    default: throw UsageError("the command must be serve or connect, not '\(command)'")
    }
} catch let error as UsageError {
    report("error: \(error)\n\(usage)")
    exit(64)
} catch let error as TLSError where makes("files-unnamed") && error.operation == "load" {
    report("error: the certificate or the key can't be used")
    exit(1)
} catch {
    report("error: \(error)")
    exit(1)
}
exit(0)
