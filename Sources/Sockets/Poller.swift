import CLinux
import Glibc

/// A standing question to the kernel: which of many descriptors are ready? epoll(7).
///
/// poll(2) is told about every descriptor at every call, and looks at them all. A poller is told once, keeps the list in the
/// kernel, and each wait costs as much as there are descriptors that *are* ready, however many are watched.
///
/// Each descriptor goes with a number of the caller's own, its token, and that is what comes back. A descriptor that is closed is
/// watched no more; there is nothing to remove then.
@safe public struct Poller: ~Copyable {
    private let descriptor: Descriptor
    /// Where the kernel writes what is ready.
    private let events: UnsafeMutableBufferPointer<epoll_event>
    /// How many of them the last wait found.
    private var count = 0

    /// When the poller says that a descriptor is ready.
    public enum Trigger: Sendable {
        /// At every wait, as long as it is ready.
        case level
        /// Once, each time that it becomes ready: EPOLLET. Whoever leaves something unread is not told again before more comes.
        case edge
    }

    /// One descriptor that is ready.
    public struct Event: Equatable, Sendable {
        /// The number that it was added with.
        public let token: UInt64
        /// What it is ready for. ``Readiness/failed`` and ``Readiness/hungUp`` come unasked.
        public let ready: Readiness

        @inlinable init(token: UInt64, ready: Readiness) {
            self.token = token
            self.ready = ready
        }
    }

    /// A poller that watches nothing yet: epoll_create1(2).
    ///
    /// - Parameter capacity: How many events one wait returns at most, 1 and up. The others come with the next wait; none is lost.
    /// - Throws: ``SocketError`` with the operation `epoll_create1`.
    public init(capacity: Int = 256) throws(SocketError) {
        precondition(capacity > 0, "a poller without room for an event would never return one")
        descriptor = Descriptor(adopting: try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        unsafe events = .allocate(capacity: capacity)
        unsafe events.initialize(repeating: epoll_event())
    }

    deinit { unsafe events.deallocate() }

    // MARK: What is watched

    /// Watches a descriptor: epoll_ctl(2).
    ///
    /// - Throws: ``SocketError`` with the operation `epoll_ctl`: EEXIST if it is watched already, EPERM if it is a plain file.
    public func add(
        _ descriptor: borrowing Descriptor, _ wanted: Readiness, _ trigger: Trigger = .level, token: UInt64
    ) throws(SocketError) {
        try control(EPOLL_CTL_ADD, descriptor, wanted, trigger, token)
    }

    /// Asks for something else of a descriptor that is watched; an empty set asks for nothing but errors: epoll_ctl(2).
    ///
    /// - Throws: ``SocketError`` with the operation `epoll_ctl`: ENOENT if it is not watched.
    public func change(
        _ descriptor: borrowing Descriptor, _ wanted: Readiness, _ trigger: Trigger = .level, token: UInt64
    ) throws(SocketError) {
        try control(EPOLL_CTL_MOD, descriptor, wanted, trigger, token)
    }

    /// Watches a descriptor no more, which stays open: epoll_ctl(2).
    ///
    /// - Throws: ``SocketError`` with the operation `epoll_ctl`: ENOENT if it is not watched.
    public func remove(_ descriptor: borrowing Descriptor) throws(SocketError) {
        try control(EPOLL_CTL_DEL, descriptor, [], .level, 0)
    }

    private func control(
        _ operation: Int32, _ subject: borrowing Descriptor, _ wanted: Readiness, _ trigger: Trigger, _ token: UInt64
    ) throws(SocketError) {
        let bits = UInt32(UInt16(bitPattern: wanted.rawValue)) | (trigger == .edge ? EPOLLET.rawValue : 0)
        var event = unsafe epoll_event(events: bits, data: epoll_data_t(u64: token))
        _ = try systemCall("epoll_ctl") { unsafe epoll_ctl(descriptor.number, operation, subject.number, &event) }
    }

    // MARK: What is ready

    /// Waits until a descriptor is ready, or the deadline has passed: epoll_wait(2).
    ///
    /// The kernel counts in milliseconds here. A wait is rounded up to a whole one, so that it never ends before its time.
    ///
    /// - Returns: How many events there are, for ``subscript(_:)``; 0 if the deadline came first.
    /// - Throws: ``SocketError`` with the operation `epoll_wait`.
    public mutating func wait(until deadline: Deadline = .never) throws(SocketError) -> Int {
        repeat {
            // The time left is computed anew after a signal, so that signals don't make the wait longer.
            count = Int(
                try systemCall("epoll_wait") {
                    unsafe epoll_wait(descriptor.number, events.baseAddress, Int32(events.count), deadline.pollMilliseconds)
                })
        } while count == 0 && !deadline.hasPassed
        return count
    }

    /// One of the events that the last wait found.
    public subscript(index: Int) -> Event {
        precondition((0..<count).contains(index), "the last wait found fewer events")
        let event = unsafe events[index]
        // The bits above the first sixteen are those of requests, and never in an answer.
        return unsafe Event(token: event.data.u64, ready: Readiness(rawValue: Int16(truncatingIfNeeded: event.events)))
    }
}
