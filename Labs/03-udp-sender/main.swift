// Given: takes the options and starts. Your part is in UDPSender.swift, Message.swift and Ledger.swift.
import LabProgram
import Sockets

/// What the command line says.
struct Settings: Sendable {
    /// How many datagrams the series has, 1...1,000,000.
    let count: Int
    /// How many bytes each datagram has, 12...65,507: the most that fits into an IPv4 packet.
    let size: Int
    /// The time from one datagram to the next.
    let interval: Duration
    /// How long a reply may take.
    let timeout: Duration
    /// How often one datagram may be sent again.
    let retries: Int
    /// Whether to print one JSON object rather than text.
    let json: Bool
    /// Where the reflector is.
    let endpoint: Endpoint
}

runProgram(
    usage: "udp-sender HOST:PORT [--count N] [--size BYTES] [--interval MS] [--timeout MS] [--retries N] [--json]"
) { options in
    let settings = Settings(
        count: try options.count("count", default: 10, in: 1...1_000_000),
        size: try options.count("size", default: 64, in: Header.size...65_507),
        interval: try options.milliseconds("interval", default: 100),
        timeout: try options.milliseconds("timeout", default: 1_000),
        retries: try options.count("retries", default: 0),
        json: try options.flag("json"),
        endpoint: try options.endpoint())
    try options.finish()
    try measure(settings)
}
