/// What a check says of a program.
public enum Verdict: String, Codable, Sendable {
    /// It does what the check asks.
    case passed
    /// It does not.
    case failed
    /// It is a starter, and says itself that the step is not solved yet.
    case unsolved
    /// The check was not made: something it needs is missing, or a check it builds on did not pass.
    case notRun = "not-run"
    /// The grader itself failed. Never the student's fault.
    case graderError = "grader-error"
}

/// The outcome of one check, with its evidence. Its JSON form is part of `workbook check --json`.
public struct CheckReport: Codable, Sendable {
    /// The check's stable name.
    public var id: String
    /// The step it belongs to.
    public var step: Int
    /// What the program should do.
    public var title: String
    /// The verdict.
    public var status: Verdict
    /// Why it is not `passed`.
    public var message: String?
    /// What was earned: all or nothing.
    public var points: Int
    /// What can be earned.
    public var maxPoints: Int
    /// What the grader recognised in the evidence: known ways of going wrong, each a sentence.
    public var remarks: [String] = []
    /// How long the check took, in milliseconds.
    public var durationMs: Int
    /// The hint that fits: the first of the check, where it failed.
    public var hint: String?
    /// Everything that happened, in order.
    public var transcript: [Event]
    /// A capture file with the packets of a failed check, where capture is possible; or the one that the program misread.
    public var capture: String?
    /// The packets of the connection that the failure is about, drawn as a ladder.
    public var ladder: [String]?
    /// The file with what the check did, for `workbook replay`.
    public var replay: String?

    enum CodingKeys: String, CodingKey {
        case id, step, title, status, message, remarks, points
        case maxPoints = "max_points"
        case durationMs = "duration_ms"
        case hint, transcript, capture, ladder, replay
    }

    /// A check's outcome. Its points and its hint follow from the verdict.
    public init(_ check: Check, _ status: Verdict, message: String? = nil, durationMs: Int = 0, transcript: [Event] = []) {
        id = check.id
        step = check.step
        title = check.title
        self.status = status
        self.message = message
        points = status == .passed ? check.points : 0
        maxPoints = check.points
        self.durationMs = durationMs
        hint = status == .failed ? check.hints.first : nil
        self.transcript = transcript
    }

    /// A check that was not made, because one that it builds on did not pass.
    init(_ check: Check, waitingFor need: String) { self.init(check, .notRun, message: "builds on '\(need)'\(Self.tail)") }

    private static let tail = ", which did not pass"
    /// Whether the check was not made because of another one, and not because something is missing on this machine.
    public var isWaiting: Bool { status == .notRun && message?.hasSuffix(Self.tail) == true }
    /// The other check, in words: `builds on 'ready-line'`. nil where the check does not wait for one.
    public var waitsFor: String? { isWaiting ? message.map { String($0.dropLast(Self.tail.count)) } : nil }
    /// Whether the other check is the one of that name.
    public func waits(for id: String) -> Bool { waitsFor?.contains("'\(id)'") == true }

    /// Writes `null` for what is not there, so that every report has the same keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(step, forKey: .step)
        try container.encode(title, forKey: .title)
        try container.encode(status, forKey: .status)
        try container.encode(message, forKey: .message)
        try container.encode(remarks, forKey: .remarks)
        try container.encode(points, forKey: .points)
        try container.encode(maxPoints, forKey: .maxPoints)
        try container.encode(durationMs, forKey: .durationMs)
        try container.encode(hint, forKey: .hint)
        try container.encode(transcript, forKey: .transcript)
        try container.encode(capture, forKey: .capture)
        try container.encode(ladder, forKey: .ladder)
        try container.encode(replay, forKey: .replay)
    }
}

/// The outcome of a lab's checks. Its JSON form is what `workbook check --json` prints.
public struct LabReport: Codable, Sendable {
    /// The lab's number.
    public var lab: Int
    /// The lab's name.
    public var name: String
    /// What was graded: a command, or the address of a server.
    public var program: String
    /// How many checks have each verdict.
    public var passed: Int, failed: Int, unsolved: Int, notRun: Int, graderErrors: Int
    /// What was earned, and what can be.
    public var points: Int, maxPoints: Int
    /// Each check's outcome, in the lab's order.
    public var checks: [CheckReport]
    /// What of it a teacher hides from students; nil where nothing is hidden. In what is meant for a student, those checks are not among `checks`.
    public var hidden: HiddenChecks?

    enum CodingKeys: String, CodingKey {
        case lab, name, program, passed, failed, unsolved
        case notRun = "not_run"
        case graderErrors = "grader_errors"
        case points
        case maxPoints = "max_points"
        case checks, hidden
    }

    /// The outcomes of some checks of a lab. The sums follow from them.
    public init(_ lab: Lab, program: String, checks: [CheckReport]) {
        self.lab = lab.number
        name = lab.name
        self.program = program
        (passed, failed, unsolved, notRun, graderErrors) = (0, 0, 0, 0, 0)
        points = checks.reduce(0) { $0 + $1.points }
        maxPoints = checks.reduce(0) { $0 + $1.maxPoints }
        self.checks = checks
        hidden = checks.count == lab.checks.count ? lab.hidden : nil
        count()
    }

    /// Counts the verdicts anew.
    mutating func count() {
        func count(_ verdict: Verdict) -> Int { checks.count { $0.status == verdict } }
        (passed, failed, unsolved, notRun) = (count(.passed), count(.failed), count(.unsolved), count(.notRun))
        graderErrors = count(.graderError)
    }

    /// 0: every check passed; 1: one did not; 2: the grader itself failed.
    public var exitCode: Int32 { graderErrors > 0 ? 2 : passed == checks.count ? 0 : 1 }
}
