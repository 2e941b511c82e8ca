import Sockets
import Synchronization

import class Foundation.Thread

// What starters do where a step is not solved yet. None of it is needed once all steps are.

/// Says that a step of a lab is not solved yet, and ends the program with exit code 99.
///
/// Starters call it wherever something is left for the student to write. If the program has met an earlier step that is not solved,
/// it says that one: see ``unsolvedSoFar(step:file:)``.
public func unsolved(step: Int, file: String = #filePath) -> Never {
    unsolvedSoFar(step: step, file: file)
    exitIfUnsolved()
    exit(with: .unsolved)
}

/// Notes that a step is not solved yet and lets the program go on, because what the steps before it found is worth seeing.
///
/// At its end the program says so as ``unsolved(step:file:)`` does, of the lowest such step.
public func unsolvedSoFar(step: Int, file: String = #filePath) {
    unsolvedSteps.withLock { steps in
        if steps[step] == nil { steps[step] = file }
    }
}

private let unsolvedSteps = Mutex<[Int: String]>([:])

/// Ends the program with exit code 99 if it met a step that is not solved yet.
func exitIfUnsolved() {
    guard let (step, file) = unsolvedSteps.withLock({ $0.min { $0.key < $1.key } }) else { return }
    reportUnsolved(step, file)
    exit(with: .unsolved)
}

private func reportUnsolved(_ step: Int, _ file: String) {
    // The path from the workbook's folder on, which is what the student sees.
    let folders = file.split(separator: "/")
    let path = folders[(folders.lastIndex(of: "Labs") ?? folders.startIndex)...].joined(separator: "/")
    report("unsolved: step \(step): open \(path)")
}

/// Serves clients one after the other, and says that `step` is unsolved when a second one comes while the first is served.
///
/// - Throws: `SocketError` with the operation `accept`, `poll` or `pipe`.
public func serveOneAtATime(
    _ listener: borrowing Socket, untilSolved step: Int, file: String = #filePath,
    _ serve: @escaping @Sendable (borrowing Socket) -> Void
) throws(SocketError) -> Never {
    final class Ending: Sendable {
        let pipe: PipeEnds
        init() throws(SocketError) { pipe = try PipeEnds() }
    }
    while true {
        guard let client = try listener.accept() else { continue }
        let ending = try Ending()
        Thread.detachNewThread { [client = consume client] in
            serve(client)
            // Before the socket closes: a client that comes because this one was closed is the next one, not a second one.
            _ = try? ending.pipe.writeEnd.write([1].span)
        }
        var events = [PollEntry(ending.pipe.readEnd, .readable), PollEntry(listener, .readable)]
        try poll(&events)
        if events[0].ready.isEmpty { unsolved(step: step, file: file) }
    }
}

extension TerminationSignals {
    /// Runs `body` in a thread of its own as soon as the program is asked to end.
    public func whenRaised(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [self] in
            _ = try? descriptor.wait(for: .readable)
            body()
        }
    }
}
