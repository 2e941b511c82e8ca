/// One lab: what a student solves, and how it is graded.
///
/// Titles, steps, points, hints and checks of a lab stand here and nowhere else; boards, reports and handouts show them.
public struct Lab: Sendable {
    /// 1...6, the order in which the labs are worked through.
    public let number: Int
    /// The name of the executable: `echo-server`.
    public let name: String
    /// What people call it: `Echo server`.
    public let title: String
    /// One sentence that says what the student builds.
    public let summary: String
    /// The files in the lab's folder that the student edits.
    public let files: [String]
    /// In the order in which they are solved.
    public let steps: [Step]
    /// In the order in which they are shown, step by step.
    public let checks: [Check]
    /// The checks that are left to whoever grades; nil where this edition of the workbook has all of them.
    public var hidden: HiddenChecks?

    /// The lab's folder, from the workbook's own folder on: `Labs/02-echo-server`.
    public var folder: String { "Labs/\(folderName)" }
    /// The name of the folder: `02-echo-server`.
    public var folderName: String { "0\(number)-\(name)" }
    /// Where the reference solution is; the students' edition has none.
    public var solutionFolder: String { "Sources/Solutions/\(folderName)" }

    /// One step of a lab.
    public struct Step: Sendable {
        /// 1 and up.
        public let number: Int
        /// What the student does in it, as an imperative.
        public let title: String
    }

    /// The labs that are there, in order.
    public static let all: [Lab] = ([.handshakeTracer, .echoServer, .udpSender, .binaryCodec] + needingOpenSSL + [.multiplexedServer])
        .map { $0.withholding(withheldChecks[$0.name] ?? []) }

    #if HAS_OPENSSL
        private static let needingOpenSSL: [Lab] = [.tlsEcho]
    #else
        private static let needingOpenSSL: [Lab] = []
    #endif

    /// A lab by its number, name or folder: `2`, `echo-server`, `02-echo-server`.
    public static func named(_ text: String) -> Lab? {
        all.first { text == "\($0.number)" || text == $0.name || text == $0.folderName }
    }

    /// The check with that name.
    public func check(_ id: String) -> Check? { checks.first { $0.id == id } }
    /// The checks of one step.
    public func checks(ofStep step: Int) -> [Check] { checks.filter { $0.step == step } }
}

/// One thing that a program must do, and the way to find out whether it does.
public struct Check: Sendable {
    /// A stable name, under which progress is kept: `half-close`.
    public let id: String
    /// The step it belongs to.
    public let step: Int
    /// What the program does, as a sentence without a subject: `echoes what it gets at once`.
    public let title: String
    /// What it is worth.
    public let points: Int
    /// The checks that must pass before this one says anything.
    public let needs: [String]
    /// Whether it must start the program itself, watch it or choose its options: not possible with a server that runs already.
    public let startsProgram: Bool
    /// From a gentle nudge to nearly the answer.
    public let hints: [String]
    /// Talks to the program, and throws a ``Finding`` if it does not do what the title says.
    let body: @Sendable (Trial) throws -> Void

    init(
        _ id: String, step: Int, _ title: String, points: Int = 1, needs: [String] = [], startsProgram: Bool = false,
        hints: [String], _ body: @escaping @Sendable (Trial) throws -> Void
    ) {
        self.id = id
        self.step = step
        self.title = title
        self.points = points
        self.needs = needs
        self.startsProgram = startsProgram
        self.hints = hints
        self.body = body
    }

    /// The same check as a part of another lab, which has its own steps, and may have its own needs, hints and way to make it.
    func moved(
        toStep step: Int, needs: [String]? = nil, hints: [String]? = nil, _ body: (@Sendable (Trial) throws -> Void)? = nil
    ) -> Check {
        Check(
            id, step: step, title, points: points, needs: needs ?? self.needs, startsProgram: startsProgram, hints: hints ?? self.hints,
            body ?? self.body)
    }
}

/// What a check found wrong.
enum Finding: Error, Equatable {
    /// The program does not do what it should. The text says what happened on the wire; what passes later is of no interest.
    case failure(String, at: ContinuousClock.Instant)
    /// The check could not be made here. The text says what is missing and how to get it.
    case notRun(String)
}

/// Ends a check: the program does not do what it should.
func fail(_ message: String) -> Finding { .failure(message, at: .now) }

/// Does a part of a check whose failures begin with the circumstances, whichever step of it they come from: a server that closes may be
/// noticed when the client sends, or only when it receives.
func during<Result>(_ circumstances: String, _ part: () throws -> Result) throws -> Result {
    do { return try part() } catch Finding.failure(let text, let moment) { throw Finding.failure("\(circumstances): \(text)", at: moment) }
}
