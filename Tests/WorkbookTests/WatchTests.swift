import Foundation
import Glibc
import Sockets
import Testing

@testable import workbook

/// `watch` at a terminal of its own (pty(7)), with a build that says what the test wants.
struct WatchTests {
    @Test func `It grades on every save, and each key does its work`() async throws {
        let fixture = try Fixture()
        try await watching(fixture, build: "echo 'Labs/02-echo-server/EchoServer.swift:1:1: error: boom'; exit 1") { terminal in
            try terminal.expect("error: boom")
            try terminal.expect("q quit")
            terminal.clear()
            try fixture.workspace.write("changed", to: "Labs/02-echo-server/EchoServer.swift")
            try terminal.expect("error: boom")
            for (key, words) in [
                ("h", "hint 1 of"), ("l", "The networking workbook"), ("e", "No check of lab 2 failed"), ("r", "error: boom"),
            ] {
                terminal.clear()
                terminal.press(key)
                try terminal.expect(words)
            }
            terminal.clear()
            terminal.press("x")
            try terminal.expect("kept aside")
            terminal.press("y")
            try terminal.expect("as it was in the beginning.")
            terminal.press("q")
            #expect(try terminal.waitForEnd() == 0)
        }
        #expect(fixture.workspace.text("Labs/02-echo-server/EchoServer.swift")?.contains("unsolved") == true)
    }

    @Test func `A file that is renamed over the old one counts as saved`() async throws {
        let fixture = try Fixture()
        try await watching(fixture, build: "echo 'x.swift:1:1: error: boom'; exit 1") { terminal in
            try terminal.expect("q quit")
            terminal.clear()
            let folder = fixture.workspace.path("Labs/02-echo-server")
            try Data("new".utf8).write(to: URL(fileURLWithPath: folder + "/.EchoServer.swift.swp"))
            #expect(rename(folder + "/.EchoServer.swift.swp", folder + "/EchoServer.swift") == 0)
            try terminal.expect("error: boom")
            terminal.press("q")
            #expect(try terminal.waitForEnd() == 0)
        }
    }

    @Test func `A build that hangs holds up no key, and ends with it`() async throws {
        let fixture = try Fixture()
        let mark = fixture.workspace.path("hanging")
        try await watching(fixture, build: "echo $$ > \(mark); exec sleep 1000") { terminal in
            let deadline = Deadline.after(.seconds(20))
            while (fixture.workspace.text("hanging") ?? "").isEmpty, !deadline.hasPassed { try terminal.listen(.milliseconds(20)) }
            terminal.press("l")
            try terminal.expect("The networking workbook")
            terminal.press("q")
            #expect(try terminal.waitForEnd() == 0)
            let build = try #require(Int32((fixture.workspace.text("hanging") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)))
            let gone = Deadline.after(.seconds(10))
            while kill(build, 0) == 0, !gone.hasPassed { try terminal.listen(.milliseconds(20)) }
            #expect(kill(build, 0) == -1, "the build goes on")
        }
    }

    /// Starts `watch 2` with a `swift` of our own, in a thread of its own, because reading from a terminal blocks.
    private func watching(_ fixture: Fixture, build: String, _ body: @escaping @Sendable (Terminal) throws -> Void) async throws {
        try fixture.workspace.write("#!/bin/sh\n\(build)\n", to: "bin/swift")
        chmod(fixture.workspace.path("bin/swift"), 0o755)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let terminal = try Terminal(["watch", "2"], in: fixture.workspace)
                        defer { terminal.kill() }
                        try body(terminal)
                    })
            }
        }
    }
}

/// A terminal with a program at it: what it shows, and the keys that are pressed.
private final class Terminal {
    private let descriptor: Descriptor
    private let process = Process()
    private var text = ""

    init(_ words: [String], in workspace: Workspace) throws {
        // What grantpt(3) and its like do is not in Swift's Glibc: pty(7), ioctl_tty(2).
        descriptor = Descriptor(adopting: open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
        var (unlocked, number): (Int32, UInt32) = (0, 0)
        guard ioctl(descriptor.number, 0x4004_5431, &unlocked) == 0, ioctl(descriptor.number, 0x8004_5430, &number) == 0 else {
            throw SocketError("ioctl", address: "/dev/ptmx", code: errno)
        }
        let name = "/dev/pts/\(number)"
        let slave = FileHandle(fileDescriptor: open(name, O_RDWR | O_NOCTTY | O_CLOEXEC), closeOnDealloc: true)
        process.executableURL = Bundle.main.bundleURL.appendingPathComponent("workbook")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.root)
        let path = workspace.path("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        process.environment = ["PATH": path, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"]
        (process.standardInput, process.standardOutput, process.standardError) = (slave, slave, slave)
        try process.run()
    }

    func press(_ keys: String) { _ = try? descriptor.write(Array(keys.utf8).span) }

    /// Forgets what was shown.
    func clear() { text = "" }

    /// Takes in what is shown for so long at most.
    func listen(_ time: Duration) throws {
        guard try !descriptor.wait(for: .readable, until: .after(time)).isEmpty else { return }
        // Once the other end has closed, reading fails with EIO.
        if let bytes = try? descriptor.read(upTo: 65_536) { text += String(decoding: bytes, as: UTF8.self) }
    }

    func expect(_ words: String) throws {
        let deadline = Deadline.after(.seconds(30))
        while !text.contains(words), !deadline.hasPassed { try listen(.milliseconds(50)) }
        try #require(text.contains(words), "'\(words)' is not shown, but\n\(text)")
    }

    func waitForEnd() throws -> Int32 {
        let deadline = Deadline.after(.seconds(20))
        while process.isRunning, !deadline.hasPassed { try listen(.milliseconds(20)) }
        return process.isRunning ? -1 : process.terminationStatus
    }

    func kill() { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }
}
