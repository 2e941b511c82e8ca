import Foundation
import Sockets

/// The solution, started as a process, with deadlines on everything that waits for it.
final class Program {
    private let process = Process()
    private let input = Pipe()
    private let output: Descriptor
    private let errors: Descriptor
    private var unread: [UInt8] = []

    init(_ arguments: String...) throws {
        process.executableURL = Bundle.main.bundleURL.appendingPathComponent("binary-codec-solution")
        process.arguments = arguments
        let (outputs, errorOutputs) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = outputs
        process.standardError = errorOutputs
        output = Descriptor(adopting: dup(outputs.fileHandleForReading.fileDescriptor))
        errors = Descriptor(adopting: dup(errorOutputs.fileHandleForReading.fileDescriptor))
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    struct Stuck: Error {
        let what: String
    }

    func write(_ bytes: [UInt8]) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    func endInput() throws { try input.fileHandleForWriting.close() }

    func terminate() { process.terminate() }

    /// The next line of the output, without its line feed.
    func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let bytes = try next(output)
            if bytes.isEmpty { throw Stuck(what: "the output ended without a line") }
            unread += bytes
        }
    }

    /// Ends the input, and waits for the end of the program.
    func finish() throws -> (output: [UInt8], errors: String, code: Int32) {
        try? endInput()
        var errorBytes: [UInt8] = []
        while case let bytes = try next(output), !bytes.isEmpty { unread += bytes }
        while case let bytes = try next(errors), !bytes.isEmpty { errorBytes += bytes }
        process.waitUntilExit()
        return (unread, String(decoding: errorBytes, as: UTF8.self), process.terminationStatus)
    }

    private func next(_ stream: borrowing Descriptor) throws -> [UInt8] {
        guard try !stream.wait(for: .readable, until: .after(.seconds(20))).isEmpty else { throw Stuck(what: "no output") }
        return try stream.read(upTo: 65_536) ?? []
    }
}

/// Runs the program on an input that fits into a pipe.
func run(_ arguments: String, on input: [UInt8]) throws -> (output: [UInt8], errors: String, code: Int32) {
    let program = try Program(arguments)
    try program.write(input)
    return try program.finish()
}
