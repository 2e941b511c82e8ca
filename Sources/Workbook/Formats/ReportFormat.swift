import Grading

/// The forms in which results are written.
enum ReportFormat: String, CaseIterable, Sendable {
    /// For a person at a terminal.
    case text
    /// All there is: ``ClassReport``, described in Docs/result.schema.json.
    case json
    case junit, gradescope, classroom50
    /// A gradebook.
    case csv
    case markdown
    /// One page that needs nothing else.
    case html

    /// Whether the format holds a single student: of a class, each gets a file.
    var isOfOneStudent: Bool { self == .gradescope || self == .classroom50 }

    /// Who reads it, unless somebody says otherwise: what is about one student is given to that student, but for the forms that programs read.
    func audience(of report: ClassReport) -> Audience {
        switch self {
        case .gradescope, .classroom50: .student
        case .json, .csv: .teacher
        case .text, .junit, .markdown, .html: report.submissions.count == 1 ? .student : .teacher
        }
    }

    /// How the names of files end that are written in this form.
    var fileEnding: String {
        switch self {
        case .text: "txt"
        case .json, .gradescope, .classroom50: "json"
        case .junit: "xml"
        case .csv: "csv"
        case .markdown: "md"
        case .html: "html"
        }
    }

    /// The results in this form.
    ///
    /// - Parameters:
    ///   - audience: Who reads it; without one, ``audience(of:)``.
    ///   - style: For ``text``.
    ///   - gradescope: For ``gradescope``, which keeps hidden checks from students itself.
    ///   - environment: For ``classroom50``: what its runner says.
    /// - Throws: ``Failure`` if the format holds a single student and there are others.
    func text(
        of report: ClassReport, for audience: Audience? = nil, style: Style, gradescope: GradescopeSettings = GradescopeSettings(),
        environment: [String: String] = [:]
    ) throws -> String {
        // Gradescope is told everything, and keeps hidden tests from students itself.
        let isForStudent = self != .gradescope && (audience ?? self.audience(of: report)) == .student
        let report = isForStudent ? report.forStudent : report
        switch self {
        case .text: return plainText(report, style: style)
        case .json: return try report.json()
        case .junit: return junitText(report)
        case .csv: return gradebookText(report)
        case .markdown: return markdownText(report)
        case .html: return htmlText(report)
        case .gradescope: return try gradescopeText(try onlySubmission(of: report), gradescope)
        case .classroom50: return try classroom50Text(try onlySubmission(of: report), date: report.date, environment: environment)
        }
    }

    private func onlySubmission(of report: ClassReport) throws(Failure) -> Submission {
        guard report.submissions.count == 1 else {
            throw Failure("the format '\(rawValue)' holds one student, and here are \(report.submissions.count)")
        }
        return report.submissions[0]
    }
}

/// Who reads a report.
enum Audience: String, CaseIterable, Sendable {
    /// Is told of hidden checks how many there are and what they are worth, and nothing else.
    case student
    case teacher
}
