import Foundation
import Grading
import Testing

@testable import workbook

/// Programs of several students, put together: here the reference solutions and wrong programs, in the jail that submissions run in.
@Suite struct GridTests {
    /// What the grid of a lab says of the reference solution and of mistakes.
    private func grid(_ name: String, _ mistakes: String...) async throws -> GridReport {
        let tools = JailedTools(isTrusting: Jails.obstacle != nil, runner: Built.path("workbook"))
        let lab = try #require(Lab.named(name))
        return try await onThread {
            // A folder for each, as if each had been built by itself: the jail shows that and nothing else.
            let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-grid-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            var participants: [Grid.Participant] = []
            for (student, program, words) in [("reference", "\(name)-solution", [])] + mistakes.map({ ($0, "\(name)-mistakes", [$0]) }) {
                let folder = "\(scratch)/\(student)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: Built.path(program), toPath: "\(folder)/program")
                participants.append(Grid.Participant(name: student, folder: folder, words: ["program"] + words))
            }
            return Grid(lab, participants, tools, jobs: 4).run()
        }
    }

    /// The rows of the table: `+` where a pair gets on, `-` where it does not.
    private func rows(_ report: GridReport) -> [String] {
        report.clients.indices.map { row in
            report.servers.indices.map { report.cell(row, $0).status == .passed ? "+" : "-" }.joined()
        }
    }

    #if canImport(SecureSockets)
        @Test func `TLS: a wrong server stands out as a column, a wrong client as a row`() async throws {
            let report = try await grid("tls-echo", "no-close-notify", "no-name-check")
            #expect(rows(report) == ["+-+", "+-+", "---"], "\(report.troubles)")
            #expect(report.servers.map(\.name) == ["reference", "no-close-notify", "no-name-check"])
            let trouble = try #require(report.troubles.first)
            #expect(trouble.servers == ["no-close-notify"] && trouble.message.contains("truncated"), "\(trouble)")
        }
    #endif

    @Test func `Codec: who encodes wrongly is told from who decodes wrongly`() async throws {
        let report = try await grid("binary-codec", "pongs-empty", "length-little-endian")
        #expect(rows(report) == ["+--", "+--", "---"], "\(report.troubles)")
        let troubles = report.troubles.map { "\($0.words(in: report)): \($0.message)" }
        for words in [
            "server pongs-empty, with clients reference, pongs-empty: what the server sent",
            "client length-little-endian, with every server: the client's `encode`",
        ] {
            #expect(troubles.contains { $0.hasPrefix(words) }, "\(troubles)")
        }
    }

    /// Programs that flood, and kill whatever they can: each spoils its own row and column, and nothing else.
    @Test func `A hostile program spoils nobody else's cells`() async throws {
        let tools = try Jails.tools()
        let lab = try #require(Lab.named("binary-codec"))
        let report = try await onThread {
            let solution = Grid.Participant(name: "reference", folder: Built.folder.path, words: ["binary-codec-solution"])
            let killer = Grid.Participant(
                name: "killer", folder: "/bin", words: ["sh", "-c", "kill -9 -1; kill -9 1"])
            let flood = Grid.Participant(name: "flood", folder: "/bin", words: ["sh", "-c", "yes; yes"])
            return Grid(lab, [solution, killer, flood], tools, jobs: 6).run()
        }
        #expect(rows(report) == ["+--", "---", "---"], "\(report.troubles)")
        #expect(report.cells.allSatisfy { $0.status == .passed || $0.status == .failed }, "\(report.troubles)")
        #expect(report.troubles.contains { $0.message.contains("wrote more than 4 MiB") }, "\(report.troubles)")
    }

    @Test func `Troubles that are alike are told once`() throws {
        func cell(_ client: String, _ server: String, _ message: String?) -> GridReport.Cell {
            let outcome = GridReport.Outcome(encounter: "echo", status: message == nil ? .passed : .failed, message: message)
            return GridReport.Cell(client: client, server: server, results: [outcome])
        }
        let names = ["a", "b", "c"]
        let cells = names.flatMap { client in
            names.map { server in
                cell(client, server, server == "b" ? "port \(client.utf8.count * 7) is closed" : client == "c" ? "the client ended" : nil)
            }
        }
        let everybody = names.map { GridReport.Participant(name: $0, problem: nil) }
        let report = GridReport(
            lab: 5, name: "tls-echo", date: Date(), encounters: [GridReport.Encounter(id: "echo", title: "what is typed comes back")],
            clients: everybody, servers: everybody, cells: cells)
        #expect(report.troubles.map { $0.words(in: report) } == ["server b, with every client", "client c, with servers a, c"])
        #expect(report.summary == "4 of 9 pairs get on")
        for format in GridFormat.allCases {
            let text = try format.text(of: report, style: Style(width: 80, hasColour: false, hasUnicode: true))
            #expect(text.contains("the client ended"), "\(format)")
        }
        let lines = try GridFormat.text.text(of: report, style: Style(width: 80, hasColour: false, hasUnicode: true)).split(separator: "\n")
        #expect(lines.contains("1  a  ✓  ✗  ✓") && lines.contains("3  c  ✗  ✗  ✗"), "\(lines)")
    }

    @Test func `Senders meet the reflector`() async throws {
        let report = try await grid("udp-sender", "copies-are-received")
        #expect(report.servers.map(\.name) == ["reflector"])
        #expect(rows(report) == ["+", "-"], "\(report.troubles)")
    }

    @Test func `One that hangs holds up nobody`() async throws {
        let lab = try #require(Lab.named("udp-sender"))
        let report = try await onThread {
            let solution = Grid.Participant(name: "reference", folder: Built.folder.path, words: ["udp-sender-solution"])
            let hanging = Grid.Participant(
                name: "hanging", folder: "/bin", words: ["sh", "-c", "trap '' TERM; while :; do sleep 60; done"])
            return Grid(lab, [hanging, solution], JailedTools(isTrusting: true, runner: Built.path("workbook")), jobs: 1).run()
        }
        #expect(rows(report) == ["-", "+"], "\(report.troubles)")
        #expect(report.troubles.first?.message.contains("still running") == true, "\(report.troubles)")
        #expect(report.cell(0, 0).results.dropFirst().allSatisfy { $0.status == .notRun })
    }
}
