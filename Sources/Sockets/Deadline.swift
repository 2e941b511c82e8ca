import Glibc

/// A moment by which something must have happened.
///
/// A deadline, not a time-out: a time-out that starts again at every call lets a hundred one-byte reads take a hundred
/// times as long. The clock is monotonic; setting the machine's time does not move a deadline.
@frozen public struct Deadline: Comparable, Sendable {
    /// Nanoseconds on the kernel's monotonic clock; the largest number is never. A plain number, because event loops compare and copy
    /// deadlines for every message.
    @usableFromInline let instant: Int64

    /// No deadline at all.
    @inlinable public static var never: Deadline { Deadline(instant: .max) }
    /// Already over: for calls that must not wait.
    public static var now: Deadline { Deadline(instant: monotonicTime()) }
    /// So much time from now. Centuries are never.
    public static func after(_ duration: Duration) -> Deadline { now.advanced(by: duration) }

    @inlinable init(instant: Int64) {
        self.instant = instant
    }

    /// The time left, never negative; nil if there is no deadline.
    public var remaining: Duration? { self == .never ? nil : .nanoseconds(nanosecondsLeft) }

    /// Whether the moment is over.
    @inlinable public var hasPassed: Bool { self != .never && instant <= monotonicTime() }

    /// The same moment, so much later.
    public func advanced(by duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        guard self != .never, seconds < Int64.max / 2_000_000_000 else { return .never }
        // Rounded up, so that nothing ends before its time.
        let nanoseconds = seconds * 1_000_000_000 + (attoseconds + 999_999_999) / 1_000_000_000
        let (sum, isTooLarge) = instant.addingReportingOverflow(nanoseconds)
        return isTooLarge ? .never : Deadline(instant: sum)
    }

    /// The earlier one first; never comes last.
    @inlinable public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }

    private var nanosecondsLeft: Int64 { max(0, instant - monotonicTime()) }

    /// What ppoll(2) is given: the nanoseconds left; -1 is for ever.
    ///
    /// A wait of over a day is looked at again after a day.
    var pollNanoseconds: Int64 { self == .never ? -1 : min(nanosecondsLeft, 86_400_000_000_000) }

    /// What epoll_wait(2) is given: the milliseconds left, rounded up; -1 is for ever.
    var pollMilliseconds: Int32 {
        let nanoseconds = pollNanoseconds
        return nanoseconds < 0 ? -1 : Int32((nanoseconds + 999_999) / 1_000_000)
    }
}

/// Nanoseconds since some moment in the past: clock_gettime(2), CLOCK_MONOTONIC, which needs no system call.
public func monotonicTime() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
