import Foundation
import Sockets

/// Does again what a check did to a program, at the same times, and judges nothing.
///
/// Not parted from the machine: whoever replays an exchange wants to look at it with tools of their own.
public enum Replay {
    /// Why an exchange could not be played to its end.
    public struct Failure: Error, CustomStringConvertible {
        /// As a sentence.
        public let description: String
    }

    /// Plays an exchange.
    ///
    /// - Parameter show: Called with each event as it happens.
    /// - Throws: ``Failure``; `SocketError` if the grader itself can't go on.
    public static func run(_ exchange: Exchange, against command: [String], show: @escaping (Event) -> Void) throws {
        let trial = Trial(.command(command), seed: exchange.check)
        trial.transcript.onEvent = show
        defer { trial.endPrograms() }
        do {
            try play(exchange.steps, trial)
        } catch Finding.failure(let text, _) {
            throw Failure(description: text)
        } catch Finding.notRun(let text) {
            throw Failure(description: text)
        }
    }

    private static func play(_ steps: [Exchange.Step], _ trial: Trial) throws {
        let start = ContinuousClock.now
        var server: Server?
        var clients: [String: Client] = [:]
        for (index, step) in steps.enumerated() {
            try trial.wait(until: .after(.microseconds(step.timeUs) - start.duration(to: .now))) { false }
            let client = clients[step.who]
            switch step.action {
            case .start(let options, let openFiles):
                server = try startProgram(options, openFiles: openFiles, before: steps[(index + 1)...], trial)
            case .feed(let bytes): if let program = trial.programs.last { try trial.feed(program, Array(bytes)) }
            case .endInput: trial.programs.last?.input?.close()
            case .signal(let number): trial.programs.first { $0.name == step.who }?.send(signal: number)
            case .connect(let receiveBuffer, let segmentSize):
                clients[step.who] = try server?.connect(receiveBuffer: receiveBuffer, segmentSize: segmentSize)
            case .send(let bytes): try client?.send(Array(bytes))
            case .receive(let count): try receive(count, client)
            case .finish: try client?.finishSending()
            case .close:
                client?.close()
                clients[step.who] = nil
            case .reset:
                try client?.reset()
                clients[step.who] = nil
            }
        }
        // What comes afterwards is often what went wrong.
        for (_, client) in clients.sorted(by: { $0.key < $1.key }) where client.end == nil {
            while try client.becomes(.readable), case .bytes = try client.takeArrived() {}
        }
        for program in trial.programs where program.ending == nil && program.input != nil {
            try trial.wait(until: .after(Trial.silence)) { program.ending != nil }
        }
        // Where nothing was done but to start it, it is no server, and comes to its end.
        if steps.count == 1, let program = trial.programs.first {
            try trial.wait(until: .after(Trial.startingTime)) { program.hasSaidAll }
        }
    }

    private static func startProgram(
        _ options: [String], openFiles: Int, before rest: ArraySlice<Exchange.Step>, _ trial: Trial
    ) throws -> Server? {
        let isFed = rest.contains { step in
            switch step.action {
            case .feed, .endInput: true
            default: false
            }
        }
        var limits = Limits()
        limits.openFiles = openFiles
        let program = try trial.start(options, limits: limits, isFed: isFed)
        let isServer = rest.contains { if case .connect = $0.action { true } else { false } }
        return isServer ? Server(trial, program: program, address: try trial.readyAddress(of: program)) : nil
    }

    /// Waits for as many bytes as came then: what follows was done after them.
    private static func receive(_ count: Int, _ client: Client?) throws {
        guard let client, client.end == nil else { return }
        _ = try client.receive(exactly: count, until: .after(.seconds(2)))
    }
}
