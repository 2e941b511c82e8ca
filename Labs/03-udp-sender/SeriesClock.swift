// Given: the time of a series.
import Glibc
import Sockets

/// A monotonic clock that starts with the series; all its times are nanoseconds since then.
///
/// The timestamps in the datagrams are the same clock, moved by what the wall clock showed at the start. So whoever sets the
/// machine's time meanwhile changes no timestamp, and each timestamp belongs to one moment of this clock.
struct SeriesClock: Sendable {
    private let start = ContinuousClock.now
    private let startDeadline = Deadline.now
    /// Microseconds since 1970 at the start.
    private let startTimestamp: UInt64

    init() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        startTimestamp = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }

    /// The time now.
    var now: Int64 { start.duration(to: .now).nanoseconds }

    /// What a datagram that is sent at that time carries: microseconds since 1970.
    func timestamp(at time: Int64) -> UInt64 { startTimestamp + UInt64(time / 1_000) }

    /// The same moment, to wait for.
    func deadline(at time: Int64) -> Deadline { startDeadline.advanced(by: .nanoseconds(time)) }
}

extension Duration {
    /// Whole nanoseconds; what is longer than 292 years becomes 292 years.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
