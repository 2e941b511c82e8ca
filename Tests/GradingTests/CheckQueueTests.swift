import Testing

@testable import Grading

/// The order in which checks are made: each after what it needs, and who has the longest way to go first.
struct CheckQueueTests {
    private static func check(_ id: String, needs: [String] = []) -> Check { Check(id, step: 1, id, needs: needs, hints: []) { _ in } }

    @Test func `The longest chain starts first, and the last that none builds on beside it`() {
        let checks = [
            Self.check("alone"), Self.check("base"), Self.check("middle", needs: ["base"]), Self.check("top", needs: ["middle"]),
            Self.check("last"),
        ]
        let queue = CheckQueue(checks, alone: false)
        #expect(queue.next()?.0.id == "base")
        #expect(queue.next()?.0.id == "last")
        // What the rest of the chain needs is not done yet.
        #expect(queue.next()?.0.id == "alone")
        _ = queue.finish(checks[1], CheckReport(checks[1], .passed))
        #expect(queue.next()?.0.id == "middle")
        _ = queue.finish(checks[2], CheckReport(checks[2], .passed))
        #expect(queue.next()?.0.id == "top")
        #expect(queue.next() == nil)
    }

    @Test func `What builds on a failed check is not made`() throws {
        let checks = [Self.check("base"), Self.check("middle", needs: ["base"]), Self.check("top", needs: ["middle"])]
        let queue = CheckQueue(checks, alone: false)
        _ = queue.next()
        _ = queue.finish(checks[0], CheckReport(checks[0], .failed, message: "wrong"))
        for (check, need) in [(checks[1], "base"), (checks[2], "middle")] {
            let (next, report) = try #require(queue.next())
            #expect(next.id == check.id && report?.status == .notRun && report?.message?.contains("'\(need)'") == true)
            _ = queue.finish(next, try #require(report))
        }
    }

    @Test(arguments: Lab.all) func `What a check needs stands before it in its lab`(_ lab: Lab) {
        var before: Set<String> = []
        for check in lab.checks {
            #expect(before.isSuperset(of: check.needs), "\(check.id) needs \(check.needs)")
            before.insert(check.id)
        }
    }
}
