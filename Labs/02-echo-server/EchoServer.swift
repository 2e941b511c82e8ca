import LabProgram
import Sockets

import class Foundation.Thread

/// The echo service of RFC 862 over TCP: one thread lets clients in, and each client has a thread of its own.
///
/// The thread that lets clients in is the only one that counts them, so there is nothing to lock. The others tell it
/// through a pipe that they are done, and it waits for that the way it waits for everything else: with poll(2).
final class EchoServer: Sendable {
    private let settings: Settings
    private let termination: TerminationSignals
    /// Each client's thread leaves a byte here when it ends.
    private let departures: PipeEnds

    init(_ settings: Settings, termination: TerminationSignals) throws(SocketError) {
        self.settings = settings
        self.termination = termination
        departures = try PipeEnds()
    }

    func run() throws(SocketError) {
        let listener = try listen()
        announceListening(on: try listener.localAddress())
        termination.whenRaised { unsolved(step: 7) }
        if settings.maxConnections > 0 || settings.idleTimeout != nil { unsolved(step: 6) }
        let serving = try letClientsIn(through: listener)
        try stop(listener, serving: serving)
    }

    /// Step 1: a socket that clients can connect to.
    ///
    /// A host name may have several addresses; the first that can be bound is taken.
    func listen() throws(SocketError) -> Socket {
        unsolved(step: 1)
    }

    /// Steps 4 to 7: lets clients in, each into a thread of its own, until the program is asked to end.
    ///
    /// - Returns: How many clients are still being served.
    func letClientsIn(through listener: borrowing Socket) throws(SocketError) -> Int {
        try serveOneAtATime(listener, untilSolved: 4) { [self] client in serve(client) }
    }

    /// Step 4: serves one client in a thread of its own.
    private func startThread(for client: consuming Socket) {
        unsolved(step: 4)
    }

    /// Step 4: how many threads have ended since the last call. Waits if none has.
    private func countDepartures() throws(SocketError) -> Int {
        unsolved(step: 4)
    }

    /// Step 5: serves one client. Whatever happens to it is no reason to end the others.
    func serve(_ client: borrowing Socket) {
        do {
            var session = EchoSession(settings, termination: termination)
            try session.echo(client)
        } catch {
            if error.isDisconnect { unsolved(step: 5) }
            report("client lost: \(error)")
        }
    }

    /// Step 7: lets nobody in any more, and gives those who are being served a moment to end well.
    ///
    /// Clients that had connected before the signal are still waiting in the queue; the kernel has told them that they are
    /// connected, and may have taken their bytes. So they are served like the others; those who come now are refused.
    private func stop(_ listener: consuming Socket, serving: Int) throws(SocketError) {
        unsolved(step: 7)
    }
}
