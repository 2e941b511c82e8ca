import Foundation

/// What a program left behind.
struct ProgramOutput: Sendable {
    let output: String
    let errors: String
    let code: Int32
}

/// Runs the reference tracer, which is built beside the tests, to its end.
func runTracer(_ arguments: String...) async throws -> ProgramOutput { try await runTracer(arguments) }

/// The same, with the arguments in a list.
func runTracer(_ arguments: [String]) async throws -> ProgramOutput {
    let program = Bundle.main.bundleURL.appendingPathComponent("handshake-tracer-solution")
    return try await onThread {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = program
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        // stderr is a few lines, which the pipe holds until stdout has been read.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return ProgramOutput(
            output: String(decoding: text, as: UTF8.self), errors: String(decoding: complaints, as: UTF8.self),
            code: process.terminationStatus)
    }
}

/// Runs blocking work outside Swift's pool, which has one thread for each core.
func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
    }
}

/// Runs `body` with a file of those bytes, which is gone afterwards, unless KEEP_CAPTURES names a folder to keep it in.
func withFile<Result>(_ bytes: [UInt8], name: String, _ body: (String) async throws -> Result) async throws -> Result {
    let kept = ProcessInfo.processInfo.environment["KEEP_CAPTURES"].map { URL(fileURLWithPath: $0) }
    let file = (kept ?? FileManager.default.temporaryDirectory).appendingPathComponent(kept == nil ? UUID().uuidString : name)
    try Data(bytes).write(to: file)
    defer { if kept == nil { try? FileManager.default.removeItem(at: file) } }
    return try await body(file.path)
}
