import Foundation
import Grading
import LabProgram
import Synchronization

extension Command {
    static let stability = Command(
        name: "stability", arguments: "LAB [--times N] [--program CMD] [--check ID]...",
        summary: "for contributors: grades one program again and again on a busy machine",
        details: [
            "Grades the reference solution, or CMD, N times (100) while every core is kept busy, and counts the verdicts that differ.",
            "--check ID  makes this check alone, without those that it builds on; may be given several times",
            "Ends with exit code 1 if any does.",
        ]
    ) { options, context in
        let times = try options.count("times", default: 100, in: 2...100_000)
        let program = try options.value("program")
        let names = try options.values("check")
        guard let lab = try options.labOrStep()?.lab else { throw UsageError("LAB is missing") }
        try options.finish()
        let chosen = try names.map { name throws(UsageError) in try Check(named: name, of: [lab]) }
        let checks = chosen.isEmpty ? lab.checks : chosen
        guard let words = try program.map({ shellWords($0) }) ?? solution(of: lab, context) else {
            throw UsageError("--program: a quote is not closed in '\(program ?? "")'")
        }
        let load = Load(threads: ProcessInfo.processInfo.activeProcessorCount)
        defer { load.stop() }
        let grader = Grader(runner: Workspace.executable)
        var counts: [String: [Verdict: Int]] = [:]
        let start = ContinuousClock.now
        for number in 1...times {
            context.console.status.show("\(lab.name): \(number) of \(times)")
            let report = grader.grade(lab, .command(words), checks: checks, alone: !chosen.isEmpty)
            for check in report.checks { counts[check.id, default: [:]][check.status, default: 0] += 1 }
        }
        context.console.status.clear()
        let unsteady = checks.filter { (counts[$0.id]?.count ?? 0) > 1 }
        for check in unsteady {
            let verdicts = (counts[check.id] ?? [:]).sorted { $0.value > $1.value }.map { "\($0.value) x \($0.key.rawValue)" }
            context.console.print("\(check.id): \(verdicts.joined(separator: ", "))")
        }
        let seconds = Int(start.duration(to: .now) / .seconds(1))
        context.console.print(
            "\(words.joined(separator: " ")): graded \(times) times in \(seconds) s, every core busy:"
                + " \(unsteady.count) of \(checks.count) check\(checks.count == 1 ? "" : "s") gave different verdicts")
        return unsteady.isEmpty ? 0 : 1
    }

    private static func solution(of lab: Lab, _ context: Context) throws -> [String] {
        let build = Build("\(lab.name)-solution", in: try context.workspace)
        guard case .built(let path) = try build.run(progress: context.console.status.show) else {
            throw Failure("\(lab.name)-solution does not build")
        }
        return [path]
    }
}

/// Threads that do nothing but keep the machine busy.
private final class Load: Sendable {
    private let isOver = Atomic(false)

    init(threads: Int) {
        for _ in 0..<threads {
            Thread.detachNewThread { [self] in
                while !isOver.load(ordering: .relaxed) {}
            }
        }
    }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
