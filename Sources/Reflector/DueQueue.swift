import Sockets

/// Things that wait for their moment; what is due first comes out first, and of one moment in the order of coming.
struct DueQueue<Element: Sendable>: Sendable {
    private var entries: [(due: Deadline, element: Element)] = []
    /// Those before this one have left.
    private var first = 0

    /// When the next one is due; nil if there is none.
    var nextDue: Deadline? { first < entries.count ? entries[first].due : nil }

    mutating func insert(_ element: Element, due: Deadline) {
        // Binary search for the first one that is due later; mostly there is none.
        var (low, high) = (first, entries.count)
        if let last = entries.last, last.due <= due { low = high }
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].due <= due { low = middle + 1 } else { high = middle }
        }
        entries.insert((due, element), at: low)
    }

    mutating func removeNextIfDue() -> Element? {
        guard let due = nextDue, due.hasPassed else { return nil }
        let element = entries[first].element
        first += 1
        // To close the gap each time would move all the others each time.
        if first > 1_000 && first > entries.count / 2 || first == entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return element
    }
}
