import CLinux
import Glibc

/// Something that one thread rings and another one waits for, next to its sockets: eventfd(2).
///
/// Rings are counted, not queued: however many came since the last ``answer()``, there is one thing to answer.
public final class WakeUp: Sendable {
    /// Readable from the first ring on, until it is answered.
    public let descriptor: Descriptor

    /// Nobody has rung yet.
    ///
    /// - Throws: ``SocketError`` with the operation `eventfd`.
    public init() throws(SocketError) {
        descriptor = Descriptor(
            adopting: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    /// Wakes whoever waits for the descriptor. Any thread may; it never waits.
    public func ring() {
        // It can fail only where 2^64 - 2 rings are unanswered, and then the descriptor is readable anyhow.
        _ = eventfd_write(descriptor.number, 1)
    }

    /// Takes back all rings so far, so that the descriptor is readable again only after the next one.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func answer() -> Bool {
        var rings: eventfd_t = 0
        return unsafe eventfd_read(descriptor.number, &rings) == 0
    }
}
