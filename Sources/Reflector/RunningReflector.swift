import Sockets
import Synchronization

import class Foundation.Thread

/// A reflector in a thread of its own.
public final class RunningReflector: Sendable {
    /// Where it can be sent to.
    public let address: SocketAddress
    private let stopping: PipeEnds
    private let ended: PipeEnds
    /// Holds the reflector until the thread takes it.
    private let handoff: Mutex<Reflector?>
    private let outcome = Mutex<[(sender: SocketAddress, tally: Tally)]>([])

    /// Starts a reflector: ``Reflector/init(at:holdLimit:observe:fate:)``.
    ///
    /// - Throws: `SocketError` with the operation `pipe`, `socket` or `bind`.
    public init(
        at address: SocketAddress = .loopback(port: 0), holdLimit: Duration = .milliseconds(200),
        observe: @escaping @Sendable (Event) -> Void = { _ in }, fate: @escaping @Sendable (Arrival) -> Fate
    ) throws(SocketError) {
        let reflector = try Reflector(at: address, holdLimit: holdLimit, observe: observe, fate: fate)
        self.address = reflector.address
        stopping = try PipeEnds()
        ended = try PipeEnds()
        handoff = Mutex(reflector)
        Thread.detachNewThread { [self] in
            guard var reflector = handoff.withLock({ $0.take() }) else { return }
            try? reflector.run(until: stopping.readEnd)
            outcome.withLock { $0 = reflector.tallies }
            _ = try? ended.writeEnd.write([1].span)
        }
    }

    /// Ends the thread, and waits until it has ended.
    ///
    /// - Returns: What it did, sender by sender; the latest one comes last.
    public func stop() -> [(sender: SocketAddress, tally: Tally)] {
        _ = try? stopping.writeEnd.write([1].span)
        _ = try? ended.readEnd.wait(for: .readable)
        return outcome.withLock { $0 }
    }
}
