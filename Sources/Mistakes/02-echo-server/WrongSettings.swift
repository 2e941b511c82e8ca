/// What the command line says.
struct Settings: Sendable {
    let host: String
    let port: UInt16
    let maxConnections: Int
    let idleTimeout: Duration?
}
