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
        // step 7 begins
        // starter: termination.whenRaised { unsolved(step: 7) }
        // step 7 ends
        // step 6 begins
        // starter: if settings.maxConnections > 0 || settings.idleTimeout != nil { unsolved(step: 6) }
        // step 6 ends
        let serving = try letClientsIn(through: listener)
        try stop(listener, serving: serving)
    }

    /// Step 1: a socket that clients can connect to.
    ///
    /// A host name may have several addresses; the first that can be bound is taken.
    func listen() throws(SocketError) -> Socket {
        // step 1 begins
        var failure: SocketError?
        for address in try settings.endpoint.resolve(.listening) {
            do {
                let listener = try Socket(.stream, address.family)
                // Connections of the server before this one may linger in TIME-WAIT on the same port; bind all the same.
                try listener.set(.reuseAddress, to: 1)
                try listener.bind(to: address)
                try listener.listen()
                return listener
            } catch {
                failure = error
            }
        }
        throw failure ?? SocketError(operation: "getaddrinfo", address: "\(settings.endpoint)", cause: .noAddress)
        // step 1 ends
    }

    /// Steps 4 to 7: lets clients in, each into a thread of its own, until the program is asked to end.
    ///
    /// - Returns: How many clients are still being served.
    func letClientsIn(through listener: borrowing Socket) throws(SocketError) -> Int {
        // step 4 begins
        // starter: try serveOneAtATime(listener, untilSolved: 4) { [self] client in serve(client) }
        // A client may leave again between poll and accept; accept must not wait for the next one then.
        try listener.descriptor.setNonBlocking(true)
        var serving = 0
        var outOfDescriptors = false
        while true {
            let isFull = settings.maxConnections > 0 && serving >= settings.maxConnections
            var events = [PollEntry(termination.descriptor, .readable), PollEntry(departures.readEnd, .readable)]
            // Clients that can't be let in wait in the kernel's queue. To ask about them would only keep us busy.
            if !isFull && !outOfDescriptors { events.append(PollEntry(listener, .readable)) }
            // A descriptor may come free anywhere in the system, and nobody tells; look again after a second.
            try poll(&events, until: outOfDescriptors ? .after(.seconds(1)) : .never)

            if !events[0].ready.isEmpty { return serving }
            if !events[1].ready.isEmpty { serving -= try countDepartures() }
            outOfDescriptors = false
            if events.count == 3, !events[2].ready.isEmpty {
                do {
                    guard let client = try listener.accept() else { continue }
                    startThread(for: client)
                    serving += 1
                } catch {
                    guard error.isOutOfDescriptors else { throw error }
                    outOfDescriptors = true
                }
            }
        }
        // step 4 ends
    }

    /// Step 4: serves one client in a thread of its own.
    private func startThread(for client: consuming Socket) {
        // step 4 begins
        Thread.detachNewThread { [self, client = consume client] in
            serve(client)
            // The socket closes only after this; the next client may come a moment before its descriptor is free.
            _ = try? departures.writeEnd.write([1].span)
        }
        // step 4 ends
    }

    /// Step 4: how many threads have ended since the last call. Waits if none has.
    private func countDepartures() throws(SocketError) -> Int {
        // step 4 begins
        try departures.readEnd.read(upTo: 4_096)?.count ?? 0
        // step 4 ends
    }

    /// Step 5: serves one client. Whatever happens to it is no reason to end the others.
    func serve(_ client: borrowing Socket) {
        do {
            var session = EchoSession(settings, termination: termination)
            try session.echo(client)
        } catch {
            // step 5 begins
            // starter: if error.isDisconnect { unsolved(step: 5) }
            // starter: report("client lost: \(error)")
            if !error.isDisconnect { report("client lost: \(error)") }
            // step 5 ends
        }
    }

    /// Step 7: lets nobody in any more, and gives those who are being served a moment to end well.
    ///
    /// Clients that had connected before the signal are still waiting in the queue; the kernel has told them that they are
    /// connected, and may have taken their bytes. So they are served like the others; those who come now are refused.
    private func stop(_ listener: consuming Socket, serving: Int) throws(SocketError) {
        // step 7 begins
        var serving = serving
        // Each session ends by itself. What has not ended by then (a client that does not read) is given up.
        let deadline = Deadline.after(.milliseconds(1_500))
        while let client = try? listener.accept() {
            startThread(for: client)
            serving += 1
        }
        _ = consume listener  // closes it
        while serving > 0, try !departures.readEnd.wait(for: .readable, until: deadline).isEmpty {
            serving -= try countDepartures()
        }
        // step 7 ends
    }
}
