import Foundation
import Grading
import Testing

/// A server that is running already is graded by what it does; what needs its process or its options is not run.
@Suite struct RunningServerTests {
    @Test(arguments: [("echo-server", []), ("binary-codec", ["serve"])])
    func `is graded over the network alone`(_ name: String, _ command: [String]) async throws {
        let lab = try #require(Lab.all.first { $0.name == name })
        let server = Process()
        server.executableURL = URL(filePath: Built.path("\(name)-solution"))
        server.arguments = command + ["--port", "0"]
        let output = Foundation.Pipe()
        server.standardOutput = output
        try server.run()
        defer { server.terminate() }
        let report = try await onThread {
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            let port = try #require(UInt16(line.split(separator: ":").last?.dropLast() ?? ""))
            return Built.grader.grade(lab, .server(host: "127.0.0.1", port: port))
        }
        for check in report.checks {
            let needsProcess = try #require(lab.check(check.id)).startsProgram
            #expect(check.status == (needsProcess ? .notRun : .passed), story(check))
        }
        #expect(report.passed >= 15)
    }
}
