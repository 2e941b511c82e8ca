import Foundation
import Grading

/// One benchmark: each scenario is measured for each program in turn, round after round, so that whatever else the machine does
/// meets all of them alike.
struct Bench {
    /// A program that is measured.
    struct Program {
        /// What it is called in the results.
        let name: String
        let words: [String]

        init(name: String, words: [String]) { (self.name, self.words) = (name, words) }

        /// Named after its words, each without its folder: `python3 server.py`.
        init(words: [String]) {
            self.init(name: words.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " "), words: words)
        }

        /// The same programs, numbered where two would have the same name.
        static func distinct(_ programs: [Program]) -> [Program] {
            programs.enumerated().map { index, program in
                let place = programs[...index].count { $0.name == program.name }
                return place == 1 ? program : Program(name: "\(program.name) (\(place))", words: program.words)
            }
        }
    }

    let lab: Lab
    let scenarios: [BenchScenario]
    let programs: [Program]
    let rounds: Int
    /// The executable that makes the load.
    let generator: String
    /// Where files are kept that are needed on the way.
    let folder: String
    let status: StatusLine

    func run() -> BenchReport {
        // Before we are the load ourselves.
        let machine = BenchReport.Machine.own
        // A program that does not even start as it should is not started for every row.
        var unusable = [String?](repeating: nil, count: programs.count)
        let rows = scenarios.enumerated().map { number, scenario in
            measure(scenario, "\(number + 1) of \(scenarios.count)", &unusable)
        }
        status.clear()
        return BenchReport(
            lab: lab.number, name: lab.name, machine: machine, date: Date(), rounds: rounds, programs: programs.map(\.name), rows: rows)
    }

    private func measure(_ scenario: BenchScenario, _ place: String, _ unusable: inout [String?]) -> BenchReport.Row {
        var results = [[LoadResult]](repeating: [], count: programs.count)
        var failures = unusable
        // Memory does not depend on what else the machine does.
        let rounds = scenario.figure == .memory ? 1 : rounds
        for round in 1...rounds {
            for index in programs.indices where failures[index] == nil {
                status.show("row \(place), round \(round) of \(rounds): \(programs[index].name): \(scenario.title)")
                do {
                    results[index].append(try measure(scenario.plan, programs[index].words))
                } catch let failure as Failure {
                    failures[index] = failure.message
                    if failure.code == MeasuredProgram.isUnusable { unusable[index] = failure.message }
                } catch {
                    failures[index] = "\(error)"
                }
            }
        }
        var series: [BenchReport.Series] = []
        for index in programs.indices {
            series.append(
                BenchReport.Series(programs[index].name, results[index], failures[index], scenario.figure, comparedWith: series.first))
        }
        return BenchReport.Row(
            id: scenario.id, title: scenario.title, figure: scenario.figure, unit: scenario.unit, clients: scenario.plan.clients,
            series: series)
    }

    /// One measurement, by a process of its own that starts the program for it.
    private func measure(_ plan: LoadPlan, _ words: [String]) throws -> LoadResult {
        let order = LoadOrder(plan: plan, program: words, folder: folder)
        let argument = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        let (code, output, errors) = try Grader.collect([generator, LoadPlan.word, argument], until: .after(.seconds(120)))
        guard code == 0, let result = try? JSONDecoder().decode(LoadResult.self, from: Data(output)) else {
            let words = String(decoding: errors.suffix(1_000), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            throw Failure(words.isEmpty ? "the measurement took more than two minutes" : words, code: code)
        }
        return result
    }
}
