import Foundation
import Glibc
import Grading
import LabProgram
import Sockets

/// What the process that measures a program is told to do. Its whole work is one plan.
struct LoadPlan: Codable, Sendable {
    /// The hidden word on the command line that makes a process do it.
    static let word = "run-load"

    /// What is done with the program.
    enum Kind: Codable, Sendable, Equatable {
        /// A server. Each client sends the next message as soon as one has come back.
        case messages
        /// A server. All clients together send so many messages a second, whether or not the ones before have come back.
        case paced(perSecond: Int)
        /// A server. Each client connects, has one message echoed, and closes; so many in all.
        case connections(count: Int)
        /// A server. Each client has one message echoed, and then is silent.
        case silence
        /// A codec that reads from stdin: `encode` or `decode`.
        case stream(command: String)
        /// A sender of datagrams: so many to somebody who only counts them.
        case datagrams(count: Int)
        /// A tracer: a capture file with so many packets.
        case capture(packets: Int)
    }

    let kind: Kind
    /// How many clients there are at a time, where there are any.
    var clients = 0
    /// Bytes in a message, payload or datagram.
    var size = 0
    /// How many messages of a client are on their way at a time.
    var inFlight = 1
    /// Whether the clients speak TLS.
    var isSecure = false
    /// How long to go on before the measurement, and how long to measure, where neither follows from a count.
    var warmUp = 0.3
    var seconds = 1.0

    /// Carries out a plan, and prints the result as JSON.
    static func carryOut(_ argument: String) -> Never {
        do {
            let order = try JSONDecoder().decode(LoadOrder.self, from: Data(argument.utf8))
            try DescriptorLimit.raise()
            _ = signal(SIGPIPE, SIG_IGN)
            // Whoever started this holds the other end of stdin. When that closes, nobody waits for the result any more.
            Thread.detachNewThread {
                _ = try? StandardStream.input.read(upTo: 1)
                _exit(3)
            }
            let result = try order.measure()
            try StandardStream.output.write(Array(JSONEncoder().encode(result)).span)
            exit(0)
        } catch {
            let failure = error as? Failure ?? Failure("\(error)", code: 1)
            try? StandardStream.error.write(Array("\(failure.message)\n".utf8).span)
            exit(failure.code)
        }
    }
}

/// A plan, and the program that it is for.
struct LoadOrder: Codable {
    let plan: LoadPlan
    let program: [String]
    /// For files that are needed on the way; it goes when the benchmark ends.
    let folder: String

    func measure() throws -> LoadResult {
        switch plan.kind {
        case .stream(let command): return try StreamLoad(self, command).run()
        case .datagrams(let count): return try DatagramLoad(self, count: count).run()
        case .capture(let packets): return try CaptureLoad(self, packets: packets).run()
        case .messages, .paced, .connections, .silence: break
        }
        let (program, address) = try MeasuredProgram.server(program + (try serverOptions()), folder: folder)
        do {
            #if HAS_OPENSSL
                if plan.isSecure {
                    let context = try SecureTransport.makeContext()
                    var generator = try LoadGenerator<SecureTransport>(plan, to: address, process: program.process, context)
                    return try generator.run()
                }
            #endif
            var generator = try LoadGenerator<PlainTransport>(plan, to: address, process: program.process, ())
            return try generator.run()
        } catch {
            throw program.failure("\(error)")
        }
    }

    private func serverOptions() throws -> [String] {
        var options = ["--port", "0"]
        #if HAS_OPENSSL
            if plan.isSecure {
                let certificates = "\(folder)/certificates"
                if !FileManager.default.fileExists(atPath: certificates) { try CertificateSet().write(to: certificates) }
                options = ["serve", "--cert", "\(certificates)/server.pem", "--key", "\(certificates)/server-key.pem"] + options
            }
        #endif
        return options
    }
}

/// What was measured.
struct LoadResult: Codable, Sendable, Equatable {
    /// Units: messages, connections, packets.
    var count = 0
    /// What was moved in one direction, in bytes.
    var bytes = 0
    /// For how long, in seconds.
    var seconds = 0.0
    /// The program's processor time meanwhile, in seconds.
    var processorSeconds = 0.0
    /// How long messages or connections took, where that is measured.
    var latencies: Latencies?
    /// The server's own memory for each client, in bytes.
    var bytesPerClient = 0.0
}
