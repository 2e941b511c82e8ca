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
                "Prints a matrix of mistakes and checks: X failed, . passed, - not run because a check before it failed.",
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
        private var rows: [(mistake: Mistake, report: LabReport)] = []

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
            let reports = Mutex<[String: LabReport]>([:])
            let begun = Atomic(0)
            let workers = (0..<programs).map { _ in
                Completion.inThread {
                    while true {
                        let number = begun.add(1, ordering: .relaxed).oldValue
                        guard number < mistakes.count else { return }
                        console.status.show("\(lab.name): mistake \(number + 1) of \(mistakes.count), \(mistakes[number].id)")
                        let report = grader.grade(lab, .command([path, mistakes[number].id]))
                        reports.withLock { $0[mistakes[number].id] = report }
                    }
                }
            }
            for worker in workers { worker.wait() }
            rows = reports.withLock { reports in mistakes.compactMap { mistake in reports[mistake.id].map { (mistake, $0) } } }
            console.status.clear()
        }

        /// Whether every mistake is caught by the check it names, and every check catches one.
        var isSound: Bool { uncaught.isEmpty && idle.isEmpty }

        private func status(_ id: String, _ report: LabReport) -> Verdict? { report.checks.first { $0.id == id }?.status }
        private var uncaught: [Mistake] { rows.filter { status($0.mistake.check, $0.report) != .failed }.map(\.mistake) }
        private var idle: [Check] { lab.checks.filter { check in !rows.contains { status(check.id, $0.report) == .failed } } }

        var lines: [String] {
            let width = rows.map(\.mistake.id.count).max() ?? 0
            var lines = ["Lab \(lab.number) · \(lab.title): \(rows.count) mistakes, \(lab.checks.count) checks", ""]
            for (number, check) in lab.checks.enumerated() {
                let count = rows.count { status(check.id, $0.report) == .failed }
                lines.append(
                    padded("\(number + 1)", to: 4) + padded("step \(check.step)", to: 8) + padded(check.id, to: 34) + "catches \(count)")
            }
            // The numbers of the columns, tens above ones.
            let tens = lab.checks.indices.map { ($0 + 1) % 10 == 0 ? "\(($0 + 1) / 10 % 10)" : " " }.joined()
            let ones = lab.checks.indices.map { "\(($0 + 1) % 10)" }.joined()
            lines += ["", padded("", to: width + 2) + tens, padded("", to: width + 2) + ones]
            for (mistake, report) in rows {
                let cells = report.checks.map { $0.status == .failed ? "X" : $0.status == .passed ? "." : "-" }.joined()
                let column = lab.checks.firstIndex { $0.id == mistake.check }.map { "\($0 + 1)" } ?? "?"
                let verdict = status(mistake.check, report) == .failed ? "caught by \(column)" : "NOT CAUGHT by \(mistake.check)"
                lines.append(padded(mistake.id, to: width + 2) + cells + "  " + verdict)
            }
            lines.append("")
            lines += uncaught.map { "\($0.id) is not caught by \($0.check)" } + idle.map { "\($0.id) catches no mistake" }
            if isSound { lines.append("Every mistake is caught by the check it names, and every check catches one.") }
            return lines
        }
    }
#endif
