import Reflector
import Testing

struct FaultsTests {
    static var many: Faults {
        var faults = Faults(seed: 7)
        faults.loss = 0.1
        faults.requests = 0.1
        faults.strangers = 0.1
        faults.corruption = 0.1
        faults.truncation = 0.1
        faults.duplication = 0.2
        faults.reordering = 0.2
        faults.delaySpread = .milliseconds(10)
        return faults
    }

    static func arrival(_ sequence: UInt32, attempt: Int = 0, index: Int = 0) -> Arrival {
        Arrival(index: index, sequence: sequence, attempt: attempt, size: 64)
    }

    @Test func `The same seed gives the same fates, in whatever order they are asked for`() {
        let forwards = (0..<1_000).map { FaultsTests.many.fate(of: FaultsTests.arrival($0)) }
        let backwards = (0..<1_000).reversed().map { FaultsTests.many.fate(of: FaultsTests.arrival($0, index: 5)) }
        #expect(forwards == backwards.reversed())
    }

    @Test func `Another seed, and another attempt, give other fates`() {
        var other = FaultsTests.many
        other.seed = 8
        let fates = (0..<1_000).map { FaultsTests.many.fate(of: FaultsTests.arrival($0)) }
        #expect(fates != (0..<1_000).map { other.fate(of: FaultsTests.arrival($0)) })
        #expect(fates != (0..<1_000).map { FaultsTests.many.fate(of: FaultsTests.arrival($0, attempt: 1)) })
    }

    @Test func `Faults are about as frequent as asked for`() {
        let fates = (0..<10_000).map { FaultsTests.many.fate(of: FaultsTests.arrival($0)) }
        let lost = fates.count { $0.reply == .none && $0.requests.isEmpty }
        let requested = fates.count { !$0.requests.isEmpty }
        let doubled = fates.count { $0.copies == 2 }
        #expect((900...1_100).contains(lost))
        #expect((800...1_000).contains(requested))
        #expect((1_400...1_900).contains(doubled))
        #expect(fates.allSatisfy { $0.delay >= .zero && $0.delay < .milliseconds(10) })
    }

    @Test func `Without faults everything goes back as it is`() {
        #expect((0..<1_000).allSatisfy { Faults(seed: 1).fate(of: FaultsTests.arrival($0)) == Fate() })
    }

    @Test func `Corruption changes a byte that is there, and never a low byte of a number`() {
        var faults = Faults(seed: 3)
        faults.corruption = 1
        var places: Set<Int> = []
        for sequence in 0..<1_000 as Range<UInt32> {
            let fate = faults.fate(of: Arrival(index: 0, sequence: sequence, attempt: 0, size: 14))
            guard case .corrupted(let place, let mask) = fate.reply else {
                Issue.record("not corrupted: \(fate)")
                continue
            }
            #expect(mask != 0)
            places.insert(place)
        }
        #expect(places == [0, 4, 5, 6, 7, 12, 13])
    }

    @Test func `One probability does not change what another one hits`() {
        var one = Faults(seed: 5)
        one.duplication = 0.3
        var both = one
        both.delaySpread = .milliseconds(5)
        both.reordering = 0.5
        for sequence in 0..<100 as Range<UInt32> {
            #expect(one.fate(of: FaultsTests.arrival(sequence)).copies == both.fate(of: FaultsTests.arrival(sequence)).copies)
        }
    }
}
