import Foundation
import Glibc
import Grading
import Sockets
import Testing

/// Programs that do what programs should not: each gets the right verdict, and nothing of it is left running.
@Suite struct HostileProgramTests {
    private static let lab = Lab.all.first { $0.name == "echo-server" }

    /// What a check, that of the ready line if none is named, says of a shell script.
    private func verdict(
        of script: String, by check: String = "ready-line", isolation: Isolation = Built.grader.isolation
    ) async throws -> CheckReport {
        let lab = try #require(Self.lab)
        let check = try #require(lab.check(check))
        let report = try await onThread {
            Grader(runner: Built.path("workbook"), isolation: isolation).grade(lab, .command(["sh", "-c", script]), checks: [check])
        }
        return try #require(report.checks.first)
    }

    @Test(arguments: [
        ("exec sleep 1000", "no ready line came on stdout within 10 seconds, and the program has no listening socket"),
        ("exit 7", "ended with exit code 7"),
        ("echo oops >&2; exit 1", "its last line on stderr: oops"),
        ("kill -SEGV $$", "was ended by signal 11 (SIGSEGV)"),
        ("printf 'oops\\n\\n' >&2; exit 1", "its last line on stderr: oops"),
        (
            "printf 'Swift/Array.swift:6: Fatal error: Index out of range\\n\\n0 0x1 f() + 6 in swiftCore\\n' >&2;"
                + "echo '1 0x2 g(_:) + 5 in x at /w/Labs/02-echo-server/A.swift:7:3' >&2; kill -ILL $$",
            "(SIGILL): Fatal error: Index out of range, reached from /w/Labs/02-echo-server/A.swift:7"
        ),
        ("echo '*** Swift runtime failure: arithmetic overflow ***' >&2; kill -ILL $$", "(SIGILL): arithmetic overflow"),
        ("echo 'unsolved: step 3: open Labs/x' >&2; exit 99", "since it came to step 3, which is not solved yet"),
        // As when the machine has no time for it between closing its descriptors and its end.
        ("exec >&-; sleep 0.05; echo 'unsolved: step 3: open Labs/x' >&2; exit 99", "since it came to step 3, which is not solved yet"),
        ("exec >&-; exec sleep 1000", "has closed its stdout"),
        ("exec cat /dev/zero", "wrote more than 4 MiB"),
        ("echo listening on", "the first line on stdout must be"),
        ("echo listening on localhost:7; exec sleep 1000", "must name the address in numbers"),
        ("printf 'listening on 127.0.0.1:9'; exec sleep 1000", "has no newline at its end"),
        ("echo listening on 127.0.0.1:9; exec sleep 1000", "could not connect: connect 127.0.0.1:9: Connection refused (ECONNREFUSED)"),
        ("exit 99", "ended with exit code 99"),
        // A buffer of 540 MiB.
        ("dd if=/dev/zero of=/dev/null bs=540M; exit 1", "used more than 512 MiB of memory"),
    ])
    func `gets a verdict that says what happened`(_ script: String, _ words: String) async throws {
        let report = try await verdict(of: script)
        #expect(report.status == .failed, story(report))
        #expect(report.message?.contains(words) == true, story(report))
    }

    @Test func `is seen to loop when it does nothing else`() async throws {
        let report = try await verdict(of: "while :; do :; done")
        #expect(report.remarks.contains { $0.contains("a loop that never waits does that") }, story(report))
    }

    /// The signal of `stops-on-signals` reaches the script alone.
    @Test func `is told that the server is another process than the one that was started`() async throws {
        let server = """
            perl -MSocket -e '$| = 1; $SIG{TERM} = $SIG{INT} = sub { exit };
            socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(0, INADDR_LOOPBACK)); listen($s, 9);
            print "listening on 127.0.0.1:", (sockaddr_in(getsockname($s)))[0], "\\n"; sleep'
            """
        let script = try await verdict(of: server + "; true", by: "stops-on-signals")
        #expect(script.status == .failed, story(script))
        #expect(script.remarks.contains { $0.contains("the program had ended while 'perl', which it had started, ran on") }, story(script))
        let itself = try await verdict(of: "exec " + server, by: "stops-on-signals")
        #expect(itself.status == .passed, story(itself))
    }

    @Test func `is unsolved only if it says so and ends with 99`() async throws {
        let unsolved = try await verdict(of: "echo 'unsolved: step 1: open Labs/x' >&2; exit 99")
        #expect(unsolved.status == .unsolved, story(unsolved))
        let liar = try await verdict(of: "echo 'unsolved: step 1: open Labs/x' >&2; exit 1")
        #expect(liar.status == .failed, story(liar))
    }

    /// Children, grandchildren in sessions of their own, and programs that ignore every signal they can.
    @Test(arguments: Isolation.allCases)
    func `leaves nothing running`(_ isolation: Isolation) async throws {
        if Grader.failure(of: isolation, runner: Built.path("workbook")) != nil {
            try Test.cancel("this machine can't isolate by '\(isolation.rawValue)'")
        }
        let mark = "4\(UInt32.random(in: 0...UInt32.max))"
        let report = try await verdict(
            of:
                "trap '' TERM INT HUP; sleep \(mark) & setsid sleep \(mark) & (setsid sh -c 'setsid sleep \(mark) & sleep \(mark)' &); exec sleep \(mark)",
            isolation: isolation)
        #expect(report.status == .failed, story(report))
        #expect(processes(containing: mark) == [])
    }

    /// However the grader ends, what it started ends with it.
    @Test(arguments: Isolation.allCases, [SIGINT, SIGTERM, SIGKILL])
    func `does not outlive the grader`(_ isolation: Isolation, _ signal: Int32) async throws {
        if Grader.failure(of: isolation, runner: Built.path("workbook")) != nil {
            try Test.cancel("this machine can't isolate by '\(isolation.rawValue)'")
        }
        let mark = "6\(UInt32.random(in: 0...UInt32.max))"
        try await onThread {
            let grader = Process()
            grader.executableURL = URL(filePath: Built.path("workbook"))
            grader.currentDirectoryURL = Built.root
            let script = "trap '' TERM INT HUP; sleep \(mark) & setsid sleep \(mark) & exec sleep \(mark)"
            grader.arguments = ["check", "2", "--isolation", isolation.rawValue, "--program", "sh -c \"\(script)\""]
            grader.standardOutput = FileHandle.nullDevice
            grader.standardError = FileHandle.nullDevice
            try grader.run()
            let started = eventually { processes(containing: mark).count { $0.contains(": sleep \(mark)") } == 3 }
            kill(grader.processIdentifier, signal)
            grader.waitUntilExit()
            #expect(started, "the program did not start")
            #expect(eventually { processes(containing: mark).isEmpty }, "left running: \(processes(containing: mark))")
        }
    }

    @Test func `is ended when it starts processes without end`() async throws {
        let mark = "5\(UInt32.random(in: 0...UInt32.max))"
        let report = try await verdict(of: "while :; do sleep \(mark) & done")
        #expect(report.message?.contains("started more than 64 processes") == true, story(report))
        #expect(processes(containing: mark) == [])
    }

    /// A whole lab, not one check: a program that never answers must not take for ever.
    @Test
    func `is graded within thirty seconds when it is silent`() async throws {
        let lab = try #require(Self.lab)
        let (report, time) = try await onThread {
            let start = ContinuousClock.now
            return (Built.grader.grade(lab, .command(["sh", "-c", "exec sleep 1000"])), start.duration(to: .now))
        }
        #expect(time < .seconds(30))
        #expect(report.failed == 1)
        #expect(report.notRun == lab.checks.count - 1)
        #expect(report.exitCode == 1)
    }

    @Test func `costs the grader no descriptor`() async throws {
        /// What is open, by what it leads to and nothing else does: a pipe by its inode, a process by its number.
        @Sendable func open() -> Set<String> {
            let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            let names = numbers.map { number in
                let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")) ?? ""
                guard target == "anon_inode:[pidfd]" else { return target }
                let facts = FileManager.default.contents(atPath: "/proc/self/fdinfo/\(number)").map { String(decoding: $0, as: UTF8.self) }
                return "process \(facts?.split(separator: "\n").first { $0.hasPrefix("Pid:") } ?? "")"
            }
            return Set(names.filter { $0.hasPrefix("pipe:") || $0.hasPrefix("socket:") || $0.hasPrefix("process Pid:") })
        }
        let before = open()
        var since: Set<String> = []
        for _ in 0..<20 {
            _ = try await verdict(of: "exit 1")
            since.formUnion(open().subtracting(before))
        }
        // Tests run beside this one, and what they have opened is closed when they are done; a leak of one a run would stay.
        let opened = since
        #expect(try await onThread { eventually { opened.intersection(open()).count < 20 } })
    }

}

/// The processes whose command line holds a text.
func processes(containing mark: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.filter { Int($0) != nil }.compactMap { id in
        let words = FileManager.default.contents(atPath: "/proc/\(id)/cmdline").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = words.replacing("\0", with: " ")
        return line.contains(mark) ? "\(id): \(line)" : nil
    }
}

/// Whether something that gives no sign comes true within ten seconds. Looks every few milliseconds.
func eventually(_ condition: () -> Bool) -> Bool {
    let deadline = Deadline.after(.seconds(10))
    guard let pipe = try? PipeEnds() else { return false }
    while !condition() {
        if deadline.hasPassed { return false }
        _ = try? pipe.readEnd.wait(for: .readable, until: .after(.milliseconds(10)))
    }
    return true
}
