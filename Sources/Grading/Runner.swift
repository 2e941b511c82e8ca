import CLinux
import Foundation
import Glibc
import Sockets

/// What one check's process is told to do.
struct Job: Codable {
    let lab: Int
    let check: String
    let subject: Subject
    /// The program that it meets, in a check of two programs.
    let partner: Subject?
    let isolation: Isolation
    /// Where the packets of a failed check are kept; nil if they are not.
    let capture: String?
    /// What the program can see of the machine; nil where it is trusted.
    let jail: Jail?
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
    /// Whether programs are started in a jail, perhaps as another user.
    nonisolated(unsafe) static var isJailed = false

    /// Makes the check that the argument describes, and prints its report as JSON on stdout.
    public static func run(_ argument: String) -> Never {
        do {
            let job = try JSONDecoder().decode(Job.self, from: Data(argument.utf8))
            guard let lab = Lab.all.first(where: { $0.number == job.lab }), let check = lab.check(job.check) ?? lab.encounter(job.check)
            else {
                throw Finding.notRun("there is no such check")
            }
            try job.isolation.enter()
            if let jail = job.jail {
                try jail.enter()
                _ = clinux_start_as_nobody()
                isJailed = true
            }
            _ = clinux_adopt_orphans()
            _ = signal(SIGPIPE, SIG_IGN)
            hasLifeline = true
            // Swift's report of a crash, without the registers: what they hold says nothing to whoever reads a transcript.
            setenv("SWIFT_BACKTRACE", "registers=none,images=none", 0)
            // On the machine's own loopback, others' packets would be among them.
            let packets = job.isolation == .shared ? nil : PacketRecord()
            let report = make(check, of: lab, job.subject, meeting: job.partner, packets, keepingIn: job.capture)
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
    ///
    /// - Parameter path: Where to keep the packets of a failed check, without the ending.
    static func make(
        _ check: Check, of lab: Lab, _ subject: Subject, meeting partner: Subject?, _ packets: PacketRecord?, keepingIn path: String?
    ) -> CheckReport {
        let trial = Trial(subject, meeting: partner, seed: check.id, packets: packets)
        var verdict = Verdict.passed
        var message: String?
        var moment = ContinuousClock.now
        let start = ContinuousClock.now
        do {
            try check.body(trial)
            if let reason = trial.violation {
                verdict = .failed
                (message, moment) = (reason, .now)
            }
        } catch Finding.failure(let text, let instant) {
            moment = instant
            (verdict, message) = trial.judge(text, step: check.step)
        } catch Finding.notRun(let text) {
            (verdict, message) = (.notRun, text)
        } catch {
            (verdict, message) = (.graderError, "the grader failed: \(error)")
        }
        let duration = Int(start.duration(to: .now) / .milliseconds(1))
        let events = verdict == .passed ? [] : trial.eventsWithoutBacktraces
        var report = CheckReport(check, verdict, message: message, durationMs: duration, transcript: events)
        if verdict == .failed { trial.addEvidence(to: &report, of: lab, until: moment, keepingIn: path) }
        trial.endPrograms()
        return report
    }

    /// The starter is gone: nobody waits for a verdict any more.
    static func abandon(_ trial: Trial) -> Never {
        trial.endPrograms()
        _exit(3)
    }
}

extension Trial {
    /// Keeps the packets of a failed check, or the capture that the program has misread, and what was done, each in a file that
    /// the report names.
    func addEvidence(to report: inout CheckReport, of lab: Lab, until moment: ContinuousClock.Instant, keepingIn path: String?) {
        for program in programs {
            guard let remark = program.remark, !report.remarks.contains(remark) else { continue }
            report.remarks.append(remark)
        }
        do {
            if let packets {
                let file = path.map { $0 + ".pcapng" }
                let found = try packets.finish(at: moment, writing: file, about: report.message ?? "", transcript)
                if !found.lines.isEmpty { report.ladder = found.lines }
                report.remarks += found.remarks
                if found.isWritten { report.capture = file }
            }
            guard let path else { return }
            if report.capture == nil, let capture {
                let file = path + "." + capture.pathExtension
                try Data(contentsOf: capture).write(to: URL(fileURLWithPath: try withFolder(file)))
                report.capture = file
            }
            report.replay = try keepExchange(at: path, lab: lab.name, check: report.id, capture: report.capture)
        } catch {
            transcript.add("grader", "could not keep the evidence: \(error)")
            report.transcript = transcript.events
        }
    }

    /// Writes down what was done, and keeps the files that the program was given; nil where nothing was done but starting the program,
    /// unless it read a capture, and where the grader was the server of a client: that part is not played again.
    private func keepExchange(at path: String, lab: String, check: String, capture kept: String?) throws -> String? {
        var exchange = transcript.exchange
        if let capture, let kept {
            exchange = exchange.last(reading: kept, insteadOf: capture.path)
            guard !exchange.steps.isEmpty else { return nil }
        } else {
            guard exchange.steps.count > 1, !hasServed else { return nil }
        }
        (exchange.lab, exchange.check, exchange.isPlayable) = (lab, check, makeLayer == nil)
        if let scratch, exchange.options.contains(where: { $0.contains(scratch.path) }) {
            try FileManager.default.copyItem(atPath: scratch.path, toPath: try withFolder(path))
            exchange.move(scratch.path, to: path)
        }
        let file = path + ".json"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(exchange).write(to: URL(fileURLWithPath: try withFolder(file)), options: .atomic)
        return file
    }

    /// What happened, without the screens of registers and frames that a crash leaves: what is worth knowing of them stands in the message.
    fileprivate var eventsWithoutBacktraces: [Event] {
        var events = transcript.events
        for program in programs where program.hasBacktrace {
            // It is written in small pieces, and may be taken in that way.
            guard let start = events.firstIndex(where: { $0.who == program.name && $0.what.hasPrefix("stderr: ***") }) else { continue }
            events[start].what = "stderr: (a backtrace)"
            let rest = events[(start + 1)...].filter { $0.who != program.name || !$0.what.hasPrefix("stderr: ") }
            events = events[...start] + rest
        }
        return events
    }

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
            guard let ending = program.ending, ending != program.expectedEnding, !text.contains(ending.description) else { continue }
            // A starter's own way to end is no surprise.
            if let unsolved = program.unsolvedStep {
                if programs.count == 1 { text += "\nthe program then came to step \(unsolved), which is not solved yet, and ended" }
                continue
            }
            text += "\nthe \(program.name) \(ending.description)\(program.lastWords)"
        }
        return (.failed, text)
    }
}

/// The same path, once the folder that it is in exists.
///
/// - Throws: What the file system says.
public func withFolder(_ path: String) throws -> String {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return path
}
