import Sockets
import Testing

/// The list of idle clients of lab 6's solution, against a plain array.
@Suite struct IdleListTests {
    @Test func `is empty at first, and again`() {
        var list = IdleList()
        #expect(list.first == nil)
        list.remove(7)
        list.insert(3, token: 30, until: .now)
        #expect(list.first?.token == 30)
        list.remove(3)
        list.remove(3)
        #expect(list.first == nil)
    }

    @Test func `stays in the order of the deadlines, whatever happens`() {
        var random = SystemRandomNumberGenerator()
        var list = IdleList()
        var model: [(index: Int, deadline: Deadline)] = []
        let start = Deadline.now
        for round in 0..<2_000 {
            let index = Int.random(in: 0..<40, using: &random)
            model.removeAll { $0.index == index }
            if Bool.random(using: &random) {
                // Mostly later than all others, as a client that was just heard; now and then earlier.
                let time = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 0...round, using: &random) : round
                let deadline = start.advanced(by: .seconds(time))
                list.insert(index, token: UInt64(index), until: deadline)
                let place = model.firstIndex { $0.deadline > deadline } ?? model.count
                model.insert((index, deadline), at: place)
            } else {
                list.remove(index)
            }
            #expect(list.first.map { Int($0.token) } == model.first?.index)
        }
        while let (token, deadline) = list.first {
            #expect(model.removeFirst() == (Int(token), deadline))
            list.remove(Int(token))
        }
        #expect(model.isEmpty)
    }
}
