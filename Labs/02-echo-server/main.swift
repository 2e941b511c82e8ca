// Given: takes the options, starts the server. Your part is in EchoServer.swift and EchoSession.swift.
import LabProgram
import Sockets

/// What the command line says.
struct Settings: Sendable {
    /// Where to listen.
    let endpoint: Endpoint
    /// How many clients are served at a time; 0 is no limit.
    let maxConnections: Int
    /// How long a client may send nothing; nil is for ever.
    let idleTimeout: Duration?

    /// When a client that sends nothing from now on has been silent for too long.
    func newIdleDeadline() -> Deadline { idleTimeout.map { .after($0) } ?? .never }
}

runProgram(usage: "echo-server [--host H] [--port P] [--max-connections N] [--idle-timeout SECONDS]") { options in
    let settings = Settings(
        endpoint: Endpoint(
            host: try options.value("host") ?? "127.0.0.1",
            port: try options.port("port", default: 7002)),
        maxConnections: try options.count("max-connections", default: 0),
        idleTimeout: try options.seconds("idle-timeout"))
    try options.finish()
    try EchoServer(settings, termination: TerminationSignals()).run()
}
