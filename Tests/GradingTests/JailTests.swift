import Foundation
import Sockets
import Testing

@testable import Grading
@testable import workbook

/// Jails as `grade` makes them.
enum Jails {
    /// Why this machine can make none; nil if it can. Found once.
    static let obstacle = JailedTools(isTrusting: false, runner: Built.path("workbook")).obstacle()

    /// Tools in jails; where there can be none, the test says that it was not run.
    static func tools() throws -> JailedTools {
        if let obstacle { try Test.cancel("this machine can make no jail: \(obstacle)") }
        return JailedTools(isTrusting: false, runner: Built.path("workbook"))
    }

    /// A folder that is gone afterwards.
    static func withFolder<Result>(_ work: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-jail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await work(folder)
    }
}

/// What somebody else's program can see and do.
@Suite struct JailTests {
    /// Runs a script in a jail, and returns how it ended and what it wrote.
    private func run(_ script: String, _ jail: Jail = Jail()) async throws -> (code: Int32, output: String) {
        let tools = try Jails.tools()
        return try await onThread {
            let outcome = try tools.run(["bash", "-c", script], in: "/", jail, until: .after(.seconds(60)))
            return (outcome.code, String(decoding: outcome.output, as: UTF8.self))
        }
    }

    @Test func `It sees no environment but its own`() async throws {
        let (code, output) = try await run("env | cut -d= -f1 | sort | tr '\\n' ' '; tr '\\0' '\\n' < /proc/1/environ | grep -c .")
        // Bash adds three of its own; that of the jail's first process can't be read at all.
        #expect(output.hasPrefix("HOME LC_ALL PATH PWD SHLVL TMPDIR _ "), "\(code) \(output)")
        #expect(output.contains("Permission denied") && output.hasSuffix("0\n"), "\(output)")
    }

    @Test func `It sees no home, no other files, no users and no other processes`() async throws {
        try await Jails.withFolder { folder in
            let secret = "\(folder)/secret"
            try Data("a secret".utf8).write(to: URL(fileURLWithPath: secret))
            let (_, output) = try await run(
                "ls -A / | tr '\\n' ' '; echo; ls -A $HOME; cat \(secret) /etc/passwd /etc/shadow \(Built.root.path)/Package.swift; ls -d /proc/[0-9]* | wc -l"
            )
            let lines = output.split(separator: "\n")
            let top = Set((lines.first ?? "").split(separator: " ").map { String($0) })
            #expect(top.isDisjoint(with: ["home", "root", "work", "srv", "var", "mnt", "media", "run"]), "\(output)")
            #expect(lines.count { $0.hasSuffix("No such file or directory") } == 4 && !output.contains("a secret"), "\(output)")
            // The jail's first process, the shell, and what the shell starts.
            #expect(lines.last.flatMap { Int($0) }.map { $0 <= 5 } == true, "\(output)")
        }
    }

    @Test func `It reaches nobody on the machine's network`() async throws {
        let listener = try Socket(.stream, .ipv4)
        try listener.bind(to: .loopback(port: 0))
        try listener.listen()
        let port = try listener.localAddress().port
        let (code, output) = try await run("exec 3<>/dev/tcp/127.0.0.1/\(port) && echo connected")
        #expect(code != 0 && output.contains("Connection refused") && !output.contains("connected"), "\(output)")
        let (_, names) = try await run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' \\n'")
        #expect(names == "lo")
    }

    @Test func `It writes where it may, and nowhere else`() async throws {
        try await Jails.withFolder { folder in
            let paths = ["\(folder)/readable", "\(folder)/writable"]
            for path in paths { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
            let jail = Jail(readable: [Jail.Place(paths[0], as: "/in")], writable: [Jail.Place(paths[1], as: "/out")])
            let places = ["/in", "/out", "/tmp", "/usr", "/usr/bin", "/etc", "/", "/dev"]
            let (_, output) = try await run(
                "for place in \(places.joined(separator: " ")); do touch $place/mark 2>/dev/null && echo $place; done", jail)
            #expect(output == "/out\n/tmp\n", "\(output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: paths[0]).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: paths[1]) == ["mark"])
            #expect(!FileManager.default.fileExists(atPath: "/tmp/mark"))
        }
    }

    @Test func `It gains nothing, and fills no disk`() async throws {
        let (_, status) = try await run("grep -E 'NoNewPrivs|CapEff|CapBnd' /proc/self/status | tr -s '\\t\\n' '  '")
        #expect(status.contains("NoNewPrivs: 1") && status.contains("CapEff: 0000000000"), "\(status)")
        let (code, output) = try await run("dd if=/dev/zero of=/tmp/big bs=1M count=80 2>&1; stat -c %s /tmp/big")
        #expect(output.contains("No space left on device"), "\(code) \(output)")
    }

    @Test func `What takes too long is ended, with all that it started`() async throws {
        let tools = try Jails.tools()
        let mark = "5\(UInt32.random(in: 0...UInt32.max))"
        let outcome = try await onThread {
            try tools.run(["bash", "-c", "setsid sleep \(mark) & sleep \(mark)"], in: "/", Jail(), until: .after(.milliseconds(500)))
        }
        #expect(outcome.isLate)
        // The last of a namespace's processes are gone a moment after its first.
        #expect(try await onThread { eventually { processes(containing: mark).isEmpty } })
    }

    /// Each is one of the worst things to do, kept small: the verdict is the student's, never the grader's.
    @Test(arguments: [
        ("for i in $(seq 300); do sleep 300 & done; wait", "started more than 64 processes"),
        ("kill -9 1; kill -9 -1; kill -9 $PPID; exit 7", "ended with exit code 7"),
        ("echo '{\"status\":\"passed\"}' | tee /proc/1/fd/1 /proc/$PPID/fd/1; exit 7", "ended with exit code 7"),
        ("echo '{}' > /lab/grades.json; echo '{}' > grades/ada.json; exit 7", "ended with exit code 7"),
        ("exec 3<>/proc/1/mem; cat /proc/1/environ; exit 7", "ended with exit code 7"),
    ])
    func `A hostile submission gets its verdict, and no more`(_ script: String, _ words: String) async throws {
        _ = try Jails.tools()
        let lab = try #require(Lab.named("echo-server"))
        let check = try #require(lab.check("ready-line"))
        let report = try await onThread {
            let grader = Grader(
                runner: Built.path("workbook"), isolation: .processes, jail: Jail(readable: [Jail.Place("/bin", as: "/lab")]))
            return grader.grade(lab, .command(["bash", "-c", script]), checks: [check])
        }
        let result = try #require(report.checks.first)
        #expect(result.status == .failed && result.message?.contains(words) == true, story(result))
    }

    @Test func `An archive is unpacked, and only its Swift files come out`() async throws {
        let tools = try Jails.tools()
        try await Jails.withFolder { folder in
            let script = """
                cd \(folder); mkdir -p in/Labs; echo 'let a = 1' > in/Labs/A.swift; echo x > in/notes.txt; ln -s /etc/hostname in/B.swift
                head -c 2000000 /dev/zero > in/C.swift; tar -czf in.tar.gz in; git init -q repo; cp in/Labs/A.swift repo
                git -C repo add .; git -C repo -c user.name=a -c user.email=a@b commit -qm a; git clone -q --bare repo bare.git
                """
            let outcome = try await onThread {
                try JailedTools(isTrusting: true).run(["sh", "-c", script], in: "/", Jail(), until: .after(.seconds(60)))
            }
            #expect(outcome.code == 0, "\(String(decoding: outcome.output, as: UTF8.self))")
            for (name, isRepository, files) in [("in.tar.gz", false, ["in/Labs/A.swift"]), ("bare.git", true, ["A.swift"])] {
                let unpacked = try await onThread { try tools.unpack("\(folder)/\(name)", isRepository: isRepository, into: folder) }
                let all = try FileManager.default.subpathsOfDirectory(atPath: unpacked).filter { $0.contains(".") }
                #expect(all == files)
            }
            let damaged = "\(folder)/damaged.zip"
            try Data("PK".utf8).write(to: URL(fileURLWithPath: damaged))
            let failure = await #expect(throws: Failure.self) {
                try await onThread { try tools.unpack(damaged, isRepository: false, into: folder) }
            }
            #expect(failure?.message.contains("damaged.zip can't be unpacked") == true)
        }
    }
}
