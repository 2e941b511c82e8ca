import CLinux
import Glibc

/// What can be done with a descriptor without waiting: poll(2); epoll(7) has the same bits.
public struct Readiness: OptionSet, Sendable {
    /// The bits of poll(2)'s `events`.
    public let rawValue: Int16
    /// Any set of poll(2)'s bits.
    @inlinable public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Reading gives bytes, the end of the stream, or a waiting client (POLLIN).
    @inlinable public static var readable: Readiness { Readiness(rawValue: Int16(POLLIN)) }
    /// There is room to write, or a connection attempt has ended (POLLOUT).
    @inlinable public static var writable: Readiness { Readiness(rawValue: Int16(POLLOUT)) }
    /// An error waits to be fetched (POLLERR). Reported whether asked for or not.
    @inlinable public static var failed: Readiness { Readiness(rawValue: Int16(POLLERR)) }
    /// Both directions are closed (POLLHUP). Reported whether asked for or not.
    @inlinable public static var hungUp: Readiness { Readiness(rawValue: Int16(POLLHUP)) }
    /// The other end sends no more, or the connection is gone (POLLRDHUP). What came before may still lie unread.
    @inlinable public static var finished: Readiness { Readiness(rawValue: 0x2000) }
}

/// One line of a question to poll(2): which descriptor, what is wanted of it, and then what was found.
public struct PollEntry: Sendable {
    let number: Int32
    let wanted: Readiness
    /// What ``poll(_:until:)`` found: empty if this one is not ready.
    public internal(set) var ready: Readiness = []

    init(number: Int32, wanted: Readiness) {
        self.number = number
        self.wanted = wanted
    }

    /// Asks about a descriptor, which must stay open until the answer is there.
    public init(_ descriptor: borrowing Descriptor, _ wanted: Readiness) {
        self.number = descriptor.number
        self.wanted = wanted
    }

    /// Asks about a socket, which must stay open until the answer is there.
    public init(_ socket: borrowing Socket, _ wanted: Readiness) {
        self.init(socket.descriptor, wanted)
    }
}

/// Waits until at least one descriptor is ready, or the deadline has passed: poll(2), to the nanosecond with ppoll(2).
///
/// - Returns: Whether one is ready. Which one, and for what, stands in the entries.
/// - Throws: ``SocketError`` with the operation `poll`.
@discardableResult
public func poll(_ entries: inout [PollEntry], until deadline: Deadline = .never) throws(SocketError) -> Bool {
    var list = entries.map { pollfd(fd: $0.number, events: $0.wanted.rawValue, revents: 0) }
    var count: Int32 = 0
    repeat {
        // The time left is computed anew after a signal, so that signals don't make the wait longer.
        count = try systemCall("poll") { unsafe clinux_poll(&list, list.count, deadline.pollNanoseconds) }
    } while count == 0 && !deadline.hasPassed
    for (index, answer) in list.enumerated() { entries[index].ready = Readiness(rawValue: answer.revents) }
    return count > 0
}

extension Descriptor {
    /// Waits until this one descriptor is ready, or the deadline has passed: poll(2).
    ///
    /// - Returns: What it is ready for; empty if the deadline came first.
    /// - Throws: ``SocketError`` with the operation `poll`.
    public func wait(for wanted: Readiness, until deadline: Deadline = .never) throws(SocketError) -> Readiness {
        var entries = [PollEntry(self, wanted)]
        try poll(&entries, until: deadline)
        return entries[0].ready
    }
}
