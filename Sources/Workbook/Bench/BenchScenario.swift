import Grading

/// One row of a benchmark: a load, and what is taken from its result.
struct BenchScenario: Sendable {
    /// What a result says first.
    enum Figure: String, Codable, Sendable {
        /// Units a second.
        case rate
        /// Megabytes a second.
        case throughput
        /// Microseconds.
        case latency
        /// Bytes for each client.
        case memory
    }

    /// A stable name, for JSON.
    let id: String
    /// What is measured, in words.
    let title: String
    let figure: Figure
    /// What is counted.
    var unit = "messages"
    let plan: LoadPlan

    /// The rows for a lab; nil where there is no benchmark for it.
    static func all(of lab: Lab) -> [BenchScenario]? {
        switch lab.name {
        case "handshake-tracer":
            [
                BenchScenario(
                    id: "read", title: "`read --json` of a capture with 500,000 packets", figure: .rate, unit: "packets",
                    plan: LoadPlan(kind: .capture(packets: 500_000)))
            ]
        case "echo-server": service(clients: [1, 64, 1_000])
        case "udp-sender":
            [64, 1_400].map { size in
                BenchScenario(
                    id: "datagrams-\(size)", title: "1,000,000 datagrams of \(number(size)) bytes, `--interval 0`, without replies",
                    figure: .rate, unit: "datagrams", plan: LoadPlan(kind: .datagrams(count: 1_000_000), size: size))
            }
        case "binary-codec":
            ["decode", "encode"].flatMap { command in
                [65_536, 256].map { size in
                    BenchScenario(
                        id: "\(command)-\(size)", title: "`\(command)` of a stream of payloads of \(size == 256 ? "256 bytes" : "64 KiB")",
                        figure: .throughput, unit: "messages", plan: LoadPlan(kind: .stream(command: command), size: size))
                }
            }
        case "tls-echo": service(clients: [1, 64, 1_000], isSecure: true)
        case "multiplexed-server": service(clients: [1, 64, 1_000, 10_000])
        default: nil
        }
    }

    /// What is measured of a server that echoes.
    private static func service(clients: [Int], isSecure: Bool = false) -> [BenchScenario] {
        func plan(_ kind: LoadPlan.Kind, _ clients: Int, _ size: Int = 64, inFlight: Int = 1) -> LoadPlan {
            LoadPlan(kind: kind, clients: clients, size: size, inFlight: inFlight, isSecure: isSecure)
        }
        func words(_ count: Int) -> String { "\(number(count)) client\(count == 1 ? "" : "s")" }
        let messages = clients.map { count in
            BenchScenario(
                id: "messages-\(count)", title: "messages of 64 bytes, \(words(count))", figure: .rate, plan: plan(.messages, count))
        }
        let memory = clients.map { count in
            BenchScenario(
                id: "memory-\(count)", title: "own memory for an idle client, \(words(count))", figure: .memory,
                plan: plan(.silence, count))
        }
        return messages + [
            BenchScenario(
                id: "bulk", title: "bulk: messages of 16 KiB, 16 clients, 4 in flight each", figure: .throughput,
                plan: plan(.messages, 16, 16_384, inFlight: 4)),
            BenchScenario(
                id: "pipelined", title: "messages of 64 bytes, 64 clients, 16 in flight each", figure: .rate,
                plan: plan(.messages, 64, inFlight: 16)),
            isSecure
                ? BenchScenario(
                    id: "handshakes", title: "handshakes: connect, full handshake, one echo, close; 16 at a time", figure: .rate,
                    unit: "handshakes", plan: plan(.connections(count: 1_000), 16))
                : BenchScenario(
                    id: "connections", title: "connections: connect, one echo of 64 bytes, close; 16 at a time", figure: .rate,
                    unit: "connections", plan: plan(.connections(count: 10_000), 16)),
            BenchScenario(
                id: "latency", title: "latency of 64 bytes, 64 clients, \(isSecure ? "10,000" : "20,000") messages a second",
                figure: .latency,
                plan: plan(.paced(perSecond: isSecure ? 10_000 : 20_000), 64)),
        ] + memory
    }
}

/// A number with commas between the thousands.
func number(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}
