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

    /// The results in this form.
    ///
    /// - Parameters:
    ///   - style: For ``text``.
    ///   - environment: For ``classroom50``: what its runner says.
    /// - Throws: ``Failure`` if the format holds a single student and there are others.
    func text(of report: ClassReport, style: Style, environment: [String: String] = [:]) throws -> String {
        switch self {
        case .text: return plainText(report, style: style)
        case .json: return try report.json()
        case .junit: return junitText(report)
        case .csv: return gradebookText(report)
        case .markdown: return markdownText(report)
        case .html: return htmlText(report)
        case .gradescope: return try gradescopeText(try onlySubmission(of: report))
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
