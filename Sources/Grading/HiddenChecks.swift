/// Checks that a teacher hides from students: graded and counted like any other, and not described to them.
public struct HiddenChecks: Codable, Equatable, Sendable {
    /// Their names, in the lab's order; nil in what is meant for a student.
    public var names: [String]?
    /// How many there are, 1 and up.
    public var count: Int
    /// What was earned; nil where they are not made at all, as in a student's own workbook.
    public var points: Int?
    /// What can be earned.
    public var maxPoints: Int

    enum CodingKeys: String, CodingKey {
        case names, count, points
        case maxPoints = "max_points"
    }

    /// `2 hidden checks: 3 of 5 points`, or `2 hidden checks (5 points)` where nothing was earned yet: all that a student is told.
    public var words: String {
        guard let points else { return "\(name) (\(maxPoints) \(maxPoints == 1 ? "point" : "points"))" }
        return "\(name): \(points) of \(maxPoints) points"
    }

    /// `2 hidden checks`
    public var name: String { "\(count) hidden \(count == 1 ? "check" : "checks")" }
}

extension Lab {
    /// The lab as a student's workbook has it, without some checks. What builds on one of them builds on what that one builds on.
    ///
    /// - Parameter names: Of checks; others count for nothing.
    public func withholding(_ names: [String]) -> Lab {
        let withheld = checks.filter { names.contains($0.id) }
        guard !withheld.isEmpty else { return self }
        func needs(of check: Check) -> [String] {
            check.needs.flatMap { need in withheld.first { $0.id == need }.map(needs) ?? [need] }
        }
        let rest = checks.filter { !names.contains($0.id) }.map { $0.moved(toStep: $0.step, needs: needs(of: $0)) }
        return Lab(
            number: number, name: name, title: title, summary: summary, files: files,
            steps: steps.filter { step in rest.contains { $0.step == step.number } }, checks: rest,
            hidden: HiddenChecks(count: withheld.count, maxPoints: withheld.reduce(0) { $0 + $1.points }))
    }
}

extension LabReport {
    /// Whether the check of that name is hidden from students.
    public func isHidden(_ id: String) -> Bool { hidden?.names?.contains(id) ?? false }

    /// Marks checks as hidden, and all others as not.
    ///
    /// - Parameter names: Of checks; others count for nothing.
    public mutating func hide(_ names: [String]) {
        let chosen = checks.filter { names.contains($0.id) }
        guard !chosen.isEmpty else {
            hidden = nil
            return
        }
        hidden = HiddenChecks(
            names: chosen.map(\.id), count: chosen.count, points: chosen.reduce(0) { $0 + $1.points },
            maxPoints: chosen.reduce(0) { $0 + $1.maxPoints })
    }

    /// The report as the student may see it: of hidden checks, how many there are and what they are worth. They count in the points.
    public var forStudent: LabReport {
        guard let names = hidden?.names else { return self }
        var report = self
        report.checks = checks.filter { !names.contains($0.id) }.map { check in
            var check = check
            // The reason may be a check that is hidden.
            guard check.status == .notRun else { return check }
            for name in names { check.message = check.message?.replacing("'\(name)'", with: "a hidden check") }
            return check
        }
        report.count()
        report.hidden?.names = nil
        return report
    }
}
