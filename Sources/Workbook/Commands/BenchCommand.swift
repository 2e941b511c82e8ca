import Foundation
import Grading
import LabProgram

extension Command {
    static let bench = Command(
        name: "bench",
        arguments: "LAB [--program CMD | --solution] [--against CMD]... [--rounds N] [--row ID]... [--output FILE] [--plot DIR] [--json]",
        summary: "measures how fast a lab's program is, and draws the results",
        details: [
            "Builds your lab for speed, starts it anew for every measurement, and makes the load with a process of its own.",
            "--program CMD   measures this command instead; it is given the options that the lab's program would be",
            "--solution      measures the reference solution",
            "--against CMD   measures this one too, in alternation, and says how they compare; may be given several times",
            "--rounds N      measures each row so many times (5)",
            "--row ID        measures this row alone, or all whose names begin with it (messages); may be given several times",
            "--output FILE   writes all measurements into this file, too, as JSON",
            "--from FILE     measures nothing, and shows or draws what --output has written; without LAB",
            "--plot DIR      draws latency by percentile and cost by the number of clients: SVG files in this folder",
            "--json          prints one JSON object, and nothing else, on stdout",
        ]
    ) { options, context in
        let isJSON = try options.flag("json")
        let folder = try options.value("plot")
        let output = try options.value("output").map { OutputFile(path: $0) }
        let report: BenchReport
        if let path = try options.value("from") {
            try options.finish()
            report = try BenchReport(savedIn: path)
        } else {
            report = try measured(&options, context)
        }
        try output?.write(report.json())
        if isJSON {
            context.console.write(try report.json())
        } else {
            context.console.print(BenchView(report: report, style: context.console.style).lines)
        }
        if let folder { context.note(try draw(report, in: folder)) }
        return report.rows.allSatisfy { $0.series.allSatisfy { $0.failure == nil } } ? 0 : 1
    }
}

/// Does what the rest of the command line says.
private func measured(_ options: inout Options, _ context: Context) throws -> BenchReport {
    let isSolution = try options.flag("solution")
    let rounds = try options.count("rounds", default: 5, in: 1...1_000)
    let program = try options.value("program").map { try benchWords($0, "--program") }
    let peers = try options.values("against").map { try benchWords($0, "--against") }
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
    let own =
        try program.map { Bench.Program(words: $0) }
        ?? (isSolution
            ? Bench.Program(name: "solution", words: [built("\(lab.name)-solution")])
            : Bench.Program(name: lab.name, words: [built(lab.name)]))
    let programs = [own] + peers.map { Bench.Program(words: $0) }
    let generator = try built("workbook")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-bench-\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    @Sendable func cleanUp() { try? FileManager.default.removeItem(atPath: folder) }
    defer { cleanUp() }
    // What was started ends by itself when we do; the files don't.
    try Interruption.watch(status, cleanUp: cleanUp)
    return Bench(
        lab: lab, scenarios: scenarios, programs: Bench.Program.distinct(programs), rounds: rounds, generator: generator, folder: folder,
        status: status
    ).run()
}

/// Writes the pictures, and says where they are.
private func draw(_ report: BenchReport, in folder: String) throws -> [String] {
    let plots = report.plots
    guard !plots.isEmpty else {
        throw Failure("there is nothing to draw: no row has latencies, or was measured with several numbers of clients", code: 1)
    }
    do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
        throw Failure("\(folder) can't be made: \(error.localizedDescription)")
    }
    return try plots.map { plot in
        let path = "\(folder)/\(plot.file)"
        try OutputFile(path: path).write(plot.svg)
        return "\(path) is drawn"
    }
}

private func benchWords(_ text: String, _ option: String) throws -> [String] {
    guard let words = shellWords(text), let first = words.first else { throw UsageError("\(option): '\(text)' is no command") }
    let folders = first.contains("/") ? [""] : (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/" }
    guard folders.contains(where: { FileManager.default.isExecutableFile(atPath: $0 + first) }) else {
        throw Failure("\(option): there is no program '\(first)' that can be run", code: 1)
    }
    return words
}

private func benchScenarios(of lab: Lab, _ rows: [String]) throws -> [BenchScenario] {
    guard let all = BenchScenario.all(of: lab) else {
        let others = Lab.all.filter { BenchScenario.all(of: $0) != nil }.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
        throw Failure("there is no benchmark for lab \(lab.number) yet; there is one for \(others)", code: 1)
    }
    func matches(_ scenario: BenchScenario, _ row: String) -> Bool { scenario.id == row || scenario.id.hasPrefix(row + "-") }
    for row in rows where !all.contains(where: { matches($0, row) }) {
        throw UsageError("--row must be one of \(all.map(\.id).joined(separator: ", ")), not '\(row)'")
    }
    return rows.isEmpty ? all : all.filter { scenario in rows.contains { matches(scenario, $0) } }
}
