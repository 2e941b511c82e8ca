import Foundation
import Glibc
import Grading
import Sockets

/// What the process that makes the load is told to do. Its whole work is one plan.
struct LoadPlan: Codable, Sendable {
    /// The hidden word on the command line that makes a process do it.
    static let word = "run-load"

    /// What the clients do.
    enum Kind: Codable, Sendable, Equatable {
        /// Each sends the next message as soon as one has come back.
        case messages
        /// All together send so many messages a second, whether or not the ones before have come back.
        case paced(perSecond: Int)
        /// Each connects, has one message echoed, and closes; so many in all.
        case connections(count: Int)
        /// Each has one message echoed, and then is silent.
        case silence
    }

    let kind: Kind
    /// How many clients there are at a time.
    let clients: Int
    /// Bytes in a message.
    let size: Int
    /// How many messages of a client are on their way at a time.
    var inFlight = 1
    /// How long to go on before the measurement, and how long to measure.
    var warmUp = 0.3
    var seconds = 1.0

    /// Carries out a plan, and prints the result as JSON.
    static func carryOut(_ argument: String) -> Never {
        do {
            let order = try JSONDecoder().decode(LoadOrder.self, from: Data(argument.utf8))
            guard let address = SocketAddress(numeric: order.host, port: order.port) else { throw SocketError.timedOut("connect") }
            try DescriptorLimit.raise()
            var generator = try LoadGenerator(order.plan, to: address, process: order.process)
            let result = try generator.run()
            try StandardStream.output.write(Array(JSONEncoder().encode(result)).span)
            exit(0)
        } catch {
            try? StandardStream.error.write(Array("\(error)\n".utf8).span)
            exit(1)
        }
    }
}

/// A plan, and the server that it is for.
struct LoadOrder: Codable {
    let plan: LoadPlan
    let host: String
    let port: UInt16
    /// The server's process, whose processor time and memory are read.
    let process: Int32
}

/// What was measured.
struct LoadResult: Codable, Sendable, Equatable {
    /// Units: messages or connections.
    var count = 0
    /// What was moved in one direction, in bytes, where throughput is measured.
    var bytes = 0
    /// For how long, in seconds.
    var seconds = 0.0
    /// The server's processor time meanwhile, in seconds.
    var processorSeconds = 0.0
    /// How long messages or connections took, where that is measured.
    var latencies: Latencies?
    /// The server's own memory for each client, in bytes.
    var bytesPerClient = 0.0
}
