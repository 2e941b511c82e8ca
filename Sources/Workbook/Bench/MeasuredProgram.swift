import CLinux
import Foundation
import Glibc
import LabProgram
import Sockets

/// A program that is measured: started, watched, and ended. The load has the last processor to itself, where there are several.
final class MeasuredProgram {
    let process: pid_t
    private let name: String
    /// Where it writes its complaints: a file, since nobody has the time to read a pipe while measuring.
    private let complaints: String
    /// How it ended, as wait(2) says it, and what it had used by then.
    private var ending: (status: Int32, processorSeconds: Double)?

    /// The exit code of a measurement whose program did not start as it should.
    static let isUnusable: Int32 = 2

    private static let processors = Int32(ProcessInfo.processInfo.activeProcessorCount)

    /// Starts it.
    ///
    /// - Parameters:
    ///   - input: The descriptor that becomes its stdin; -1 is nothing to read.
    ///   - output: The one that becomes its stdout; nil is nobody who reads.
    /// - Throws: `SocketError` if it can't be started.
    init(_ words: [String], input: Int32 = -1, output: Int32? = nil, folder: String) throws(SocketError) {
        name = words[0]
        complaints = "\(folder)/complaints"
        let nobody = try Descriptor(writing: "/dev/null")
        let errors = try Descriptor(writing: complaints)
        if Self.processors > 1 { _ = clinux_use_processors(0, Self.processors - 1) }
        process = clinux_start(
            words.map { $0 + "\0" }.joined(), Int32(words.count), nil, input, output ?? nobody.number, errors.number, [], 0, SIGKILL)
        let code = errno
        if Self.processors > 1 { _ = clinux_use_processors(Self.processors - 1, 1) }
        guard process != -1 else { throw SocketError("exec", address: words[0], code: code) }
    }

    deinit {
        kill(-process, SIGKILL)
        if ending == nil { _ = wait(0) }
    }

    /// Starts a server, and waits for its ready line.
    ///
    /// - Throws: ``Failure`` if it does not say that it listens.
    static func server(_ words: [String], folder: String) throws -> (MeasuredProgram, SocketAddress) {
        let pipe = try PipeEnds()
        let program = try MeasuredProgram(words, output: pipe.writeEnd.number, folder: folder)
        let output = pipe.takeReadEnd()
        let deadline = Deadline.after(.seconds(20))
        var line: [UInt8] = []
        while !line.contains(UInt8(ascii: "\n")), try !output.wait(for: .readable, until: deadline).isEmpty {
            guard let part = try output.read(upTo: 200), !part.isEmpty else { break }
            line += part
        }
        let text = visible(String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        let prefix = "listening on "
        if text.hasPrefix(prefix), let endpoint = Endpoint(String(text.dropFirst(prefix.count))),
            let address = SocketAddress(numeric: endpoint.host, port: endpoint.port)
        {
            return (program, address)
        }
        let found = line.isEmpty ? (deadline.hasPassed ? "nothing for 20 seconds" : "nothing") : "'\(text)'"
        throw program.failure("it must say `listening on 127.0.0.1:PORT` on stdout first, and said \(found)", code: isUnusable)
    }

    /// What went wrong, how the program ended if it did, and its last words.
    func failure(_ what: String, code: Int32 = 1) -> Failure {
        var words = what
        if let ending = ending?.status ?? waitForEnd(until: .after(.milliseconds(200))) {
            let signal = ending & 0x7F
            words += "; the program " + (signal == 0 ? "ended with exit code \((ending >> 8) & 0xFF)" : "was ended by signal \(signal)")
        }
        let text = (try? String(contentsOfFile: complaints, encoding: .utf8)) ?? ""
        let last = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
        if let last { words += "; its last words on stderr: \(oneLine(String(last), limit: 200))" }
        return Failure(words, code: code)
    }

    /// Waits until the program has ended by itself.
    ///
    /// - Returns: What wait(2) says, or nil if it goes on.
    func waitForEnd(until deadline: Deadline) -> Int32? {
        if let ending { return ending.status }
        let end = Descriptor(adopting: clinux_process_descriptor(process))
        guard let ready = try? end.wait(for: .readable, until: deadline), !ready.isEmpty else { return nil }
        return wait(0)
    }

    /// Processor time of a program that has ended, in seconds.
    var processorSeconds: Double { ending?.processorSeconds ?? 0 }

    private func wait(_ flags: Int32) -> Int32? {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, flags, &usage) == -1 { if errno != EINTR { return nil } }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        ending = (status, seconds(usage.ru_utime) + seconds(usage.ru_stime))
        return status
    }
}
