import Foundation
import Grading
import Testing

/// The programs that were built beside the test bundle.
enum Built {
    static let folder = Bundle.main.bundleURL
    /// The workbook's own folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    /// The grader with the isolation that works here, found once.
    static let grader = Grader(runner: path("workbook"), jobs: 4)
}

/// Runs blocking work in a thread of its own: the threads that run tests are as few as the machine's cores.
func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            gate.wait()
            defer { gate.signal() }
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}

/// Tests start all at once; so much work at a time is enough for the machine.
private let gate = DispatchSemaphore(value: 6)

/// A report as a person reads it when a test fails.
func story(_ report: CheckReport) -> Comment {
    let events = report.transcript.suffix(40).map { "  \($0.timeUs) us  \($0.who)  \($0.what)  \($0.data ?? "")" }
    return Comment(rawValue: "\(report.id): \(report.status.rawValue): \(report.message ?? "")\n" + events.joined(separator: "\n"))
}
