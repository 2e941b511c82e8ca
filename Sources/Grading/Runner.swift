import CLinux
import Foundation
import Glibc
import Sockets

/// What one check's process is told to do.
struct Job: Codable {
    let lab: Int
    let check: String
    let subject: Subject
    let isolation: Isolation
}

/// The process that makes one check: parted from the machine, single-threaded, gone when its starter is.
///
/// The starter holds the other end of a pipe on stdin, the lifeline. When that closes (the starter has ended, in whatever
/// way), the check ends everything it has started and itself.
public enum Runner {
    /// The hidden word on the command line that makes a process a runner.
    public static let word = "run-check"
    /// The hidden word that makes a process try an isolation, and say by its exit code whether it works.
    public static let probeWord = "try-isolation"
    static let lifeline = Descriptor(adopting: STDIN_FILENO)
    nonisolated(unsafe) static var hasLifeline = false

    /// Makes the check that the argument describes, and prints its report as JSON on stdout.
    public static func run(_ argument: String) -> Never {
        do {
            let job = try JSONDecoder().decode(Job.self, from: Data(argument.utf8))
            guard let check = Lab.all.first(where: { $0.number == job.lab })?.check(job.check) else {
                throw Finding.notRun("there is no such check")
            }
            try job.isolation.enter()
            _ = clinux_adopt_orphans()
            _ = signal(SIGPIPE, SIG_IGN)
            hasLifeline = true
            let report = make(check, of: job.subject)
            try StandardStream.output.write(Array(JSONEncoder().encode(report)).span)
            exit(0)
        } catch {
            try? StandardStream.error.write(Array("\(error)\n".utf8).span)
            exit(2)
        }
    }

    /// Tries an isolation. Ends the process: with 0 if it works, else with 1 and the reason on stderr.
    public static func probe(_ argument: String) -> Never {
        do {
            try Isolation(rawValue: argument)?.enter()
            exit(0)
        } catch {
            try? StandardStream.error.write(Array("\(error)\n".utf8).span)
            exit(1)
        }
    }

    /// Makes one check, and cleans up after it.
    static func make(_ check: Check, of subject: Subject) -> CheckReport {
        let trial = Trial(subject, seed: check.id)
        var verdict = Verdict.passed
        var message: String?
        let start = ContinuousClock.now
        do {
            try check.body(trial)
            if let reason = trial.violation {
                verdict = .failed
                message = reason
            }
        } catch Finding.failure(let text) {
            (verdict, message) = trial.judge(text, step: check.step)
        } catch Finding.notRun(let text) {
            (verdict, message) = (.notRun, text)
        } catch {
            (verdict, message) = (.graderError, "the grader failed: \(error)")
        }
        let duration = Int(start.duration(to: .now) / .milliseconds(1))
        trial.endPrograms()
        let events = verdict == .passed ? [] : trial.transcript.events
        return CheckReport(check, verdict, message: message, durationMs: duration, transcript: events)
    }

    /// The starter is gone: nobody waits for a verdict any more.
    static func abandon(_ trial: Trial) -> Never {
        trial.endPrograms()
        _exit(3)
    }
}

extension Trial {
    /// Why a program was ended by the grader, if one was.
    var violation: String? {
        programs.lazy.compactMap { program in program.violation.map { "the \(program.name) \($0), and was ended" } }.first
    }

    /// What a failure means: a starter may have said that it is not solved, or a program may have ended on the way.
    func judge(_ failure: String, step: Int) -> (Verdict, String) {
        // A program that is just ending has written its last words before its connections closed. Wait for the rest.
        _ = try? wait(until: .after(.milliseconds(200))) { programs.allSatisfy { $0.ending != nil } }
        if programs.contains(where: { $0.errorText.contains("unsolved: step ") }) {
            _ = try? wait(until: .after(Trial.patience)) { programs.contains { $0.unsolvedStep != nil } }
        }
        for program in programs {
            // A starter that has come past this step has shown what it can do; what follows is no excuse.
            guard let unsolved = program.unsolvedStep, unsolved <= step else { continue }
            let line = program.errorLines.last { $0.hasPrefix("unsolved: ") } ?? ""
            return (.unsolved, "step \(unsolved) is not solved yet\(line.components(separatedBy: ": ").last.map { ": \($0)" } ?? "")")
        }
        if let violation { return (.failed, "\(violation)\n\(failure)") }
        var text = failure
        for program in programs {
            guard let ending = program.ending, ending != .exited(0), !text.contains(ending.description) else { continue }
            text += "\nthe \(program.name) \(ending.description)"
            if let last = program.errorLines.last { text += "; its last line on stderr: \(last)" }
        }
        return (.failed, text)
    }
}
