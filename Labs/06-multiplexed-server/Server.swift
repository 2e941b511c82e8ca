import Dispatch
import LabProgram
import Sockets
import Synchronization

import class Foundation.Thread

/// The whole program: one event loop, or several that share a port, each in a thread of its own.
struct Server {
    private let settings: Settings
    private let termination: TerminationSignals

    init(_ settings: Settings, termination: TerminationSignals) {
        self.settings = settings
        self.termination = termination
    }

    func run() throws(SocketError) {
        // So many descriptors as the shell allows, until step 4.
        let listener = try listen()
        let places = Places(settings.maxConnections)
        if settings.idleTimeout != nil { unsolved(step: 5) }
        if settings.maxConnections > 0 { unsolved(step: 6) }
        termination.whenRaised { unsolved(step: 7) }
        let others = DispatchGroup()
        if settings.loops > 1 { unsolved(step: 8) }
        announceListening(on: try listener.localAddress())
        var loop = try EventLoop(settings, places, listener, termination)
        do { try loop.run() } catch { if error.isOutOfDescriptors { unsolved(step: 6) } else { throw error } }
        others.wait()
    }

    /// Step 1: a socket that clients can connect to, and that does not wait for them.
    private func listen() throws(SocketError) -> Socket {
        unsolved(step: 1)
    }

    /// Step 8: another socket that listens on the same port. The kernel gives each new client to one of them (SO_REUSEPORT).
    ///
    /// The first one is bound without the option, so that a port that somebody else has is still an error; it gets it afterwards.
    private func twin(of listener: borrowing Socket) throws(SocketError) -> Socket {
        unsolved(step: 8)
    }

    /// Step 8: runs a loop in a thread of its own. If it fails, the program does.
    private func startLoop(_ listener: consuming Socket, _ places: Places, _ group: DispatchGroup) {
        unsolved(step: 8)
    }
}

/// The places for clients, of which all loops together have `--max-connections`.
final class Places: Sendable {
    private let limit: Int
    private let state = Mutex<(taken: Int, waiting: [WakeUp])>((0, []))

    /// - Parameter limit: 0 is no limit.
    init(_ limit: Int) {
        self.limit = limit
    }

    /// Steps 6 and 8: takes a place.
    ///
    /// - Parameter bell: Rings when a place comes free, if there is none now. Asking and leaving the bell are one step: a place
    ///   that came free in between would be lost.
    /// - Returns: Whether there was one.
    func take(orRing bell: WakeUp) -> Bool {
        true
    }

    /// Steps 6 and 8: gives a place back, and rings for all who wait: whoever is rung for may have nobody at the door any more.
    func giveBack() {
        unsolved(step: 6)
    }
}
