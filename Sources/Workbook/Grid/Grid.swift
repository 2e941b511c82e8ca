import Foundation
import Grading
import Synchronization

/// Has every student's client meet every student's server, each pair in a jail and a network of its own.
final class Grid: Sendable {
    /// Somebody whose program takes part.
    struct Participant: Sendable {
        let name: String
        /// The folder with the program; nil where there is none.
        let folder: String?
        /// The program in it, and its first arguments.
        var words: [String]
        /// Why there is no program.
        var problem: String?
    }

    private let lab: Lab
    private let participants: [Participant]
    private let tools: JailedTools
    private let isolation: Isolation
    private let jobs: Int
    private let status: StatusLine?
    private let cells: Mutex<(next: Int, done: [GridReport.Cell?])>
    private let start = ContinuousClock.now

    /// - Parameter jobs: How many pairs meet at a time.
    init(
        _ lab: Lab, _ participants: [Participant], _ tools: JailedTools, jobs: Int,
        status: StatusLine? = nil
    ) {
        self.lab = lab
        self.participants = participants
        self.tools = tools
        isolation = tools.isTrusting ? Grader.strongestIsolation(runner: tools.runner) : .processes
        self.jobs = jobs
        self.status = status
        let count = participants.count * (lab.hasServers ? participants.count : 1)
        cells = Mutex((0, Array(repeating: nil, count: count)))
    }

    /// The columns: a lab without servers has one, the workbook's reflector.
    private var servers: [Participant?] { lab.hasServers ? participants : [nil] }

    /// Has them all meet, and blocks until that is done.
    func run() -> GridReport {
        show()
        let workers = (0..<max(1, jobs)).map { _ in Completion.inThread { [self] in work() } }
        for worker in workers { worker.wait() }
        status?.clear()
        func listed(_ participant: Participant?) -> GridReport.Participant {
            GridReport.Participant(name: participant?.name ?? "reflector", problem: participant?.problem)
        }
        return GridReport(
            lab: lab.number, name: lab.name, date: Date(),
            encounters: lab.encounters.map { GridReport.Encounter(id: $0.id, title: $0.title) }, clients: participants.map(listed),
            servers: servers.map(listed), cells: cells.withLock { $0.done.compactMap { $0 } })
    }

    /// Takes one pair after the other, until there is none.
    private func work() {
        while let place = takePlace() {
            let (row, column) = place.quotientAndRemainder(dividingBy: servers.count)
            let cell = meet(participants[row], servers[column])
            cells.withLock { $0.done[place] = cell }
            show()
        }
    }

    /// The next cell of the table, row by row.
    private func takePlace() -> Int? {
        cells.withLock { state in
            guard state.next < state.done.count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func meet(_ client: Participant, _ server: Participant?) -> GridReport.Cell {
        var results: [GridReport.Outcome] = []
        if let folder = client.folder, server == nil || server?.folder != nil {
            var places = [Jail.Place(folder, as: "/client")]
            if let folder = server?.folder { places.append(Jail.Place(folder, as: "/server")) }
            let grader = Grader(runner: tools.runner, isolation: isolation, jail: tools.isTrusting ? nil : Jail(readable: places))
            let reports = grader.meet(lab, subject(client, "/client"), server.map { subject($0, "/server") })
            results = reports.map { GridReport.Outcome(encounter: $0.id, status: $0.status, message: $0.message) }
        }
        return GridReport.Cell(client: client.name, server: server?.name ?? "reflector", results: results)
    }

    /// How a participant's program is started, as seen from inside the jail.
    private func subject(_ participant: Participant, _ place: String) -> Subject {
        let folder = tools.isTrusting ? participant.folder ?? "" : place
        return .command(["\(folder)/\(participant.words[0])"] + participant.words.dropFirst())
    }

    private func show() {
        let (done, total) = cells.withLock { ($0.done.count { $0 != nil }, $0.done.count) }
        status?.show("\(done) of \(total) pairs have met" + timeLeft(since: start, done: done, of: total))
    }
}
