import CLinux
import Glibc
import Sockets

/// SIGTERM and SIGINT as something that can be waited for, next to sockets: signalfd(2).
///
/// The signals stay pending, so ``descriptor`` becomes readable once and stays so: every thread that waits for it sees it,
/// and no handler interrupts anybody.
public final class TerminationSignals: Sendable {
    /// Readable from the moment when the program was asked to end. Poll it; don't read it.
    public let descriptor: Descriptor

    /// Call this before the first thread is started: a thread inherits which signals are blocked.
    ///
    /// - Throws: `SocketError` with the operation `signalfd`.
    public init() throws(SocketError) {
        let number = clinux_signal_descriptor([SIGTERM, SIGINT], 2)
        guard number != -1 else { throw SocketError("signalfd", code: errno) }
        descriptor = Descriptor(adopting: number)
    }
}
