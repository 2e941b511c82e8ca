import Foundation
import Grading

/// What a teacher decides about a class, in one small file: weights, deadlines, and what students are not told.
///
///     {
///       "labs": {
///         "echo-server": { "weight": 2, "deadline": "2026-12-01T18:00:00Z", "late_percent_per_day": 10, "hidden": ["half-close-unsent"] },
///         "udp-sender": { "weight": 1 }
///       }
///     }
struct ClassFile: Codable, Sendable {
    /// By the labs' names; a lab that is not named has the weight 1 and no deadline.
    var labs: [String: Rule] = [:]

    struct Rule: Codable, Sendable {
        /// What the lab counts, next to the others; 0 and up.
        var weight: Double?
        /// When it is due.
        var deadline: Date?
        /// How much of the lab's points is lost with each day that has begun since then, 0 to 100; 100 unless told otherwise.
        var latePercentPerDay: Double?
        /// The checks that are not described to students, by their names.
        var hidden: [String]?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case weight, deadline, hidden
            case latePercentPerDay = "late_percent_per_day"
        }
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        labs = try container.decodeIfPresent([String: Rule].self, forKey: .labs) ?? [:]
    }

    /// Reads the file.
    ///
    /// - Throws: ``Failure`` that names what is wrong with it.
    init(path: String) throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure("\(path): there is no such file", code: 1) }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            self = try decoder.decode(ClassFile.self, from: data)
        } catch {
            throw Failure("\(path) is no class file: \(describe(error))", mend: "its form is in Docs/teacher-guide.md", code: 1)
        }
        try refuseUnknownKeys(of: data, path)
        for (name, rule) in labs.sorted(by: { $0.key < $1.key }) {
            guard let lab = Lab.all.first(where: { $0.name == name }) else {
                throw Failure("\(path): there is no lab '\(name)'\(suggestion(name, Lab.all.map(\.name)))", code: 1)
            }
            for id in rule.hidden ?? [] where lab.check(id) == nil {
                throw Failure("\(path): \(name) has no check '\(id)' to hide\(suggestion(id, lab.checks.map(\.id)))", code: 1)
            }
        }
        for (name, rule) in labs {
            guard (rule.weight ?? 1) >= 0, (0...100).contains(rule.latePercentPerDay ?? 0) else {
                throw Failure("\(path): \(name): a weight is 0 or more, and late_percent_per_day 0 to 100", code: 1)
            }
        }
    }

    /// A key that nobody reads is a slip, and would show what was meant to be hidden.
    private func refuseUnknownKeys(of data: Data, _ path: String) throws(Failure) {
        let top = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
        let rules = (top["labs"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }.compactMap { name, rule in
            (rule as? [String: Any]).map { ("\(name): ", $0.keys.sorted(), Rule.CodingKeys.allCases.map(\.rawValue)) }
        }
        for (place, keys, known) in [("", top.keys.sorted(), ["labs"])] + rules {
            guard let key = keys.first(where: { !known.contains($0) }) else { continue }
            throw Failure(
                "\(path): \(place)nothing is known of '\(key)'\(suggestion(key, known))", mend: "its form is in Docs/teacher-guide.md",
                code: 1)
        }
    }

    /// Decides on a submission: what is hidden of it, and its grade.
    func apply(to submission: inout Submission, handedInAt time: Date?) {
        for index in submission.labs.indices { submission.labs[index].hide(labs[submission.labs[index].name]?.hidden ?? []) }
        submission.grade = grade(submission.labs, handedInAt: time)
    }

    /// What a student's points come to, in percent: each lab by its weight, less what came late.
    func grade(_ labs: [LabReport], handedInAt time: Date?) -> Double {
        var (earned, possible) = (0.0, 0.0)
        for report in labs where report.maxPoints > 0 {
            let rule = self.labs[report.name] ?? Rule()
            let weight = rule.weight ?? 1
            possible += weight
            earned += weight * Double(report.points) / Double(report.maxPoints) * share(rule, time)
        }
        return possible > 0 ? (1000 * earned / possible).rounded() / 10 : 0
    }

    /// How much of the points is left, 0 to 1.
    private func share(_ rule: Rule, _ time: Date?) -> Double {
        guard let deadline = rule.deadline, let time, time > deadline else { return 1 }
        let days = (time.timeIntervalSince(deadline) / 86_400).rounded(.up)
        return max(0, 1 - days * (rule.latePercentPerDay ?? 100) / 100)
    }

    private func suggestion(_ name: String, _ all: [String]) -> String {
        nearest(to: name, among: all).map { "; did you mean '\($0)'?" } ?? ""
    }

    private func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return (place.isEmpty ? "" : "\(place): ") + context.debugDescription
        @unknown default: return "\(error)"
        }
    }
}
