import Capture
import Foundation
import Grading
import Testing

/// A failed check keeps the packets of its exchange; one that passes keeps none.
@Suite(.enabled(if: Built.grader.isolation != .shared, "packets are kept in private networks only"))
struct EvidenceTests {
    @Test func `A failed check of a server keeps its packets and draws them`() async throws {
        try await withFolder { folder in
            let failed = try await grade("echo-server", "second-message", mistake: "one-read-only", captures: folder)
            let ladder = try #require(failed.ladder)
            for words in ["client 1 :", "program :", "├─ SYN seq 0 ", "SYN,ACK seq 0 ack 1 ", "len 6", "\"second\""] {
                #expect(ladder.contains { $0.contains(words) }, "\(words) is missing in\n\(ladder.joined(separator: "\n"))")
            }
            let file = try #require(failed.capture)
            #expect(file == "\(folder)/02-echo-server/second-message.pcapng")
            #expect(try packets(in: file) >= ladder.count - 1)
            let passed = try await grade("echo-server", "second-message", captures: folder)
            #expect(passed.status == .passed, story(passed))
            #expect(passed.capture == nil && passed.ladder == nil)
            #expect(!FileManager.default.fileExists(atPath: file), "what an earlier run has left says nothing about this one")
        }
    }

    @Test func `A failed check can be done again`() async throws {
        try await withFolder { folder in
            let failed = try await grade("echo-server", "second-message", mistake: "one-read-only", captures: folder)
            let file = try #require(failed.replay)
            let data = try #require(FileManager.default.contents(atPath: file))
            let exchange = try JSONDecoder().decode(Exchange.self, from: data)
            #expect(exchange.lab == "echo-server" && exchange.check == "second-message" && exchange.isWhole)
            #expect(exchange.options == ["--port", "0"])
            #expect(exchange.byHand == "(printf 'first'; sleep 1; printf 'second') | nc -q 2 127.0.0.1 ")
            let events = try await onThread {
                var events: [Event] = []
                try Replay.run(exchange, against: [Built.path("echo-server-solution")]) { events.append($0) }
                return events
            }
            #expect(events.filter { $0.what.hasPrefix("received") }.map(\.data) == ["\"first\"", "\"second\""])
        }
    }

    @Test(arguments: [
        ("closes-at-half-close", "half-close", "so its kernel sent RST, not FIN"), ("never-closes", "closes-at-end", "(CLOSE-WAIT)"),
        ("dies-of-sigpipe", "vanished-client", "SIGPIPE ends a program"),
    ])
    func `Known ways of going wrong are named`(mistake: String, check: String, words: String) async throws {
        let failed = try await grade("echo-server", check, mistake: mistake, captures: nil)
        #expect(failed.remarks.contains { $0.contains(words) }, story(failed))
    }

    @Test func `A crash is told with the line where it happened, and without a screen of registers`() async throws {
        let failed = try await grade("handshake-tracer", "broken-ip", mistake: "length-read-unasked", captures: nil)
        #expect(failed.message?.contains("1 byte of an IPv4 header") == true, story(failed))
        #expect(failed.message?.contains("Fatal error: ") == true && failed.message?.contains("WrongHeaders.swift:") == true, story(failed))
        #expect(!failed.transcript.contains { $0.what.contains("Registers") })
    }

    @Test func `Datagrams are kept, too`() async throws {
        try await withFolder { folder in
            let failed = try await grade("udp-sender", "no-reply", mistake: "zeros-without-replies", captures: folder)
            #expect(failed.status == .failed, story(failed))
            #expect(failed.ladder?.contains { $0.contains("UDP len ") } == true)
            #expect(try packets(in: #require(failed.capture)) > 0)
        }
    }

    @Test func `A capture that was misread is kept`() async throws {
        try await withFolder { folder in
            let failed = try await grade("handshake-tracer", "payload-length", mistake: "ip-options-ignored", captures: folder)
            #expect(failed.status == .failed, story(failed))
            let file = try #require(failed.capture)
            #expect(file.hasPrefix("\(folder)/01-handshake-tracer/payload-length.pcap"))
            #expect(try packets(in: file) > 0)
            // The file that the program was given is gone; this copy is what it is started with again.
            let replay = try #require(failed.replay)
            let data = try #require(FileManager.default.contents(atPath: replay))
            let exchange = try JSONDecoder().decode(Exchange.self, from: data)
            #expect(exchange.options == ["read", file, "--json"])
            let events = try await onThread {
                var events: [Event] = []
                try Replay.run(exchange, against: [Built.path("handshake-tracer-solution")]) { events.append($0) }
                return events
            }
            #expect(events.last?.what == "ended with exit code 0")
        }
    }

    @Test func `Without a folder nothing is written, and the ladder is drawn all the same`() async throws {
        let failed = try await grade("echo-server", "second-message", mistake: "one-read-only", captures: nil)
        #expect(failed.capture == nil)
        #expect(failed.ladder?.isEmpty == false)
    }

    private func grade(_ name: String, _ id: String, mistake: String? = nil, captures: String?) async throws -> CheckReport {
        let lab = try #require(Lab.named(name))
        let check = try #require(lab.check(id))
        let command = mistake.map { [Built.path("\(name)-mistakes"), $0] } ?? [Built.path("\(name)-solution")]
        let report = try await onThread {
            Grader(runner: Built.path("workbook"), evidence: captures).grade(lab, .command(command), checks: [check], alone: true)
        }
        return try #require(report.checks.first)
    }

    private func packets(in file: String) throws -> Int {
        var reader = try CaptureReader(path: file)
        var count = 0
        while try reader.next() != nil { count += 1 }
        return count
    }

    private func withFolder(_ work: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-evidence-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await work(folder)
    }
}
