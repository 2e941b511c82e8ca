import Foundation
import Grading
import LabProgram

extension Command {
    static let bench = Command(
        name: "bench", arguments: "LAB [--program CMD | --solution] [--against CMD]... [--rounds N] [--row ID]... [--json]",
        summary: "measures how fast a lab's server is: messages, connections, latency, memory",
        details: [
            "Builds your lab for speed, starts it anew for every measurement, and makes the load with a process of its own.",
            "--program CMD   measures this command instead; it is given --port 0 and must print the ready line",
            "--solution      measures the reference solution",
            "--against CMD   measures this one too, in alternation, and says how they compare; may be given several times",
            "--rounds N      measures each row so many times (5)",
            "--row ID        measures this row alone; may be given several times",
            "--json          prints one JSON object, and nothing else, on stdout",
        ]
    ) { options, context in
        let isJSON = try options.flag("json")
        let isSolution = try options.flag("solution")
        let rounds = try options.count("rounds", default: 5, in: 1...1_000)
        let program = try options.value("program").map { try benchWords($0) }
        let peers = try options.values("against").map { try benchWords($0) }
        let rows = try options.values("row")
        guard let lab = try options.lab() else { throw UsageError("LAB is missing") }
        try options.finish()
        if program != nil, isSolution { throw UsageError("--program and --solution exclude each other") }
        let scenarios = try benchScenarios(of: lab, rows)
        let workspace = try context.workspace
        let status = context.console.status
        func built(_ product: String) throws -> String {
            let build = Build(product, in: workspace, isForSpeed: true)
            guard case .built(let path) = try build.run(progress: status.show) else {
                throw Failure("\(product) does not build for speed", mend: "see swift build -c release --product \(product)", code: 1)
            }
            return path
        }
        let first = try program ?? [built(isSolution ? "\(lab.name)-solution" : lab.name)]
        let generator = try built("workbook")
        let report = Bench(
            lab: lab, scenarios: scenarios, programs: [first] + peers, rounds: rounds, generator: generator, status: status
        ).run()
        if isJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            context.console.print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            context.console.print(BenchView(report: report, style: context.console.style).lines)
        }
        return report.rows.allSatisfy { $0.series.allSatisfy { $0.failure == nil } } ? 0 : 1
    }
}

private func benchWords(_ text: String) throws(UsageError) -> [String] {
    guard let words = shellWords(text), !words.isEmpty else { throw UsageError("'\(text)' is no command") }
    return words
}

private func benchScenarios(of lab: Lab, _ rows: [String]) throws -> [BenchScenario] {
    guard let all = BenchScenario.all(of: lab) else {
        let others = Lab.all.filter { BenchScenario.all(of: $0) != nil }.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
        throw Failure("there is no benchmark for lab \(lab.number) yet; there is one for \(others)", code: 1)
    }
    let known = all.map(\.id)
    for row in rows where !known.contains(row) { throw UsageError("--row must be one of \(known.joined(separator: ", ")), not '\(row)'") }
    return rows.isEmpty ? all : all.filter { rows.contains($0.id) }
}
