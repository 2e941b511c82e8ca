import Foundation
import Glibc
import Sockets

/// The check's end of a program's standard input.
final class Input {
    private var end: End?
    private let name: String
    private let transcript: Transcript

    init(_ end: consuming Descriptor, to name: String, _ transcript: Transcript) throws {
        try end.setNonBlocking(true)
        self.end = End(end)
        self.name = name
        self.transcript = transcript
    }

    /// Whether there is still somebody to write to.
    var isOpen: Bool { end != nil }

    /// Waits for room.
    var entry: PollEntry? { end.map { PollEntry($0.descriptor, .writable) } }

    /// Writes as much as the pipe takes now. A program that has closed its stdin takes nothing, and the input is closed then.
    ///
    /// - Returns: How many bytes that was.
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int {
        guard let end else { return 0 }
        do {
            let count = try end.descriptor.write(bytes.span)
            guard count > 0 else { return count }
            transcript.add("grader", "wrote to the stdin of the \(name)", bytes.prefix(count))
            transcript.record(name, .feed(Data(bytes.prefix(count))))
            return count
        } catch {
            guard error.code == EPIPE else { throw error }
            transcript.add(name, "has closed its stdin")
            self.end = nil
            return 0
        }
    }

    /// How many bytes the program has not read yet.
    var unread: Int { end.flatMap { try? $0.descriptor.unreadBytes() } ?? 0 }

    /// Lets the program read the end of its input.
    func close() {
        guard end != nil else { return }
        transcript.add("grader", "closed the stdin of the \(name)")
        transcript.record(name, .endInput)
        end = nil
    }

    /// A place for the descriptor that can be emptied.
    private final class End {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }
}
