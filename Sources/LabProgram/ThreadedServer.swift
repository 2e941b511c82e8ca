import Sockets
import Synchronization

import class Foundation.Thread

/// Serves clients, each in a thread of its own, until the program is asked to end: what the echo server's lab teaches,
/// given to the labs that build on it.
///
/// Prints the ready line once clients can connect. After SIGTERM or SIGINT nobody is let in any more but those who had
/// connected before, and the sessions have 1.5 seconds to end by themselves: they poll the termination's descriptor.
///
/// - Parameters:
///   - endpoint: Where to listen; each of its addresses is tried in turn.
///   - termination: When to stop.
///   - serve: One client's session, which the socket belongs to. It is in blocking mode. What the session throws is
///     reported on stderr, unless it only says that the client has gone.
/// - Throws: `SocketError` of the call that kept the server from listening or waiting.
public func serveClients(
    at endpoint: Endpoint, until termination: TerminationSignals,
    _ serve: @escaping @Sendable (consuming Socket) throws(SocketError) -> Void
) throws(SocketError) {
    let server = try ThreadedServer(until: termination, serve)
    let listener = try listeningSocket(at: endpoint)
    announceListening(on: try listener.localAddress())
    let serving = try server.letClientsIn(through: listener)
    try server.stop(listener, serving: serving)
}

/// One thread lets clients in and counts them; each client's thread tells it through a pipe that it is done.
private final class ThreadedServer: Sendable {
    private let termination: TerminationSignals
    private let serve: @Sendable (consuming Socket) throws(SocketError) -> Void
    /// Each client's thread leaves a byte here when it ends.
    private let departures: PipeEnds

    init(
        until termination: TerminationSignals, _ serve: @escaping @Sendable (consuming Socket) throws(SocketError) -> Void
    ) throws(SocketError) {
        self.termination = termination
        self.serve = serve
        departures = try PipeEnds()
    }

    /// - Returns: How many clients are being served when the program is asked to end.
    func letClientsIn(through listener: borrowing Socket) throws(SocketError) -> Int {
        var serving = 0
        var outOfDescriptors = false
        while true {
            var events = [PollEntry(termination.descriptor, .readable), PollEntry(departures.readEnd, .readable)]
            if !outOfDescriptors { events.append(PollEntry(listener, .readable)) }
            // A descriptor may come free anywhere in the system, and nobody tells; look again after a second.
            try poll(&events, until: outOfDescriptors ? .after(.seconds(1)) : .never)
            if !events[0].ready.isEmpty { return serving }
            if !events[1].ready.isEmpty { serving -= try countDepartures() }
            outOfDescriptors = false
            guard events.count == 3, !events[2].ready.isEmpty else { continue }
            do throws(SocketError) {
                guard let client = try listener.accept() else { continue }
                startThread(for: client)
                serving += 1
            } catch  where error.isOutOfDescriptors {
                outOfDescriptors = true
            }
        }
    }

    /// Clients that had connected before the signal are still in the queue, and are served; those who come now are refused.
    func stop(_ listener: consuming Socket, serving: Int) throws(SocketError) {
        var serving = serving
        let deadline = Deadline.after(.milliseconds(1_500))
        while let client = try? listener.accept() {
            startThread(for: client)
            serving += 1
        }
        _ = consume listener  // closes it
        while serving > 0, try !departures.readEnd.wait(for: .readable, until: deadline).isEmpty {
            serving -= try countDepartures()
        }
    }

    private func startThread(for client: consuming Socket) {
        let handoff = Handoff(client)
        Thread.detachNewThread { [self] in
            do throws(SocketError) {
                if let client = handoff.take() { try serve(client) }
            } catch {
                if !error.isDisconnect { report("client lost: \(error)") }
            }
            _ = try? departures.writeEnd.write([1].span)
        }
    }

    private func countDepartures() throws(SocketError) -> Int {
        try departures.readEnd.read(upTo: 4_096)?.count ?? 0
    }
}

/// Hands a socket over to a thread, once: a closure can hold it, but not give it away.
private final class Handoff: Sendable {
    private let slot: Mutex<Socket?>
    init(_ socket: consuming Socket) { slot = Mutex(socket) }
    func take() -> Socket? { slot.withLock { $0.take() } }
}
