// Given: takes the options, starts the server. Your part is in EventLoop.swift, Connection.swift, IdleList.swift and Server.swift.
import LabProgram
import Sockets

/// What the command line says.
struct Settings: Sendable {
    /// Where to listen.
    let endpoint: Endpoint
    /// How many clients are served at a time, by all loops together; 0 is no limit.
    let maxConnections: Int
    /// How long a client may send nothing; nil is for ever.
    let idleTimeout: Duration?
    /// How many bytes may wait for a client that does not read, 1 and up.
    let maxBuffer: Int
    /// How many event loops share the port, 1 and up.
    let loops: Int

    /// When a client that sends nothing from now on has been silent for too long.
    func newIdleDeadline() -> Deadline { idleTimeout.map { .after($0) } ?? .never }
}

let usage = """
    multiplexed-server [--host H] [--port P] [--max-connections N] [--idle-timeout SECONDS] [--max-buffer BYTES] [--loops N]
    """

runProgram(usage: usage) { options in
    let settings = Settings(
        endpoint: Endpoint(
            host: try options.value("host") ?? "127.0.0.1",
            port: try options.port("port", default: 7006)),
        maxConnections: try options.count("max-connections", default: 0),
        idleTimeout: try options.seconds("idle-timeout"),
        maxBuffer: try options.count("max-buffer", default: 65_536, in: 1...Int(Int32.max)),
        loops: try options.count("loops", default: 1, in: 1...256))
    try options.finish()
    try Server(settings, termination: TerminationSignals()).run()
}
