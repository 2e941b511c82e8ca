/// One thing that happened during a check.
public struct Event: Codable, Sendable {
    /// Microseconds since the first event.
    public var timeUs: Int
    /// Who did it or saw it: `program`, `client 1`, `grader`.
    public var who: String
    /// What happened, as a sentence without a subject: `sent 5 bytes`.
    public var what: String
    /// The first of the bytes it was about, readable: `"hello"`.
    public var data: String?

    enum CodingKeys: String, CodingKey {
        case timeUs = "time_us"
        case who, what, data
    }
}

/// Everything that happened during a check, in order.
///
/// Runs of the same kind by the same side are joined into one line, unless time passes between them; and a long transcript keeps
/// its beginning and its end.
final class Transcript {
    /// The moment of the first event.
    private lazy var start = ContinuousClock.now
    private var head: [Event] = []
    private var tail: [Event] = []
    private var left = 0
    private var run: (who: String, verb: String, count: Int, times: Int, latest: Int)?
    /// After so many microseconds without a piece the next one has a line and a time of its own.
    private static let pause = 100_000
    private static let limit = 150
    /// What was done, so that it can be done again.
    private(set) var exchange = Exchange()
    /// Where a person watches: called with each event as it happens.
    var onEvent: ((Event) -> Void)?

    /// The events, with a line where some were left out.
    var events: [Event] {
        guard left > 0, let next = tail.first else { return head + tail }
        return head + [Event(timeUs: next.timeUs, who: "grader", what: "(\(left) lines left out)", data: nil)] + tail
    }

    func add(_ who: String, _ what: String, data: String? = nil) {
        run = nil
        append(Event(timeUs: now, who: who, what: what, data: data))
    }

    /// Bytes that were sent or received: a series of them is one line with their sum.
    func add(_ who: String, _ verb: String, _ bytes: some Collection<UInt8>) {
        // Whoever watches has seen the line already: it can't be made longer.
        if onEvent == nil, let last = run, last.who == who, last.verb == verb, now - last.latest < Transcript.pause {
            let joined = (who, verb, last.count + bytes.count, last.times + 1, now)
            run = joined
            let what = "\(verb) \(counted(joined.2, "byte")) in \(joined.3) pieces"
            if tail.isEmpty { head[head.count - 1].what = what } else { tail[tail.count - 1].what = what }
        } else {
            add(who, "\(verb) \(counted(bytes.count, "byte"))", data: readable(bytes))
            run = (who, verb, bytes.count, 1, now)
        }
    }

    /// Something that can be done again.
    func record(_ who: String, _ action: Exchange.Action) { exchange.add(who, action, at: now) }

    /// Something that was written down elsewhere, in another thread: it takes its place in the order of time.
    func add(_ who: String, _ what: String, data: String? = nil, at instant: ContinuousClock.Instant) {
        run = nil
        let event = Event(timeUs: time(of: instant), who: who, what: what, data: data)
        guard head.count < Transcript.limit else { return append(event) }
        let place = head.lastIndex { $0.timeUs <= event.timeUs }.map { $0 + 1 } ?? 0
        head.insert(event, at: place)
    }

    /// Microseconds since the first event.
    func time(of instant: ContinuousClock.Instant) -> Int { max(0, Int(start.duration(to: instant) / .microseconds(1))) }

    private var now: Int { time(of: .now) }

    private func append(_ event: Event) {
        onEvent?(event)
        guard head.count >= Transcript.limit else { return head.append(event) }
        tail.append(event)
        if tail.count > Transcript.limit {
            tail.removeFirst()
            left += 1
        }
    }
}
