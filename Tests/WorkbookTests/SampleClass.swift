import Foundation

@testable import Grading
@testable import workbook

/// A made-up class, the same in every run: some have solved everything, some are on the way, one does not compile.
enum SampleClass {
    /// 2026-07-01 12:00:00 UTC.
    static let date = Date(timeIntervalSince1970: 1_782_907_200)

    static let report = ClassReport(date: date, submissions: submissions)
    /// One of them, who has got some way.
    static let one = ClassReport(date: date, submissions: [submissions[6]])
    static let nobody = ClassReport(date: date, submissions: [])
    /// What formats are tried with, by name.
    static let reports = ["class": report, "one": one, "nobody": nobody, "hostile": hostile]

    private static let submissions: [Submission] = {
        var random = SeededGenerator(seed: 7)
        let names = [
            "Ada Lovelace", "Grace Hopper", "Radia Perlman", "Vinton Cerf", "Jon Postel", "Elizabeth Feinler", "José Ångström-Nuñez", "李小龍",
            "Van Jacobson", "Sally Floyd", "Paul Baran",
        ]
        // How many steps of each lab are solved, and how many checks of these go wrong.
        let progress: [([Int], Int)] = [
            ([9, 9, 9], 0), ([9, 9, 9], 1), ([9, 7, 2], 2), ([3, 5, 0], 1), ([9, 9, 9], 0), ([2, 2, 0], 3), ([9, 4, 1], 2), ([9, 9, 3], 4),
            ([1, 3, 0], 2), ([9, 6, 6], 1), ([0, 0, 0], 0),
        ]
        var all = zip(names, progress).map { name, progress in
            let labs = Lab.all.enumerated().map { index, lab in
                labReport(lab, solved: index < progress.0.count ? progress.0[index] : 0, mistakes: progress.1, &random)
            }
            return Submission(student: name, labs: labs, seconds: Double.random(in: 20...90, using: &random))
        }
        let labs = Lab.all.map { lab in
            LabReport(lab, program: lab.name, checks: lab.checks.map { CheckReport($0, .notRun, message: "it does not build") })
        }
        let problem =
            "it does not build:\nLabs/02-echo-server/EchoSession.swift:30:17: error: cannot find 'mesage' in scope\n"
            + "30 |         return !mesage.isEmpty\n   |                 `- error: cannot find 'mesage' in scope"
        all.append(Submission(student: "Leonard Kleinrock", labs: labs, problem: problem, seconds: 12.25))
        // One check on which the grader failed.
        all[9].labs[1] = replaced(all[9].labs[1], at: 20, .graderError, "the check's process ended with exit code 3")
        return all
    }()

    private static func replaced(_ report: LabReport, at place: Int, _ verdict: Verdict, _ message: String) -> LabReport {
        var checks = report.checks
        checks[place].status = verdict
        checks[place].message = message
        checks[place].points = 0
        return rebuilt(report, checks)
    }

    /// The same report about other checks: its sums follow from them.
    static func rebuilt(_ report: LabReport, _ checks: [CheckReport]) -> LabReport {
        LabReport(Lab.named(report.name) ?? .echoServer, program: report.program, checks: checks)
    }

    private static func labReport(_ lab: Lab, solved: Int, mistakes: Int, _ random: inout SeededGenerator) -> LabReport {
        let candidates = lab.checks.filter { $0.step <= solved }
        let wrong = Set((0..<(candidates.isEmpty ? 0 : mistakes)).compactMap { _ in candidates.randomElement(using: &random)?.id })
        var stopped: Set<String> = []
        let checks = lab.checks.map { check -> CheckReport in
            let time = Int(pow(10, Double.random(in: 0.8...3.2, using: &random)))
            if check.step > solved {
                return CheckReport(check, .unsolved, message: "step \(solved + 1) is not solved yet: open \(lab.folder)", durationMs: time)
            }
            if let need = check.needs.first(where: { wrong.contains($0) || stopped.contains($0) }) {
                stopped.insert(check.id)
                return CheckReport(check, .notRun, message: "builds on '\(need)', which did not pass")
            }
            guard wrong.contains(check.id) else { return CheckReport(check, .passed, durationMs: time) }
            return failed(check, time)
        }
        return LabReport(lab, program: ".build/debug/\(lab.name)", checks: checks)
    }

    private static func failed(_ check: Check, _ time: Int) -> CheckReport {
        let message = """
            sent 264 bytes, got back 3: stopped before the NUL byte at offset 3
              expected offset 0: 61 62 63 00 64 65 66 00 00 01 02 03 04 05 06 07  |abc.def.........|
              received offset 0: 61 62 63  |abc|
            """
        let events = [
            Event(timeUs: 0, who: "program", what: "started: .build/debug/echo-server --port 0", data: nil),
            Event(timeUs: 31_000, who: "program", what: "stdout: listening on 127.0.0.1:43663", data: nil),
            Event(timeUs: 31_200, who: "client 1", what: "connected to 127.0.0.1:43663", data: nil),
            Event(timeUs: 31_400, who: "client 1", what: "sent 264 bytes", data: #""abc\0def\0\0\x01\x02\x03\x04\x05\x06\x07\x08\t\n"..."#),
            Event(timeUs: 31_500, who: "client 1", what: "received 3 bytes", data: #""abc""#),
            Event(timeUs: 5_031_700, who: "client 1", what: "received nothing more by the deadline", data: nil),
        ]
        var report = CheckReport(check, .failed, message: message, durationMs: time + 5_000, transcript: events)
        report.remarks = ["the program stops at the first NUL byte: strlen and String count no further"]
        report.ladder = [
            "    ms  client 1 :49876    program :43663", "31.161  ├─ SYN seq 0 ───────────────────▶",
            "31.170  ◀───────── SYN,ACK seq 0 ack 1 ─┤",
        ]
        return report
    }

    /// Texts that a program, a student or a compiler may come up with, and no format may stumble over.
    static let hostileTexts = [
        "\u{0}\u{1}\u{7}\u{8}\u{B}\u{C}\u{1B}[31mred\u{1B}[0m\u{7F}\u{9B}", "a \"quoted\" 'text'", "]]>", "<script>alert(1)</script>",
        "</pre></details><img src=x onerror=alert(1)>", "👩‍👩‍👧‍👦 🏳️‍🌈 é", "name, with\ncommas\r\nand lines\r", "=HYPERLINK(\"http://x\",\"y\")",
        "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1", "`` ` ```` |a|b| **bold** [l](http://x) &amp; \\ $x$", "\u{202E}desrever\u{2066}",
        "\u{FFFE}\u{FFFF}",
        // Quotation marks and brackets with an accent: other characters to Swift, the same to whoever reads the file.
        "\"\u{301} onmouseover=x <\u{301}b> &\u{301} |\u{301}", "", " ", "\n", "..", "/etc/passwd",
        String(repeating: "long ", count: 5_000), "a" + String(repeating: "\u{301}", count: 10_000),
    ]

    /// A class in which every text is hostile.
    static let hostile: ClassReport = {
        let submissions = hostileTexts.map { text in
            let checks = [Verdict.failed, .graderError, .unsolved, .notRun].enumerated().map { place, verdict -> CheckReport in
                var check = CheckReport(Lab.echoServer.checks[place], verdict, message: text, durationMs: 5)
                check.title = text
                check.remarks = [text]
                check.hint = text
                check.ladder = [text]
                check.capture = text
                check.transcript = [Event(timeUs: 0, who: text, what: text, data: text)]
                return check
            }
            var lab = LabReport(.echoServer, program: text, checks: checks)
            lab.checks[0].id = text
            return Submission(student: text, labs: [lab], problem: text, seconds: 1)
        }
        return ClassReport(date: date, submissions: submissions)
    }()
}
