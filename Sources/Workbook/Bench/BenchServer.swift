import CLinux
import Glibc
import LabProgram
import Sockets

/// A server that is measured: started, asked where it listens, and ended.
final class BenchServer {
    let process: pid_t
    let address: SocketAddress
    private let output: Descriptor

    /// Starts it, and waits for its ready line.
    ///
    /// - Throws: ``Failure`` if it can't be started, or does not say that it listens.
    init(_ words: [String]) throws {
        let pipe = try PipeEnds()
        let all = words + ["--port", "0"]
        let id = clinux_start(
            all.map { $0 + "\0" }.joined(), Int32(all.count), nil, -1, pipe.writeEnd.number, STDERR_FILENO, [], 0, SIGKILL)
        guard id != -1 else { throw Failure("\(SocketError("exec", address: words.first, code: errno))") }
        let output = pipe.takeReadEnd()
        do {
            address = try BenchServer.readyAddress(from: output, words)
        } catch {
            BenchServer.end(id)
            throw error
        }
        process = id
        self.output = output
    }

    deinit { BenchServer.end(process) }

    private static func readyAddress(from output: borrowing Descriptor, _ words: [String]) throws -> SocketAddress {
        let deadline = Deadline.after(.seconds(20))
        var line: [UInt8] = []
        while !line.contains(UInt8(ascii: "\n")), try !output.wait(for: .readable, until: deadline).isEmpty {
            guard let part = try output.read(upTo: 200), !part.isEmpty else { break }
            line += part
        }
        let prefix = "listening on "
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard text.hasPrefix(prefix), let endpoint = Endpoint(String(text.dropFirst(prefix.count))),
            let address = SocketAddress(numeric: endpoint.host, port: endpoint.port)
        else { throw Failure("\(words.joined(separator: " ")) did not say `listening on 127.0.0.1:PORT`; it said '\(text)'", code: 1) }
        return address
    }

    private static func end(_ process: pid_t) {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    }
}
