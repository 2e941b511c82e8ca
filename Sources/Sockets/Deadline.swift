/// A moment by which something must have happened.
///
/// A deadline, not a time-out: a time-out that starts again at every call lets a hundred one-byte reads take a hundred
/// times as long. The clock is monotonic; setting the machine's time does not move a deadline.
public struct Deadline: Comparable, Sendable {
    /// nil is never.
    private let instant: ContinuousClock.Instant?

    /// No deadline at all.
    public static let never = Deadline(instant: nil)
    /// Already over: for calls that must not wait.
    public static var now: Deadline { .after(.zero) }
    /// So much time from now.
    public static func after(_ duration: Duration) -> Deadline { Deadline(instant: .now + duration) }

    private init(instant: ContinuousClock.Instant?) {
        self.instant = instant
    }

    /// The time left, never negative; nil if there is no deadline.
    public var remaining: Duration? {
        instant.map { max(.zero, ContinuousClock.Instant.now.duration(to: $0)) }
    }

    /// Whether the moment is over.
    public var hasPassed: Bool { remaining == .zero }

    /// The same moment, so much later.
    public func advanced(by duration: Duration) -> Deadline { Deadline(instant: instant.map { $0 + duration }) }

    /// The earlier one first; never comes last.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        switch (left.instant, right.instant) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        default: false
        }
    }

    /// What ppoll(2) is given: the nanoseconds left, rounded up, so that a wait never ends before its time; -1 is for ever.
    var pollNanoseconds: Int64 {
        guard let remaining else { return -1 }
        let (seconds, attoseconds) = remaining.components
        let (nanoseconds, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        // A wait of over a day is looked at again after a day.
        return min(seconds, 86_400) * 1_000_000_000 + nanoseconds + (rest > 0 ? 1 : 0)
    }
}
