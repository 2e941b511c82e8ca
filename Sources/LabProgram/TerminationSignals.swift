import CLinux
import Glibc
import Sockets

import class Foundation.Thread

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
        descriptor = try signalDescriptor([SIGTERM, SIGINT])
    }
}

/// SIGHUP, by which a server is asked to load its files again, as something that can be waited for: signalfd(2).
public final class HangupSignal: Sendable {
    private let descriptor: Descriptor

    /// Call this before the first thread is started: a thread inherits which signals are blocked.
    ///
    /// - Throws: `SocketError` with the operation `signalfd`.
    public init() throws(SocketError) {
        descriptor = try signalDescriptor([SIGHUP])
    }

    /// Runs `body` in a thread of its own, each time that the signal comes. Signals that come while it runs make it run once more.
    public func whenRaised(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [self] in
            // One record of 128 bytes for each signal: signalfd(2).
            while let record = try? descriptor.read(upTo: 128), !record.isEmpty { body() }
        }
    }
}

private func signalDescriptor(_ signals: [Int32]) throws(SocketError) -> Descriptor {
    let number = clinux_signal_descriptor(signals, Int32(signals.count))
    guard number != -1 else { throw SocketError("signalfd", code: errno) }
    return Descriptor(adopting: number)
}
