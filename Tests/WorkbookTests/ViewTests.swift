import Foundation
import Testing

@testable import Grading
@testable import workbook

/// Makes reports of lab 2 without grading anything.
private func report(
    _ verdicts: [String: Verdict] = [:], otherwise: Verdict = .passed, steps: ClosedRange<Int> = 1...7, message: String? = nil,
    transcript: [Event] = []
) -> LabReport {
    let checks = Lab.echoServer.checks.filter { steps.contains($0.step) }.map { check in
        let verdict = verdicts[check.id] ?? otherwise
        let isPlain = verdict == .passed
        return CheckReport(check, verdict, message: isPlain ? nil : message, transcript: isPlain ? [] : transcript)
    }
    return LabReport(.echoServer, program: "/w/.build/debug/echo-server", checks: checks)
}

private func style(_ width: Int = 80) -> Style { Style(width: width, hasColour: false, hasUnicode: true) }

struct BoardTests {
    private func board(_ progress: StudentProgress, width: Int = 80, isChanged: Bool = false) -> [String] {
        BoardView(
            labs: [.echoServer], progress: progress, style: style(width), file: { "\($0.folder)/step\($1.number).swift" },
            isChanged: { _ in isChanged }
        ).lines
    }

    @Test func `At the beginning it shows the first step and how to begin`() {
        let lines = board(StudentProgress())
        #expect(lines[0].hasSuffix("0 of \(Lab.echoServer.maxPoints) points"))
        #expect(lines.contains { $0.contains("step 1") && $0.contains("← next") })
        #expect(
            lines.suffix(3).map { $0.split(separator: " ").joined(separator: " ") } == [
                "read swift run workbook read 2", "open Labs/02-echo-server/step1.swift", "check swift run workbook check 2",
            ])
    }

    @Test func `A failed step is next, and says how many checks failed`() {
        var progress = StudentProgress()
        progress.record(report(["half-close": .failed]), of: .echoServer)
        let lines = board(progress)
        #expect(lines.contains { $0.contains("✗ step 3") && $0.contains("1 of 9 checks failed  ← next") })
        #expect(lines.contains { $0.contains("✓ step 4") })
        #expect(lines.contains { $0.contains("6/7 steps") })
        #expect(lines.last?.hasSuffix("swift run workbook hint 2") == true)
        #expect(board(progress, isChanged: true).contains { $0.contains("has changed since") })
    }

    @Test func `What passed before and fails now is said`() {
        var progress = StudentProgress()
        progress.record(report(), of: .echoServer)
        progress.record(report(["half-close": .failed]), of: .echoServer)
        #expect(board(progress).contains { $0.contains("1 of 9 checks failed, passed before  ← next") })
        let lines = ReportView(
            lab: .echoServer, report: report(["half-close": .failed, "closes-at-end": .failed]), style: style(),
            passedBefore: ["half-close"]
        ).lines
        #expect(lines.count { $0.hasPrefix("  ✗ ") && $0.hasSuffix("(passed before)") } == 1)
    }

    @Test func `What was not run is not green`() {
        var progress = StudentProgress()
        progress.record(report(["ipv6": .notRun]), of: .echoServer)
        #expect(board(progress).contains { $0.contains("– step 1") })
        #expect(!progress.isFinished(.echoServer))
    }

    @Test func `At the end nothing is next`() {
        var progress = StudentProgress()
        progress.record(report(), of: .echoServer)
        let lines = board(progress)
        #expect(lines.last == "Every lab is solved. Well done.")
        #expect(!lines.contains { $0.contains("next") })
    }

    @Test(arguments: [40, 60, 80, 120]) func `It fits the width`(width: Int) {
        let lines = board(StudentProgress(), width: width)
        // What is to be typed or opened stays in one piece; the rungs need 60 columns.
        if width >= 60 { #expect(lines.allSatisfy { columns($0) <= width }) }
    }
}

struct ReportTests {
    private let events = [
        Event(timeUs: 0, who: "program", what: "started: /w/.build/debug/echo-server --port 0", data: nil),
        Event(timeUs: 12_345, who: "client 1", what: "sent 5 bytes", data: #""abc\0d""#),
    ]

    private func lines(
        _ report: LabReport, needs: [CheckReport] = [], isVerbose: Bool = false, isStudents: Bool = true, hasSolution: Bool = true
    ) -> [String] {
        ReportView(
            lab: .echoServer, report: report, needs: needs, style: style(), isVerbose: isVerbose, isStudents: isStudents,
            hasSolution: hasSolution,
            shortened: { $0.replacing("/w/", with: "") }
        ).lines
    }

    @Test func `Every check passed`() {
        let lines = lines(report())
        #expect(lines[1] == "program: .build/debug/echo-server")
        #expect(lines.count { $0.hasPrefix("  ✓ ") } == Lab.echoServer.checks.count)
        #expect(lines.suffix(2) == ["Every check of the lab passed.", "compare with the reference: swift run workbook solution 2"])
        #expect(self.lines(report(), hasSolution: false).last == "see what comes next: swift run workbook")
        let step = self.lines(report(steps: 2...2))
        #expect(step.last == "then comes step 3, Echo a stream: swift run workbook check 2.3")
    }

    @Test func `The first failed check is shown with its transcript, the others with their messages`() throws {
        let failed = report(
            ["half-close": .failed, "closes-at-end": .failed], message: "sent 5 bytes, got back 3\n  expected 61 62  \"ab\"",
            transcript: events)
        let short = lines(failed)
        #expect(short.count { $0.contains("client 1  sent 5 bytes") } == 1)
        #expect(short.count { $0 == "    expected 61 62  \"ab\"" } == 2)
        #expect(short.contains("   0.0 ms  program   started: .build/debug/echo-server --port 0"))
        #expect(short.contains("  a hint: swift run workbook hint 2.3"))
        #expect(short.count { $0.contains("what happened: swift run workbook explain 2.3 ") } == 1)
        #expect(lines(failed, isVerbose: true).count { $0.contains("client 1  sent 5 bytes") } == 2)
        // Hints are counted for the student's own lab; of another program, the hint itself is shown.
        let other = lines(failed, isStudents: false)
        #expect(!other.contains { $0.contains("workbook hint") })
        #expect(other.contains { $0.hasPrefix("  hint: ") })
    }

    @Test func `Steps that are not solved yet are one line, and the next one is named`() {
        let later = Lab.echoServer.checks.filter { $0.step > 2 }
        let verdicts = Dictionary(uniqueKeysWithValues: later.map { ($0.id, Verdict.unsolved) })
        let lines = lines(report(verdicts, message: "step 3 is not solved yet: open Labs/02-echo-server/EchoSession.swift"))
        #expect(lines.contains("· Steps 3 to 7 are not solved yet"))
        #expect(!lines.contains { $0.contains("Step 4") })
        #expect(lines.last == "step 3 is next: open Labs/02-echo-server/EchoSession.swift")
    }

    @Test func `Steps that wait for what failed are one line, unless every reason is wanted`() {
        let waiting = Lab.echoServer.checks.filter { $0.step > 5 }
        let verdicts = Dictionary(uniqueKeysWithValues: waiting.map { ($0.id, Verdict.notRun) })
        let report = report(verdicts, message: "builds on 'half-close', which did not pass")
        let short = lines(report)
        #expect(short.contains("– Steps 6 and 7 were not run: they build on what failed"))
        #expect(!short.contains { $0.contains("Step 6") })
        #expect(lines(report, isVerbose: true).contains { $0.contains("(not run: builds on") })
    }

    @Test func `What says the same again is folded`() {
        let crowd = (1...48).map { Event(timeUs: $0, who: "client \($0)", what: "sent 1 byte", data: "\"a\"") }
        let echoes = (1...5).map { Event(timeUs: $0, who: "program", what: "stderr: accept failed", data: nil) }
        let lines = folded(events + crowd + echoes)
        #expect(lines.count == events.count + 2)
        #expect(lines[2].who == "48 clients" && lines[2].timeUs == 1)
        #expect(lines[3].what == "stderr: accept failed (5 times)")
        let runs = (1...6).flatMap { number in
            ["started: /w/x read a.pcap", "ended with exit code 0"].map {
                Event(timeUs: number, who: "program \(number)", what: $0, data: nil)
            }
        }
        #expect(
            folded(runs).map(\.what) == ["(5 runs before this one are left out)", "started: /w/x read a.pcap", "ended with exit code 0"])
    }

    @Test func `What could not be made says why, once, and with the cause`() throws {
        let check = try #require(Lab.echoServer.check("ready-line"))
        let need = CheckReport(check, .failed, message: "no ready line came")
        let lines = lines(report(otherwise: .notRun, steps: 2...2, message: "builds on 'ready-line', which did not pass"), needs: [need])
        #expect(lines.contains { $0.hasPrefix("  – sends back exactly what came (not run: builds on") })
        #expect(lines.contains("✗ ready-line (step 1): says where it listens, at once"))
        #expect(lines.contains("  no ready line came"))
    }

    @Test func `The grader's own failure is not the student's`() {
        let lines = lines(report(["ipv6": .graderError], message: "the check's process ended"))
        #expect(lines.contains { $0.hasPrefix("! the grader failed ipv6") })
        #expect(lines.last?.contains("please report it") == true || lines.suffix(2).joined().contains("says nothing about your program"))
    }

    @Test func `Transcripts fit the width`() {
        let data = String(repeating: "\\x00", count: 40)
        let long = Event(timeUs: 99, who: "client 12", what: "received 1,048,576 bytes in 812 pieces", data: data)
        for width in [60, 80, 120] {
            for line in transcriptTable(events + [long], style: style(width)) { #expect(columns(line) <= width) }
        }
        #expect(transcriptTable([], style: style()).isEmpty)
        #expect(milliseconds(12_345) == "12.3 ms")
    }

    @Test func `shows of a crowd only the client that failed`() {
        var events = [Event(timeUs: 0, who: "program", what: "listens", data: nil)]
        for number in 1...40 { events.append(Event(timeUs: number, who: "client \(number)", what: "connected", data: nil)) }
        for time in 41...80 { events.append(Event(timeUs: time, who: "program", what: "stderr: hello", data: nil)) }
        let (shown, leftOut) = excerpt(of: events, about: "client 3 got nothing back")
        #expect(shown.map(\.who) == ["program", "client 3", "program"])
        #expect(shown.last?.what == "stderr: hello (40 times)")
        #expect(leftOut == 78)
        // Nobody is named: the one that was last heard of.
        #expect(excerpt(of: events, about: "got nothing back").events.map(\.who) == ["program", "client 40", "program"])
        let few = Array(events.prefix(40))
        #expect(excerpt(of: few, about: "client 3 got nothing back").events.count == 40)
        // The first and the last of very many.
        let many = (0..<100).map { Event(timeUs: $0, who: "program", what: "line \($0)", data: nil) }
        #expect(excerpt(of: many, about: "").events.map(\.timeUs) == Array(0..<10) + Array(70..<100))
    }
}

struct SmallViewTests {
    @Test func `Compiler errors, and nothing else of a build`() {
        let output = """
            [0/2] Write sources
            [3/4] Compiling echo_server EchoSession.swift
            Labs/02-echo-server/EchoSession.swift:3:5: warning: variable 'x' was never used
            3 |     var x = 1
            Labs/02-echo-server/EchoSession.swift:30:17: error: cannot find 'mesage' in scope
            30 |         return !mesage.isEmpty
               |                 `- error: cannot find 'mesage' in scope

            [4/4] Emitting module echo_server
            Labs/02-echo-server/EchoSession.swift:30:17: error: cannot find 'mesage' in scope
            30 |         return !mesage.isEmpty
            """
        #expect(
            compilerErrors(in: output) == [
                "Labs/02-echo-server/EchoSession.swift:30:17: error: cannot find 'mesage' in scope",
                "30 |         return !mesage.isEmpty",
                "   |                 `- error: cannot find 'mesage' in scope",
            ])
        #expect(compilerErrors(in: "strange\nwords\n") == ["strange", "words"])
        #expect(buildProgress(in: "[1/9] A\n[12/46] Compiling\nx") == "12/46")
        #expect(buildProgress(in: "x") == nil)
    }

    @Test func `A hint says how many are left`() throws {
        let check = try #require(Lab.echoServer.check("half-close"))
        func lines(_ shown: Int, isRepeated: Bool = false) -> String {
            HintView(lab: .echoServer, check: check, shown: shown, isRepeated: isRepeated, verdict: .failed, style: style())
                .lines.joined(separator: "\n")
        }
        #expect(lines(1).contains("hint 1 of 2: \(check.hints[0])"))
        #expect(lines(1).contains("1 more"))
        #expect(lines(2).contains("hint 2 of 2") && lines(2).contains("last one"))
        #expect(lines(2, isRepeated: true).contains("hint 1 of 2") && lines(2, isRepeated: true).contains("read 2"))
    }

    @Test func `The doctor names the mend of what is missing`() {
        let findings = [
            Finding(name: "a", state: .present, detail: "fine", mend: "unseen"),
            Finding(name: "b", state: .absent, detail: "gone", mend: "get b"),
            Finding(name: "c", state: .missing, detail: "gone", mend: "get c"),
        ]
        let lines = [
            "✓ a  fine", "– b  gone", "     mend: get b", "✗ c  gone", "     mend: get c", "", "One thing that is needed is missing.",
        ]
        #expect(doctorReport(findings, style: style()) == lines)
        #expect(swiftVersion(in: "Apple Swift version 6.3.1 (swift-6.3.1-RELEASE)") == "6.3.1")
        #expect(hasCapability(13, inStatus: "Name:\tx\nCapEff:\t0000000000002000\n"))
        #expect(!hasCapability(13, inStatus: "CapEff:\t0000000000001000\n"))
    }

    @Test func `A starter that has come apart says where`() {
        #expect(firstDifference("a\nb", "a\nb") == nil)
        #expect(firstDifference(nil, "a") == "is missing")
        #expect(firstDifference("a\n  b", "a\n  c") == "line 2 is 'b'; its solution makes 'c'")
        #expect(firstDifference("a", "a\nb") == "line 2 is the end of the file; its solution makes 'b'")
    }
}

struct BuildFailureTests {
    private func lines(errors count: Int) -> [String] {
        let errors = (0..<count).flatMap {
            ["Labs/02-echo-server/EchoServer.swift:\($0 + 1):5: error: number \($0)", "\($0 + 1) |     oops"]
        }
        return BuildFailureView(lab: .echoServer, errors: errors, style: style()).lines
    }

    @Test func `The first errors are shown with their lines, and the others counted`() {
        #expect(lines(errors: 8).count { $0.contains("error:") } == 8)
        #expect(lines(errors: 8).last == "8 |     oops")
        let many = lines(errors: 40)
        #expect(many.count { $0.contains("error:") } == 8)
        #expect(many.suffix(3) == ["8 |     oops", "", "and 32 more: mend these first"])
    }
}
