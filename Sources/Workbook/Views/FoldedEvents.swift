import Grading

/// A transcript without what says the same again: for a person, where the whole of it is for programs (`--json`).
func folded(_ events: [Event]) -> [Event] {
    var result: [Event] = []
    var rest = lastRun(of: events)[...]
    while let first = rest.first {
        let same = rest.prefix { $0.what == first.what && $0.data == first.data }
        let clients = same.prefix { $0.who.hasPrefix("client ") }
        let repeated = same.prefix { $0.who == first.who }
        var event = first
        var count = 1
        if clients.count >= fewest, Set(clients.map(\.who)).count == clients.count {
            count = clients.count
            event.who = "\(count) clients"
        } else if repeated.count >= fewest {
            count = repeated.count
            event.what += " (\(count) times)"
        }
        result.append(event)
        rest = rest.dropFirst(count)
    }
    return result
}

/// Fewer lines than these are not worth folding.
private let fewest = 4

/// Where a program was only started again and again, the last time is what the failure is about.
private func lastRun(of events: [Event]) -> [Event] {
    let starts = events.indices.filter { events[$0].what.hasPrefix("started: ") }
    guard starts.count >= fewest, let last = starts.last, events.allSatisfy({ $0.who.hasPrefix("program") || $0.who == "grader" })
    else { return events }
    var note = events[last]
    (note.who, note.what) = ("grader", "(\(starts.count - 1) runs before this one are left out)")
    return [note] + events[last...]
}
