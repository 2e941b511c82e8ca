import Foundation
import Grading
import Sockets
import Synchronization

/// Grades a class: each submission in a stage and a jail of its own, several at a time, each result written as soon as it is there.
final class ClassGrading: Sendable {
    /// What a class is graded by.
    struct Plan: Sendable {
        let labs: [Lab]
        let jobs: Int
        /// Where results are written, a file for each student.
        let results: String
        let classFile: ClassFile
        let tools: JailedTools
        /// Whether submissions are graded again whose files are as they were.
        let isAnew: Bool
        /// Makes a place to build in, for each worker.
        let makeStage: @Sendable () throws(Failure) -> any BuildStage
    }

    private let plan: Plan
    private let console: Console
    private let scratch: String
    /// Another one for another grader: its results are not these.
    private let graderDigest: String
    private let waiting: Mutex<[(student: String, path: String)]>
    private let total: Int
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        var done = 0
        /// Those that were graded in this run, and not taken from an earlier one.
        var graded = 0
        var submissions: [Submission] = []
        var failure: Failure?
    }

    /// - Parameter scratch: A folder for what is only needed meanwhile.
    init(_ plan: Plan, _ submissions: [(student: String, path: String)], scratch: String, _ console: Console) {
        self.plan = plan
        self.console = console
        self.scratch = scratch
        let changed = (try? FileManager.default.attributesOfItem(atPath: plan.tools.runner))?[.modificationDate] as? Date
        graderDigest = "\(Command.version)-\(Int((changed ?? .distantPast).timeIntervalSince1970))"
        waiting = Mutex(submissions)
        total = submissions.count
    }

    /// Grades them all, and blocks until that is done.
    ///
    /// - Returns: The results, in the order of the students' names.
    /// - Throws: ``Failure`` if the grading itself can't go on; what was graded until then is written down.
    func run() throws(Failure) -> [Submission] {
        show()
        let workers = (1...max(1, min(plan.jobs, total))).map { _ in
            Completion.inThread { [self] in work() }
        }
        for worker in workers { worker.wait() }
        console.status.clear()
        let (submissions, failure) = state.withLock { ($0.submissions, $0.failure) }
        if let failure { throw failure }
        return submissions.sorted { $0.student < $1.student }
    }

    /// Takes one submission after the other, until there is none.
    private func work() {
        do throws(Failure) {
            var stage: (any BuildStage)?
            while let (student, path) = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                if state.withLock({ $0.failure != nil }) { return }
                let (submission, isNew) = try grade(student, path, &stage)
                state.withLock {
                    $0.done += 1
                    if isNew { $0.graded += 1 }
                    $0.submissions.append(submission)
                }
                show()
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    /// Grades one submission, or takes what an earlier run has found.
    private func grade(
        _ student: String, _ path: String, _ stage: inout (any BuildStage)?
    ) throws(Failure) -> (Submission, isNew: Bool) {
        let begin = ContinuousClock.now
        let finder = SubmissionFinder(labs: plan.labs, jail: plan.tools)
        let handedIn: HandedIn
        do {
            handedIn = try finder.read(student, path, scratch: scratch)
        } catch {
            let labs = plan.labs.map { notGraded($0, because: error.message) }
            return (try write(Submission(student: student, labs: labs, problem: error.message), handedIn: path), true)
        }
        let digest = "\(handedIn.digest)-\(plan.labs.map(\.name).joined(separator: "+"))-\(graderDigest)"
        let file = resultFile(of: student)
        if !plan.isAnew, let text = try? String(contentsOfFile: file, encoding: .utf8), let earlier = try? ClassReport(json: text),
            let submission = earlier.submissions.first, submission.digest == digest
        {
            // The teacher may have decided otherwise since.
            return (try write(submission, handedIn: path, at: earlier.date), false)
        }
        if stage == nil { stage = try plan.makeStage() }
        guard let usable = stage else { throw Failure("there is no stage to build in") }
        var labs: [LabReport] = []
        var problems: [String] = []
        for lab in plan.labs {
            guard handedIn.files[lab.name] != nil else {
                labs.append(notGraded(lab, because: "nothing was handed in for it"))
                continue
            }
            switch try usable.build(lab, of: handedIn, into: nil) {
            case .built(let folder): labs.append(check(lab, programIn: folder))
            case .failed(let errors):
                labs.append(notGraded(lab, because: "it does not build:\n\(errors)"))
                problems.append("lab \(lab.number) does not build: \(errors.split(separator: "\n").first ?? "")")
            }
        }
        if handedIn.files.isEmpty { problems.append("there is no file of a lab in \(path)") }
        var submission = Submission(
            student: student, labs: labs, problem: problems.isEmpty ? nil : problems.joined(separator: "\n"),
            seconds: begin.duration(to: .now) / .seconds(1))
        submission.digest = digest
        return (try write(submission, handedIn: path), true)
    }

    private func check(_ lab: Lab, programIn folder: String) -> LabReport {
        let isTrusting = plan.tools.isTrusting
        let place = isTrusting ? folder : "/lab"
        let jail = isTrusting ? nil : Jail(readable: [Jail.Place(folder, as: "/lab")])
        let grader = Grader(runner: plan.tools.runner, isolation: isTrusting ? nil : .processes, jail: jail)
        return grader.grade(lab, .command(["\(place)/\(lab.name)"]))
    }

    private func notGraded(_ lab: Lab, because reason: String) -> LabReport {
        LabReport(lab, program: lab.name, checks: lab.checks.map { CheckReport($0, .notRun, message: reason) })
    }

    // MARK: Results

    private func resultFile(of student: String) -> String { "\(plan.results)/\(fileName(of: student)).json" }

    /// Writes a result down, with what the teacher has decided about it.
    ///
    /// - Parameter path: What was handed in.
    private func write(_ submission: Submission, handedIn path: String, at date: Date = Date()) throws(Failure) -> Submission {
        var submission = submission
        plan.classFile.apply(to: &submission, handedInAt: modificationTime(of: path))
        do {
            let text = try ClassReport(date: date, submissions: [submission]).json()
            try Data(text.utf8).write(to: URL(fileURLWithPath: withFolder(resultFile(of: submission.student))), options: .atomic)
        } catch { throw Failure("\(resultFile(of: submission.student)) can't be written: \(error.localizedDescription)") }
        return submission
    }

    private func modificationTime(of path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }

    // MARK: Progress

    private func show() {
        let (done, graded) = state.withLock { ($0.done, $0.graded) }
        let text = "graded \(done) of \(total)" + timeLeft(since: start, done: graded, of: graded + total - done)
        console.status.show(text)
    }
}

/// `, 3 minutes left`: how long the rest takes if it goes on like this; empty before anything is done.
func timeLeft(since start: ContinuousClock.Instant, done: Int, of total: Int) -> String {
    guard done > 0 else { return "" }
    let left = start.duration(to: .now) / .seconds(1) / Double(done) * Double(total - done)
    return left > 90 ? ", \(Int((left / 60).rounded(.up))) minutes left" : ", \(Int(left.rounded(.up))) s left"
}
