#if canImport(Mistakes)
    import Foundation
    import Grading
    import LabProgram
    import Mistakes
    import Synchronization

    extension Command {
        static let mistakes = Command(
            name: "mistakes", arguments: "[LAB] [--jobs N]",
            summary: "for contributors: grades every wrong program, and prints who caught it",
            details: [
                "Prints a matrix of mistakes and checks: X failed, . passed, - not run because a check that it builds on failed.",
                "Where that is the one that should catch the mistake, it is made all the same: x says that it failed.",
                "Ends with exit code 1 if a mistake is not caught by the check it names, or a check catches none.",
            ]
        ) { options, context in
            let jobs = try options.count("jobs", default: Grader.defaultJobs, in: 1...64)
            let labs = try options.labOrStep().map { [$0.lab] } ?? Lab.all
            try options.finish()
            var isSound = true
            for lab in labs {
                let matrix = try KillMatrix(lab, jobs: jobs, context)
                context.console.print(matrix.lines)
                isSound = isSound && matrix.isSound
            }
            return isSound ? 0 : 1
        }
    }

    /// Which check catches which mistake, for one lab.
    struct KillMatrix {
        private let lab: Lab
        private var rows: [Row] = []

        /// A wrong program, and what became of it.
        private struct Row {
            let mistake: Mistake
            let report: LabReport
            /// What the check that the mistake names says by itself, where it waits for another one that fails.
            let alone: Verdict?

            func cell(_ check: CheckReport) -> String {
                switch check.status {
                case .failed: "X"
                case .passed: "."
                default: check.id == mistake.check && alone == .failed ? "x" : "-"
                }
            }
            func failed(_ id: String) -> Bool { report.checks.contains { $0.id == id && "xX".contains(cell($0)) } }
        }

        /// Grades all wrong programs of a lab, which takes some minutes.
        ///
        /// - Throws: ``Failure`` if they can't be built.
        init(_ lab: Lab, jobs: Int, _ context: Context) throws {
            self.lab = lab
            let console = context.console
            let build = Build("\(lab.name)-mistakes", in: try context.workspace)
            guard case .built(let path) = try build.run(progress: console.status.show) else {
                throw Failure("\(lab.name)-mistakes does not build: see swift build --product \(lab.name)-mistakes")
            }
            // A program that fails checks makes others wait for them: so several are graded at a time.
            let programs = 4
            let grader = Grader(runner: Workspace.executable, jobs: max(1, jobs / programs))
            let mistakes = Mistake.of(lab: lab.number)
            let reports = Mutex<[String: Row]>([:])
            let begun = Atomic(0)
            let workers = (0..<programs).map { _ in
                Completion.inThread {
                    while true {
                        let number = begun.add(1, ordering: .relaxed).oldValue
                        guard number < mistakes.count else { return }
                        console.status.show("\(lab.name): mistake \(number + 1) of \(mistakes.count), \(mistakes[number].id)")
                        let row = KillMatrix.grade(mistakes[number], of: lab, .command([path, mistakes[number].id]), grader)
                        reports.withLock { $0[mistakes[number].id] = row }
                    }
                }
            }
            for worker in workers { worker.wait() }
            rows = reports.withLock { reports in mistakes.compactMap { reports[$0.id] } }
            console.status.clear()
        }

        private static func grade(_ mistake: Mistake, of lab: Lab, _ subject: Subject, _ grader: Grader) -> Row {
            let report = grader.grade(lab, subject)
            guard report.checks.first(where: { $0.id == mistake.check })?.isWaiting == true, let check = lab.check(mistake.check) else {
                return Row(mistake: mistake, report: report, alone: nil)
            }
            let alone = grader.grade(lab, subject, checks: [check], alone: true).checks.first?.status
            return Row(mistake: mistake, report: report, alone: alone)
        }

        /// Whether every mistake is caught by the check it names, and every check catches one.
        var isSound: Bool { uncaught.isEmpty && idle.isEmpty }

        private var uncaught: [Mistake] { rows.filter { !$0.failed($0.mistake.check) }.map(\.mistake) }
        private var idle: [Check] { lab.checks.filter { check in !rows.contains { $0.failed(check.id) } } }

        var lines: [String] {
            let width = rows.map(\.mistake.id.count).max() ?? 0
            var lines = ["Lab \(lab.number) · \(lab.title): \(rows.count) mistakes, \(lab.checks.count) checks", ""]
            for (number, check) in lab.checks.enumerated() {
                let count = rows.count { $0.failed(check.id) }
                lines.append(
                    padded("\(number + 1)", to: 4) + padded("step \(check.step)", to: 8) + padded(check.id, to: 34) + "catches \(count)")
            }
            // The numbers of the columns, tens above ones.
            let tens = lab.checks.indices.map { ($0 + 1) % 10 == 0 ? "\(($0 + 1) / 10 % 10)" : " " }.joined()
            let ones = lab.checks.indices.map { "\(($0 + 1) % 10)" }.joined()
            lines += ["", padded("", to: width + 2) + tens, padded("", to: width + 2) + ones]
            for row in rows {
                let (id, check) = (row.mistake.id, row.mistake.check)
                let cells = row.report.checks.map(row.cell).joined()
                let column = lab.checks.firstIndex { $0.id == check }.map { "\($0 + 1)" } ?? "?"
                let verdict = row.failed(check) ? "caught by \(column)" : "NOT CAUGHT by \(check)"
                lines.append(padded(id, to: width + 2) + cells + "  " + verdict)
            }
            lines.append("")
            lines += uncaught.map { "\($0.id) is not caught by \($0.check)" } + idle.map { "\($0.id) catches no mistake" }
            if isSound { lines.append("Every mistake is caught by the check it names, and every check catches one.") }
            return lines
        }
    }
#endif
