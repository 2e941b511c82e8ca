import LabProgram
import SecureSockets
import Sockets
import Synchronization

/// Lab 2's echo service, over TLS: each client has a thread of its own.
final class EchoServer: Sendable {
    private let settings: ServerSettings
    private let termination: TerminationSignals
    private let hangup: HangupSignal
    /// What the next client is served with. Those who are here keep what they began with.
    private let context: Mutex<TLSContext>

    /// - Throws: `TLSError` if the certificate or the key is of no use: better now than at the first client.
    init(_ settings: ServerSettings, termination: TerminationSignals, hangup: HangupSignal) throws {
        self.settings = settings
        self.termination = termination
        self.hangup = hangup
        context = Mutex(try settings.makeContext())
    }

    func run() throws {
        // step 7 begins
        // starter: termination.whenRaised { unsolved(step: 7) }
        // step 7 ends
        // step 8 begins
        // starter: hangup.whenRaised { unsolved(step: 8) }
        hangup.whenRaised { [self] in reload() }
        // step 8 ends
        try serveClients(at: settings.endpoint, until: termination) { [self] (client) throws(SocketError) in serve(client) }
    }

    /// Step 4: serves one client. Whatever it sends, and whatever it does not, is no reason to end the others.
    private func serve(_ client: consuming Socket) {
        do {
            let connection = try SecureConnection(accepting: client, context.withLock { $0 })
            var session = try EchoSession(connection, settings, termination: termination)
            try session.run()
        } catch {
            // step 4 begins
            report("client lost: \(error)")
            // step 4 ends
        }
    }

    /// Step 8: loads certificate and key again, for new clients. If that fails, the old ones are still good.
    private func reload() {
        // step 8 begins
        do {
            let renewed = try settings.makeContext()
            context.withLock { $0 = renewed }
            report("loaded the certificate again")
        } catch {
            report("the certificate was not loaded again, the old one stays: \(error)")
        }
        // step 8 ends
    }
}
