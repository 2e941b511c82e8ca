import Grading

/// What a class, or one student, has done in each lab.
struct ClassStatistics {
    /// In the order of the labs.
    let labs: [LabStatistics]

    init(_ report: ClassReport) {
        var reports: [String: [LabReport]] = [:]
        for lab in report.submissions.flatMap(\.labs) { reports[lab.name, default: []].append(lab) }
        labs = reports.values.map { LabStatistics($0) }.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    }
}

/// What a class has done in one lab.
struct LabStatistics {
    let number: Int
    let name: String
    let title: String
    /// What the lab is worth.
    let maxPoints: Int
    /// Its checks, in its order.
    let checks: [CheckStatistics]

    /// Whether some of it is hidden from students.
    let hasHidden: Bool

    /// - Parameter reports: Of the same lab, at least one.
    fileprivate init(_ reports: [LabReport]) {
        number = reports[0].lab
        name = reports[0].name
        title = reports[0].title
        maxPoints = reports.map(\.maxPoints).max() ?? 0
        hasHidden = reports.contains { $0.hidden?.names != nil }
        let hidden = Set(reports.flatMap { $0.hidden?.names ?? [] })
        var results: [String: [CheckReport]] = [:]
        var order: [String] = []
        for check in reports.flatMap(\.checks) {
            if results[check.id] == nil { order.append(check.id) }
            results[check.id, default: []].append(check)
        }
        // Reports of single steps may have come in any order: the lab knows its own. What it does not know comes last.
        let known = Dictionary((Lab.named(name)?.checks ?? []).enumerated().map { ($1.id, $0) }) { first, _ in first }
        let sorted = order.enumerated().sorted { (known[$0.element] ?? .max, $0.offset) < (known[$1.element] ?? .max, $1.offset) }
        var places: [Int: Int] = [:]
        checks = sorted.compactMap { entry in
            guard let all = results[entry.element], let first = all.first else { return nil }
            let place = places[first.step, default: 0]
            places[first.step] = place + 1
            return CheckStatistics(first, label: "\(first.step)\(letters(place))", isHidden: hidden.contains(first.id), results: all)
        }
    }

    /// The steps that have checks, with how many.
    var steps: [(number: Int, title: String, count: Int)] {
        var steps: [(number: Int, title: String, count: Int)] = []
        let titles = Dictionary((Lab.named(name)?.steps ?? []).map { ($0.number, $0.title) }) { first, _ in first }
        for check in checks {
            if steps.last?.number != check.step { steps.append((check.step, titles[check.step] ?? "", 0)) }
            steps[steps.count - 1].count += 1
        }
        return steps
    }
}

/// What a class has done in one check.
struct CheckStatistics {
    let id: String
    let step: Int
    let title: String
    /// Short, and no other's in the lab: `3b`, the second check of step 3.
    let label: String
    /// Whether students are not told of it.
    let isHidden: Bool
    /// How many have each verdict.
    let counts: [Verdict: Int]
    /// How long it took where it passed, in milliseconds, in ascending order.
    let durations: [Int]

    fileprivate init(_ check: CheckReport, label: String, isHidden: Bool, results: [CheckReport]) {
        id = check.id
        step = check.step
        title = check.title
        self.label = label
        self.isHidden = isHidden
        counts = results.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
        durations = results.filter { $0.status == .passed }.map { max(0, $0.durationMs) }.sorted()
    }

    /// How many have that verdict.
    func count(_ verdict: Verdict) -> Int { counts[verdict] ?? 0 }
    /// How many were graded at all.
    var total: Int { counts.values.reduce(0, +) }
}

/// `a`, `b` ... `z`, `aa`, `ab`: the name of a place, from 0 up.
private func letters(_ place: Int) -> String {
    let letter = String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(place % 26)))
    return place < 26 ? letter : letters(place / 26 - 1) + letter
}

extension LabReport {
    /// Where the student is stuck: the first check that failed or is not solved. One that was not run is not a beginning of anything.
    var firstFailing: CheckReport? { checks.first { $0.status == .failed || $0.status == .unsolved } }
}

extension Submission {
    /// The report of a lab.
    func report(of lab: LabStatistics) -> LabReport? { labs.last { $0.name == lab.name } }

    /// The first check that failed or is not solved, of all labs.
    var firstFailing: (lab: LabReport, check: CheckReport)? {
        labs.lazy.compactMap { lab in lab.firstFailing.map { (lab, $0) } }.first
    }
}
