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
        case "echo-server": common(clients: [1, 64, 1_000])
        case "multiplexed-server": common(clients: [1, 64, 1_000, 10_000])
        default: nil
        }
    }

    private static func common(clients: [Int]) -> [BenchScenario] {
        let messages = clients.map { count in
            BenchScenario(
                id: "messages-\(count)", title: "messages of 64 bytes, \(number(count)) client\(count == 1 ? "" : "s")", figure: .rate,
                plan: LoadPlan(kind: .messages, clients: count, size: 64))
        }
        let memory = clients.map { count in
            BenchScenario(
                id: "memory-\(count)", title: "own memory for an idle client, \(number(count)) client\(count == 1 ? "" : "s")",
                figure: .memory, plan: LoadPlan(kind: .silence, clients: count, size: 64))
        }
        return messages + [
            BenchScenario(
                id: "large", title: "messages of 16 KiB, 16 clients, 4 in flight each", figure: .rate,
                plan: LoadPlan(kind: .messages, clients: 16, size: 16_384, inFlight: 4)),
            BenchScenario(
                id: "pipelined", title: "messages of 64 bytes, 64 clients, 16 in flight each", figure: .rate,
                plan: LoadPlan(kind: .messages, clients: 64, size: 64, inFlight: 16)),
            BenchScenario(
                id: "connections", title: "connections: connect, one echo of 64 bytes, close; 16 at a time", figure: .rate,
                unit: "connections", plan: LoadPlan(kind: .connections(count: 10_000), clients: 16, size: 64)),
            BenchScenario(
                id: "latency", title: "latency of 64 bytes, 64 clients, 20,000 messages a second", figure: .latency,
                plan: LoadPlan(kind: .paced(perSecond: 20_000), clients: 64, size: 64)),
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
