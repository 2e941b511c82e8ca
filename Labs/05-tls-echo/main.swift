// Given: takes the options, and starts the server or the client. Your part is in Contexts.swift, EchoServer.swift, EchoSession.swift
// and EchoClient.swift.
import LabProgram
import SecureSockets
import Sockets

/// What the command line says to `serve`.
struct ServerSettings: Sendable {
    /// Where to listen.
    let endpoint: Endpoint
    /// Who this server is.
    let identity: IdentityFiles
    /// Whose clients are let in, a PEM file; nil lets everybody in.
    let clientAuthorities: String?
    /// The one protocol that is spoken here (ALPN); nil does not care.
    let applicationProtocol: String?
    /// How long a client may take for its handshake; nil is for ever.
    let handshakeTimeout: Duration?

    /// When a client that has connected just now must be done with its handshake.
    func newHandshakeDeadline() -> Deadline { handshakeTimeout.map { .after($0) } ?? .never }
}

/// What the command line says to `connect`.
struct ClientSettings: Sendable {
    /// Where the server is.
    let endpoint: Endpoint
    /// Who is trusted to vouch for it, a PEM file.
    let authorities: String
    /// Whom its certificate must be for.
    let name: String
    /// Who this client is; nil is nobody.
    let identity: IdentityFiles?
    /// The protocol that is offered (ALPN), or nil.
    let applicationProtocol: String?
}

func serve(_ settings: ServerSettings) throws {
    let server = try EchoServer(settings, termination: TerminationSignals(), hangup: HangupSignal())
    try server.run()
}

/// Errors name the server as it was typed, whichever address that resolved to.
func connect(_ settings: ClientSettings) throws {
    do {
        let context = try settings.makeContext()
        let socket = try Socket.connected(to: settings.endpoint)
        var client = try EchoClient(SecureConnection(connecting: socket, context, to: settings.name))
        try client.run()
    } catch let error as TLSError where error.operation != "load" {
        throw error.at("\(settings.endpoint)")
    } catch let error as SocketError where error.operation == "connect" {
        throw error.at("\(settings.endpoint)")
    }
}

extension Options {
    /// The files of `--cert` and `--key`, or nil if neither is there.
    mutating func identity() throws(UsageError) -> IdentityFiles? {
        try pair("cert", "key").map { IdentityFiles(certificate: $0.0, key: $0.1) }
    }

    /// The name of `--alpn`, or nil if it is not there.
    mutating func applicationProtocol() throws(UsageError) -> String? {
        guard let name = try value("alpn") else { return nil }
        guard name.utf8.count <= 255 else { throw UsageError("--alpn must have 1 to 255 bytes, not \(name.utf8.count): '\(name)'") }
        return name
    }
}

let usage = """
    tls-echo serve --cert PEM --key PEM [--host H] [--port P] [--client-ca PEM] [--alpn NAME] [--handshake-timeout SECONDS] | \
    connect HOST:PORT --ca PEM [--name NAME] [--cert PEM --key PEM] [--alpn NAME]
    """

runProgram(usage: usage) { options in
    switch options.argument() {
    case "serve":
        guard let identity = try options.identity() else { throw UsageError("--cert and --key are missing") }
        let settings = ServerSettings(
            endpoint: Endpoint(
                host: try options.value("host") ?? "127.0.0.1",
                port: try options.port("port", default: 7005)),
            identity: identity,
            clientAuthorities: try options.value("client-ca"),
            applicationProtocol: try options.applicationProtocol(),
            handshakeTimeout: try options.seconds("handshake-timeout", default: 10))
        try options.finish()
        try serve(settings)
    case "connect":
        guard let authorities = try options.value("ca") else { throw UsageError("--ca is missing") }
        let name = try options.value("name")
        let identity = try options.identity()
        let applicationProtocol = try options.applicationProtocol()
        let endpoint = try options.endpoint()
        try options.finish()
        try connect(
            ClientSettings(
                endpoint: endpoint, authorities: authorities, name: name ?? endpoint.host, identity: identity,
                applicationProtocol: applicationProtocol))
    case let command?:
        throw UsageError("the command must be serve or connect, not '\(command)'")
    case nil:
        try options.finish()
        throw UsageError("a command is missing: serve or connect")
    }
}
