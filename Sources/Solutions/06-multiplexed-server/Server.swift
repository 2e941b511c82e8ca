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
        // step 4 begins
        // starter: // So many descriptors as the shell allows, until step 4.
        try DescriptorLimit.raise()
        // step 4 ends
        let listener = try listen()
        let places = Places(settings.maxConnections)
        // step 5 begins
        // starter: if settings.idleTimeout != nil { unsolved(step: 5) }
        // step 5 ends
        // step 6 begins
        // starter: if settings.maxConnections > 0 { unsolved(step: 6) }
        // step 6 ends
        // step 7 begins
        // starter: termination.whenRaised { unsolved(step: 7) }
        // step 7 ends
        let others = DispatchGroup()
        // step 8 begins
        // starter: if settings.loops > 1 { unsolved(step: 8) }
        for _ in 1..<settings.loops { startLoop(try twin(of: listener), places, others) }
        // step 8 ends
        announceListening(on: try listener.localAddress())
        var loop = try EventLoop(settings, places, listener, termination)
        // step 6 begins
        // starter: do { try loop.run() } catch { if error.isOutOfDescriptors { unsolved(step: 6) } else { throw error } }
        try loop.run()
        // step 6 ends
        others.wait()
    }

    /// Step 1: a socket that clients can connect to, and that does not wait for them.
    private func listen() throws(SocketError) -> Socket {
        // step 1 begins
        let listener = try listeningSocket(at: settings.endpoint)
        // The connections inherit it. An answer must not wait until the one before it is acknowledged (Nagle, RFC 896).
        try listener.set(.noDelay, to: 1)
        return listener
        // step 1 ends
    }

    /// Step 8: another socket that listens on the same port. The kernel gives each new client to one of them (SO_REUSEPORT).
    ///
    /// The first one is bound without the option, so that a port that somebody else has is still an error; it gets it afterwards.
    private func twin(of listener: borrowing Socket) throws(SocketError) -> Socket {
        // step 8 begins
        let address = try listener.localAddress()
        try listener.set(.reusePort, to: 1)
        let twin = try Socket(.stream, address.family)
        try twin.set(.reuseAddress, to: 1)
        try twin.set(.reusePort, to: 1)
        try twin.set(.noDelay, to: 1)
        try twin.bind(to: address)
        try twin.listen()
        try twin.descriptor.setNonBlocking(true)
        return twin
        // step 8 ends
    }

    /// Step 8: runs a loop in a thread of its own. If it fails, the program does.
    private func startLoop(_ listener: consuming Socket, _ places: Places, _ group: DispatchGroup) {
        // step 8 begins
        // A closure can't give away what it has captured; so the socket changes hands in a place that can be emptied.
        let door = Mutex<Socket?>(listener)
        group.enter()
        Thread.detachNewThread { [settings, termination, door = consume door] in
            do throws(SocketError) {
                guard let listener = door.withLock({ $0.take() }) else { return }
                var loop = try EventLoop(settings, places, listener, termination)
                try loop.run()
            } catch {
                report("error: \(error)")
                exit(with: .failure)
            }
            group.leave()
        }
        // step 8 ends
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
        // step 6 begins
        // starter: true
        guard limit > 0 else { return true }
        return state.withLock { state in
            guard state.taken < limit else {
                state.waiting.append(bell)
                return false
            }
            state.taken += 1
            return true
        }
        // step 6 ends
    }

    /// Steps 6 and 8: gives a place back, and rings for all who wait: whoever is rung for may have nobody at the door any more.
    func giveBack() {
        // step 6 begins
        guard limit > 0 else { return }
        let bells = state.withLock { state in
            state.taken -= 1
            let bells = state.waiting
            state.waiting = []
            return bells
        }
        for bell in bells { bell.ring() }
        // step 6 ends
    }
}
