import Foundation
import Grading
import LabProgram

/// What `report` and `gradebook` were asked for: a form, who reads it, and what Gradescope wants to know.
struct FormatOptions {
    let format: ReportFormat
    /// nil leaves it to the format.
    let audience: Audience?
    let gradescope: GradescopeSettings

    /// What the options mean, a line each.
    static let details = [
        "--format FORMAT  \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")); text unless told otherwise",
        "--for student|teacher  students are not told what hidden checks are; without it, a single student's results are for the student,"
            + " but for json and csv",
        "--visibility V  for gradescope: who sees the results, visible (unless told otherwise), after_due_date, after_published, hidden",
        "--hidden-visibility V  the same of hidden checks: hidden (unless told otherwise), after_due_date, after_published",
        "--leaderboard BENCH.json  for gradescope: what 'bench LAB --json' printed or --output kept, for the leaderboard",
    ]

    /// The options among others.
    ///
    /// - Throws: `UsageError` that names what is wrong with one; ``Failure`` if the leaderboard's file is of no use.
    init(_ options: inout Options) throws {
        let format = try options.choice("format", of: ReportFormat.allCases) ?? .text
        self.format = format
        audience = try options.choice("for", of: Audience.allCases)
        if audience == .teacher, format.isOfOneStudent { throw UsageError("--for teacher: \(format.rawValue) is shown to students") }
        var settings = GradescopeSettings()
        let visibility = try options.choice("visibility", of: GradescopeVisibility.allCases)
        let hidden = try options.choice("hidden-visibility", of: GradescopeVisibility.allCases.filter { $0 != .visible })
        let path = try options.value("leaderboard")
        let given = [visibility.map { _ in "visibility" }, hidden.map { _ in "hidden-visibility" }, path.map { _ in "leaderboard" }]
        if format != .gradescope, let name = given.compactMap({ $0 }).first { throw UsageError("--\(name) is for --format gradescope") }
        settings.visibility = visibility ?? settings.visibility
        settings.hiddenVisibility = hidden ?? settings.hiddenVisibility
        settings.leaderboard = try path.map { try leaderboard(ofBench: $0) } ?? []
        gradescope = settings
    }

    /// The results as they are asked for.
    func text(of report: ClassReport, style: Style, environment: [String: String]) throws -> String {
        try format.text(of: report, for: audience, style: style, gradescope: gradescope, environment: environment)
    }
}

extension Options {
    /// The option of that name, one of a few words.
    ///
    /// - Throws: `UsageError` that names them.
    mutating func choice<Choice: RawRepresentable<String>>(_ name: String, of all: [Choice]) throws(UsageError) -> Choice? {
        guard let text = try value(name) else { return nil }
        let words = all.map(\.rawValue)
        guard let choice = all.first(where: { $0.rawValue == text }) else {
            let advice = nearest(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
            throw UsageError("--\(name) must be \(words.joined(separator: ", ")), not '\(text)'\(advice)")
        }
        return choice
    }
}

/// What a benchmark measured of the program that it was about, as lines of a leaderboard.
///
/// - Throws: ``Failure`` that names the file, if it holds no benchmark or nothing was measured.
private func leaderboard(ofBench path: String) throws(Failure) -> [LeaderboardEntry] {
    let bench = try BenchReport(savedIn: path)
    let entries = bench.leaderboard
    guard !entries.isEmpty else { throw Failure("\(path): nothing was measured in it", code: 1) }
    return entries
}

extension BenchReport {
    /// The first program's median in each row that was measured.
    var leaderboard: [LeaderboardEntry] {
        rows.compactMap { row in
            guard let median = row.series.first?.median else { return nil }
            // Four digits are more than a measurement repeats.
            let scale = median == 0 ? 1 : pow(10, 3 - floor(log10(abs(median))))
            let value = (median * scale).rounded() / scale
            return switch row.figure {
            case .rate: LeaderboardEntry(name: "\(row.title): \(row.unit) a second", value: value, order: "desc")
            case .throughput: LeaderboardEntry(name: "\(row.title): megabytes a second", value: value, order: "desc")
            case .latency: LeaderboardEntry(name: "\(row.title): microseconds", value: value, order: "asc")
            case .memory: LeaderboardEntry(name: "\(row.title): bytes", value: value, order: "asc")
            }
        }
    }
}
