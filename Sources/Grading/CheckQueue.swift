import Foundation

/// The checks that are still to be made, handed out to the threads that make them, each one after what it needs.
final class CheckQueue: @unchecked Sendable {
    /// How many checks there are.
    let total: Int
    private let condition = NSCondition()
    // Guarded by the condition's lock.
    private var waiting: [Check]
    private var done: [String: CheckReport] = [:]
    private let alone: Bool
    /// Whether the next check is taken from the end: the checks that none builds on are often those that wait a lot, and do so beside the
    /// work of the others.
    private var takesLast = false

    /// - Parameter alone: Hands checks out whether or not what they need has passed.
    init(_ checks: [Check], alone: Bool) {
        let heights = Self.heights(of: checks)
        // Whoever has the longest way to go starts first. In the lab's order where that is the same.
        waiting = checks.enumerated().sorted {
            (-heights[$0.element.id, default: 0], $0.offset) < (-heights[$1.element.id, default: 0], $1.offset)
        }.map(\.element)
        total = checks.count
        self.alone = alone
    }

    /// How long the longest chain of checks is that build on a check and on each other. What a check needs stands before it in its lab.
    private static func heights(of checks: [Check]) -> [String: Int] {
        var heights: [String: Int] = [:]
        for check in checks.reversed() {
            for need in check.needs { heights[need] = max(heights[need, default: 0], heights[check.id, default: 0] + 1) }
        }
        return heights
    }

    /// The reports so far, by the checks' names.
    var reports: [String: CheckReport] { condition.withLock { done } }

    /// The next check to make, and its report already if there is nothing to make; nil when all are handed out.
    ///
    /// Blocks while every check that is left needs one that is being made.
    func next() -> (Check, CheckReport?)? {
        condition.lock()
        defer { condition.unlock() }
        while !waiting.isEmpty {
            if let index = takesLast ? waiting.lastIndex(where: isReady) : waiting.firstIndex(where: isReady) {
                takesLast.toggle()
                let check = waiting.remove(at: index)
                return (check, obstacle(to: check))
            }
            condition.wait()
        }
        return nil
    }

    /// Files a report.
    ///
    /// - Returns: How many are done.
    func finish(_ check: Check, _ report: CheckReport) -> Int {
        condition.lock()
        defer { condition.unlock() }
        done[check.id] = report
        condition.broadcast()
        return done.count
    }

    private func isReady(_ check: Check) -> Bool {
        alone || check.needs.allSatisfy { done[$0] != nil } || obstacle(to: check) != nil
    }

    private func obstacle(to check: Check) -> CheckReport? {
        guard !alone, let need = check.needs.first(where: { done[$0].map { $0.status != .passed } ?? false }), let report = done[need]
        else { return nil }
        // Below an unsolved step, all is unsolved: nothing that a student has not come to looks failed or forgotten.
        if report.status == .unsolved { return CheckReport(check, .unsolved, message: report.message) }
        return CheckReport(check, waitingFor: need)
    }
}

extension Lab {
    /// The checks, and whatever they need, in the lab's order.
    public func closure(of wanted: [Check]) -> [Check] {
        var names = Set(wanted.map(\.id))
        var open = wanted
        while let check = open.popLast() {
            for need in check.needs.compactMap({ self.check($0) }) where names.insert(need.id).inserted { open.append(need) }
        }
        return checks.filter { names.contains($0.id) }
    }
}

/// A piece of blocking work in a thread of its own, which can be waited for.
public final class Completion: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Starts the work.
    public static func inThread(_ work: @escaping @Sendable () -> Void) -> Completion {
        let completion = Completion()
        Thread.detachNewThread {
            work()
            completion.semaphore.signal()
        }
        return completion
    }

    /// Blocks until the work is done.
    public func wait() { semaphore.wait() }
}
