import Grading
import Mistakes
import Testing

/// Every wrong program is caught by the check that it names, in the words that it names.
@Suite struct MistakeTests {
    @Test(arguments: Mistake.all)
    func `is caught by the check that it names`(_ mistake: Mistake) async throws {
        let lab = try #require(Lab.all.first { $0.number == mistake.lab })
        let check = try #require(lab.check(mistake.check), "there is no check '\(mistake.check)'")
        let report = try await onThread {
            let command = [Built.path("\(lab.name)-mistakes"), mistake.id]
            return Built.grader.grade(lab, .command(command), checks: [check], alone: true)
        }
        let outcome = try #require(report.checks.first)
        #expect(outcome.status == .failed, story(outcome))
        for word in mistake.words {
            #expect(outcome.message?.contains(word) == true, "the message must contain '\(word)'\n\(story(outcome))")
        }
    }

    @Test(arguments: Lab.all)
    func `exist for every check`(_ lab: Lab) {
        let caught = Set(Mistake.of(lab: lab.number).map(\.check))
        let unproved = lab.checks.map(\.id).filter { !caught.contains($0) }
        #expect(unproved.isEmpty, "no mistake shows that these checks can fail: \(unproved)")
    }
}

extension Mistake: CustomTestStringConvertible {
    /// What a test of it is called.
    public var testDescription: String { "lab \(lab): \(id)" }
}
extension Lab: CustomTestStringConvertible {
    /// What a test of it is called.
    public var testDescription: String { name }
}
