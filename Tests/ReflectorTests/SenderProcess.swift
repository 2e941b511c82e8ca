import Foundation
import Sockets
import Testing

/// What a run of the UDP sender's solution left behind.
struct SenderRun {
    var output = ""
    var errors = ""
    var exitCode: Int32 = -1
    var duration = Duration.zero
    var wasKilled = false

    /// The JSON object that it printed.
    func report() throws -> SenderReport {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(SenderReport.self, from: Data(output.utf8))
    }
}

/// The object that `--json` prints.
struct SenderReport: Decodable, Equatable {
    struct RoundTrips: Decodable, Equatable {
        let min, avg, max, stddev: Double
    }
    let sent, received, lost, duplicates, reordered, retransmitted, ignored: Int
    let rttUs: RoundTrips?
    let jitterUs, durationMs: Double
}

/// Runs the solution until it ends, or for 30 seconds; in a thread, since the test's own must not block.
///
/// - Parameter lines: After so many lines on stdout the program is sent SIGINT; nil is never.
func runSender(_ arguments: [String], interruptAfter lines: Int? = nil) async throws -> SenderRun {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try runAndWait(arguments, interruptAfter: lines) })
        }
    }
}

private func runAndWait(_ arguments: [String], interruptAfter lines: Int?) throws -> SenderRun {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("udp-sender-solution")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let start = ContinuousClock.now
    let deadline = Deadline.after(.seconds(30))
    try process.run()
    let ends = [output, errors].map { dup($0.fileHandleForReading.fileDescriptor) }
    let outputEnd = Descriptor(adopting: ends[0])
    let errorsEnd = Descriptor(adopting: ends[1])

    var run = SenderRun()
    var bytes: [UInt8] = []
    var isInterrupted = lines == nil
    while true {
        if try outputEnd.wait(for: .readable, until: deadline).isEmpty {
            run.wasKilled = true
            kill(process.processIdentifier, SIGKILL)
        }
        guard let more = try outputEnd.read(upTo: 65_536), !more.isEmpty else { break }
        bytes += more
        if !isInterrupted, let lines, bytes.count(where: { $0 == UInt8(ascii: "\n") }) >= lines {
            isInterrupted = true
            kill(process.processIdentifier, SIGINT)
        }
    }
    run.output = String(decoding: bytes, as: UTF8.self)
    // A line or two; they fit into the pipe.
    while let more = try errorsEnd.read(upTo: 65_536), !more.isEmpty { run.errors += String(decoding: more, as: UTF8.self) }
    process.waitUntilExit()
    run.duration = start.duration(to: .now)
    run.exitCode = process.terminationStatus
    return run
}
