import Foundation
import Grading

/// What one student handed in, and what the checks say of it.
struct Submission: Codable, Sendable {
    /// Whose it is: a name, or whatever else the submission is called by. Any text; nothing may rely on its characters.
    var student: String
    /// The labs that were graded, in the workbook's order. A lab that could not be graded is best there all the same, with every check
    /// not run: then what it could have earned is known.
    var labs: [LabReport]
    /// What kept the submission from being graded as it should: it did not build, or was ended; nil if nothing did.
    var problem: String?
    /// How long building and grading took, in seconds, 0 and up; 0 where it was not measured.
    var seconds: Double
    /// Another one for other files: with it, a grading that was broken off goes on where it was.
    var digest: String?
    /// In percent, after weights and deadlines, where the teacher has a file that says so: see ``ClassFile``.
    var grade: Double?

    init(student: String, labs: [LabReport], problem: String? = nil, seconds: Double = 0) {
        self.student = student
        self.labs = labs
        self.problem = problem
        // Milliseconds are as much as a clock knows here, and more digits only make results differ.
        self.seconds = seconds.isFinite ? (max(0, seconds) * 1_000).rounded() / 1_000 : 0
    }

    /// What was earned, and what can be, in all labs together.
    var points: Int { labs.reduce(0) { $0 + $1.points } }
    var maxPoints: Int { labs.reduce(0) { $0 + $1.maxPoints } }

    /// The submission as the student may see it: see ``LabReport/forStudent``.
    var forStudent: Submission {
        var submission = self
        submission.labs = labs.map(\.forStudent)
        return submission
    }

    /// Writes `null` where there was no problem, so that every submission has the same keys.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(student, forKey: .student)
        try container.encode(labs, forKey: .labs)
        try container.encode(problem, forKey: .problem)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(digest, forKey: .digest)
        try container.encode(grade, forKey: .grade)
    }
}

/// The results of a class, or of one student: what every format is made from. Its JSON form is described in Docs/result.schema.json.
struct ClassReport: Codable, Sendable {
    /// The version of the format.
    var version = ClassReport.currentVersion
    /// The version of the workbook that graded.
    var workbook = Command.version
    /// When the grading ended.
    var date: Date
    /// In the order in which they are shown.
    var submissions: [Submission]

    static let currentVersion = 1

    init(date: Date, submissions: [Submission]) {
        self.date = date
        self.submissions = submissions
    }

    /// The report as students may see it.
    var forStudent: ClassReport {
        var report = self
        report.submissions = submissions.map(\.forStudent)
        return report
    }

    /// One object on one line, with the keys in alphabetical order: the same results are the same bytes.
    func json() throws -> String { try jsonLine(self) }

    /// The report that a JSON text holds.
    ///
    /// - Throws: ``Failure`` if it holds none, or one of a newer workbook.
    init(json text: String) throws(Failure) {
        struct Header: Decodable { let version: Int }
        let (decoder, data) = (JSONDecoder(), Data(text.utf8))
        decoder.dateDecodingStrategy = .iso8601
        guard let header = try? decoder.decode(Header.self, from: data) else { throw Failure("it is no result of a grading") }
        guard header.version <= ClassReport.currentVersion else {
            throw Failure("it was written by a newer workbook (version \(header.version) of the format)")
        }
        do {
            self = try decoder.decode(ClassReport.self, from: data)
        } catch {
            throw Failure("it is no result of a grading, or a damaged one: \(error)")
        }
    }
}
