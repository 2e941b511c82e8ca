import CLinux
import Foundation
import Glibc
import Sockets
import Synchronization

/// Grades a program: makes a lab's checks side by side, each in a process of its own.
public struct Grader: Sendable {
    /// The `workbook` executable, which is also what makes the checks.
    public let runner: String
    /// How far the checks are parted from the machine.
    public let isolation: Isolation
    /// How many checks are made at a time. Most of them wait most of the time.
    public let jobs: Int
    /// How many checks are made at a time unless told otherwise: most of them wait for their program or the clock.
    public static let defaultJobs = 12
    /// The folder in which packets and exchanges of failed checks are kept, files for each; nil if they are not.
    public let evidence: String?
    /// What programs can see of the machine; nil where they are trusted.
    public let jail: Jail?
    /// How long a check may take before the grader itself is at fault. The checks' own deadlines come long before.
    private static let limit = Duration.seconds(180)

    /// A grader that uses the strongest isolation that works here, or the one asked for.
    public init(runner: String, isolation: Isolation? = nil, jobs: Int = Grader.defaultJobs, evidence: String? = nil, jail: Jail? = nil) {
        self.runner = runner
        self.isolation = isolation ?? Grader.strongestIsolation(runner: runner)
        self.jobs = jobs
        self.evidence = evidence
        self.jail = jail
    }

    /// Grades a program against some checks of a lab, or all of them.
    ///
    /// Blocks until all are done. A check whose needs did not pass is not made.
    ///
    /// - Parameters:
    ///   - checks: What to report. Whatever they need is made as well, and not reported, unless `alone` says otherwise.
    ///   - alone: Makes the checks without looking at what they need.
    ///   - progress: Called after each check, with the number done so far and the number in all.
    public func grade(
        _ lab: Lab, _ subject: Subject, checks wanted: [Check]? = nil, alone: Bool = false,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) -> LabReport {
        let wanted = wanted ?? lab.checks
        let queue = CheckQueue(alone ? wanted : lab.closure(of: wanted), alone: alone)
        let threads = (0..<max(1, min(jobs, queue.total))).map { _ in
            Completion.inThread {
                while let (check, verdict) = queue.next() {
                    let report = verdict ?? run(check, of: lab, subject)
                    progress(queue.finish(check, report), queue.total)
                }
            }
        }
        for thread in threads { thread.wait() }
        let reports = queue.reports
        return LabReport(lab, program: subject.description, checks: wanted.compactMap { reports[$0.id] })
    }

    /// Has one program meet another in the lab's encounters, until one of them does not pass. Blocks until that is done.
    ///
    /// - Parameter server: nil where the lab has no servers, and the client meets the workbook's own.
    public func meet(_ lab: Lab, _ client: Subject, _ server: Subject?) -> [CheckReport] {
        var reports: [CheckReport] = []
        for encounter in lab.encounters {
            // A pair that hangs once would hang every time.
            if let trouble = reports.first(where: { $0.status != .passed }) {
                reports.append(CheckReport(encounter, .notRun, message: "not tried, because '\(trouble.id)' did not pass"))
            } else {
                reports.append(run(encounter, of: lab, client, meeting: server))
            }
        }
        return reports
    }

    /// Makes one check in a process of its own.
    private func run(_ check: Check, of lab: Lab, _ subject: Subject, meeting partner: Subject? = nil) -> CheckReport {
        let level: Isolation = if case .server = subject { .shared } else { isolation }
        let capture = evidence.map { "\($0)/\(lab.folderName)/\(check.id)" }
        // What an earlier run has left says nothing about this one.
        if let capture {
            for ending in ["pcapng", "pcap", "json"] { unlink("\(capture).\(ending)") }
            try? FileManager.default.removeItem(atPath: capture)
        }
        let job = Job(
            lab: lab.number, check: check.id, subject: subject, partner: partner, isolation: level, capture: capture, jail: jail)
        do {
            let argument = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
            let (code, output, errors) = try Grader.collect([runner, Runner.word, argument], until: .after(Grader.limit))
            if let report = try? JSONDecoder().decode(CheckReport.self, from: Data(output)) { return report }
            let words = String(decoding: errors.suffix(2_000), as: UTF8.self)
            let what = output.isEmpty ? "no report" : "a report that can't be read: \(String(decoding: output.prefix(300), as: UTF8.self))"
            return CheckReport(check, .graderError, message: "the check's process ended with code \(code) and \(what)\n\(words)")
        } catch {
            return CheckReport(check, .graderError, message: "the check's process failed: \(error)")
        }
    }

    /// Runs a process to its end and collects what it writes. It holds a lifeline on stdin: when this process ends, it does too.
    ///
    /// - Throws: `SocketError` if it can't be started.
    public static func collect(
        _ words: [String], until deadline: Deadline
    ) throws(SocketError) -> (code: Int32, output: [UInt8], errors: [UInt8]) {
        let lifeline = try PipeEnds()
        let output = try PipeEnds()
        let errors = try PipeEnds()
        let id = clinux_start(
            words.map { $0 + "\0" }.joined(), Int32(words.count), nil, lifeline.readEnd.number, output.writeEnd.number,
            errors.writeEnd.number, [], 0, 0)
        guard id != -1 else { throw SocketError("exec", address: words[0], code: errno) }
        let outputEnd = output.takeReadEnd()
        let errorEnd = errors.takeReadEnd()
        var collected: ([UInt8], [UInt8]) = ([], [])
        var open = (true, true)
        while open.0 || open.1 {
            var entries = [PollEntry(outputEnd, open.0 ? .readable : []), PollEntry(errorEnd, open.1 ? .readable : [])]
            guard try poll(&entries, until: deadline) else {
                kill(-id, SIGKILL)
                break
            }
            if open.0, !entries[0].ready.isEmpty { open.0 = try take(outputEnd, into: &collected.0) }
            if open.1, !entries[1].ready.isEmpty { open.1 = try take(errorEnd, into: &collected.1) }
        }
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 && errno == EINTR {}
        return (status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F), collected.0, collected.1)
    }

    /// Returns whether there may be more.
    private static func take(_ end: borrowing Descriptor, into bytes: inout [UInt8]) throws(SocketError) -> Bool {
        let part = try end.read(upTo: 65_536) ?? []
        bytes += part
        return !part.isEmpty
    }

    /// The strongest isolation that the kernel grants this user, found by trying.
    public static func strongestIsolation(runner: String) -> Isolation {
        Isolation.allCases.first { failure(of: $0, runner: runner) == nil } ?? .shared
    }

    /// Why an isolation does not work here, or nil if it does.
    public static func failure(of isolation: Isolation, runner: String) -> String? {
        do {
            let (code, _, errors) = try collect([runner, Runner.probeWord, isolation.rawValue], until: .after(.seconds(10)))
            return code == 0 ? nil : String(decoding: errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch { return "\(error)" }
    }
}
