import Foundation
import Testing

@testable import Grading
@testable import workbook

struct JUnitFormatTests {
    private static let xmllint = "/usr/bin/xmllint"

    private func report(_ verdict: Verdict, message: String? = "why") -> Element? {
        let check = CheckReport(Lab.echoServer.checks[0], verdict, message: message, durationMs: 1_005)
        let lab = LabReport(.echoServer, program: "p", checks: [check])
        let text = junitText(ClassReport(date: SampleClass.date, submissions: [Submission(student: "Ada", labs: [lab])]))
        return try? MarkupReader.read(text).all("testcase").first
    }

    @Test func `Each verdict has its element`() throws {
        #expect(try #require(report(.passed)).children.isEmpty)
        for (verdict, name) in [(Verdict.failed, "failure"), (.graderError, "error"), (.unsolved, "skipped"), (.notRun, "skipped")] {
            let test = try #require(report(verdict))
            #expect(test.children.map(\.name) == [name])
            #expect(test.children[0].attributes["message"] == "why")
            #expect(test.children[0].attributes["type"] == (name == "skipped" ? nil : verdict.rawValue))
        }
        let failed = try #require(report(.failed))
        #expect(failed.attributes["time"] == "1.005")
        #expect(failed.attributes["classname"] == "echo-server.step-1")
        #expect(failed.attributes["name"]?.hasPrefix("2.1 \(Lab.echoServer.checks[0].id): ") == true)
        #expect(failed.children[0].text.hasPrefix("why\nhint: "))
    }

    @Test func `The sums of a suite are those of its cases`() throws {
        let suites = try MarkupReader.read(junitText(SampleClass.report)).all("testsuite")
        #expect(suites.count == 12 * Lab.all.count + 1)
        for suite in suites {
            let cases = suite.all("testcase")
            #expect(suite.attributes["tests"] == "\(cases.count)")
            for (attribute, element) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
                #expect(suite.attributes[attribute] == "\(cases.count { $0.children.first?.name == element })")
            }
            #expect(suite.attributes["timestamp"] == "2026-07-01T12:00:00")
        }
        #expect(suites.map { $0.attributes["id"] } == suites.indices.map { "\($0)" })
    }

    @Test func `What could not be graded is a failure, not a suite without tests`() throws {
        let nothing = Submission(student: "Ada", labs: [], problem: "it does not build:\nerror: x")
        let suites = try MarkupReader.read(junitText(ClassReport(date: SampleClass.date, submissions: [nothing]))).all("testsuite")
        #expect(suites.count == 1 && suites[0].attributes["failures"] == "1")
        #expect(suites[0].all("failure")[0].text == "it does not build:\nerror: x")
    }

    @Test func `Hostile texts arrive, escaped`() throws {
        let root = try MarkupReader.read(junitText(SampleClass.hostile))
        let failures = root.all("failure").map(\.text)
        #expect(failures.contains { $0.hasPrefix(#"\x00\x01\x07\x08\x0B\x0C\x1B[31mred\x1B[0m\x7F\x9B"#) })
        for text in ["]]>", "<script>alert(1)</script>", "👩‍👩‍👧‍👦 🏳️‍🌈 é"] { #expect(failures.contains { $0.hasPrefix(text + "\n") }) }
        #expect(failures.allSatisfy { $0.unicodeScalars.count < 20_100 })
        #expect(root.all("property").contains { $0.attributes["value"] == "name, with commas\\x0D and lines\\x0D" })
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: xmllint), "xmllint (libxml2-utils) is not installed"))
    func `It holds to the schema`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let fixture = try Fixture()
        for report in [SampleClass.report, SampleClass.hostile] {
            try fixture.workspace.write(junitText(report), to: "results.xml")
            let process = Process()
            process.executableURL = URL(filePath: Self.xmllint)
            process.arguments = [
                "--noout", "--schema", root.appendingPathComponent("Docs/junit.xsd").path, fixture.workspace.path("results.xml"),
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }
}
