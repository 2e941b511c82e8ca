import Foundation
import Testing

@testable import Grading
@testable import workbook

/// What `workbook bench` measures with: each way of measuring, on a small scale, in a process of its own as always.
struct LoadTests {
    /// A measurement of one of the solutions, or of another command.
    private func measure(_ plan: LoadPlan, _ program: [String]) async throws -> (result: LoadResult?, errors: String) {
        try await onThread {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("load-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let order = LoadOrder(plan: plan, program: program, folder: folder)
            let argument = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
            let (_, output, errors) = try Grader.collect([Built.path("workbook"), LoadPlan.word, argument], until: .after(.seconds(60)))
            return (try? JSONDecoder().decode(LoadResult.self, from: Data(output)), String(decoding: errors, as: UTF8.self))
        }
    }

    private func plan(_ kind: LoadPlan.Kind, clients: Int = 0, size: Int = 64, isSecure: Bool = false) -> LoadPlan {
        LoadPlan(kind: kind, clients: clients, size: size, isSecure: isSecure, warmUp: 0.01, seconds: 0.05)
    }

    @Test(arguments: ["echo-server", "multiplexed-server", "tls-echo"].filter { name in Lab.all.contains { $0.name == name } })
    func `Measures servers`(lab: String) async throws {
        let isSecure = lab == "tls-echo"
        for kind in [LoadPlan.Kind.messages, .paced(perSecond: 100), .connections(count: 20), .silence] {
            let (result, errors) = try await measure(
                plan(kind, clients: 4, isSecure: isSecure), [Built.path("\(lab)-solution")])
            // On a machine that is busy enough, nobody keeps a pace.
            if kind == .paced(perSecond: 100), errors.contains("can't keep the pace") { continue }
            let found = try #require(result, "\(kind): \(errors)")
            #expect(found.count > 0)
            guard kind != .silence else { continue }
            #expect(found.seconds > 0 && found.processorSeconds >= 0)
            #expect((found.latencies?.p50 ?? 0) > 0)
            // In so short a time, what is counted may be answers that were made before it: one for each client, and no new connection.
            if kind == .messages && found.count > 4 { #expect(found.processorSeconds > 0) }
            if kind == .connections(count: 20) { #expect(found.count >= 20 && found.processorSeconds > 0) }
        }
    }

    @Test(
        arguments: [
            ("binary-codec", .stream(command: "decode"), 65_536), ("binary-codec", .stream(command: "encode"), 65_536),
            ("udp-sender", .datagrams(count: 5_000), 64), ("handshake-tracer", .capture(packets: 2_000), 0),
        ] as [(String, LoadPlan.Kind, Int)])
    func `Measures programs that are no servers`(lab: String, kind: LoadPlan.Kind, size: Int) async throws {
        let (result, errors) = try await measure(plan(kind, size: size), [Built.path("\(lab)-solution")])
        let found = try #require(result, "\(errors)")
        #expect(found.count > 0 && found.bytes > 0 && found.seconds > 0 && found.processorSeconds > 0)
    }

    @Test(
        arguments: [
            (.messages, "echo oh no >&2; exit 3", "the program ended with exit code 3; its last words on stderr: oh no"),
            (.messages, "echo hello; sleep 60", "it must say `listening on 127.0.0.1:PORT` on stdout first, and said 'hello'"),
            (.messages, "echo listening on 127.0.0.1:1; sleep 60", "connect 127.0.0.1:1: Connection refused"),
            (.stream(command: "decode"), "echo '{}'", "what `decode` makes of a small stream is wrong"),
            (.stream(command: "encode"), "exit 65", "`encode` must end with exit code 0; the program ended with exit code 65"),
            (.datagrams(count: 10), "exit 1", "no datagram came; the program ended with exit code 1"),
            (.capture(packets: 100), "echo", "`read --json` must show the 1000 segments of a small capture, and shows 0"),
        ] as [(LoadPlan.Kind, String, String)])
    func `Says what a program did that can't be measured`(kind: LoadPlan.Kind, script: String, words: String) async throws {
        let (result, errors) = try await measure(plan(kind, clients: 1), ["sh", "-c", script])
        #expect(result == nil)
        #expect(errors.contains(words))
    }
}
