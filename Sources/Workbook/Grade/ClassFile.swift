import Foundation
import Grading

/// What a teacher decides about a class, in one small file: weights and deadlines.
///
///     {
///       "labs": {
///         "echo-server": { "weight": 2, "deadline": "2026-12-01T18:00:00Z", "late_percent_per_day": 10 },
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

        enum CodingKeys: String, CodingKey {
            case weight, deadline
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
        for name in labs.keys.sorted() where Lab.named(name) == nil {
            throw Failure("\(path): there is no lab '\(name)'\(suggestion(name, Lab.all.map(\.name)))", code: 1)
        }
        for (name, rule) in labs {
            guard (rule.weight ?? 1) >= 0, (0...100).contains(rule.latePercentPerDay ?? 0) else {
                throw Failure("\(path): \(name): a weight is 0 or more, and late_percent_per_day 0 to 100", code: 1)
            }
        }
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
