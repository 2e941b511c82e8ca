import Sockets
import Testing

/// Counts how many of its kind there are.
private struct Guest: ~Copyable {
    final class Book { var present = 0 }
    let number: Int
    var visits = 0
    private let book: Book

    init(_ number: Int, _ book: Book) {
        self.number = number
        self.book = book
        book.present += 1
    }

    deinit { book.present -= 1 }
}

@Suite struct SlabTests {
    @Test func `keeps values where they are, and lets go of them`() {
        let book = Guest.Book()
        do {
            var slab = Slab<Guest>()
            let keys = (0..<1_000).map { slab.insert(Guest($0, book)) }
            for (number, key) in keys.enumerated() { slab[key].visits += number }
            for (number, key) in keys.enumerated() {
                let guest = (slab[key].number, slab[key].visits)
                #expect(guest == (number, number))
            }
            for key in keys where key.index.isMultiple(of: 2) { slab.remove(key) }
            let (count, left) = (slab.count, slab.keys)
            #expect(count == 500)
            #expect(book.present == 500)
            #expect(left.map(\.index) == Array(stride(from: 1, to: 1_000, by: 2)))
            for key in keys {
                let isThere = slab.contains(key)
                #expect(isThere != key.index.isMultiple(of: 2))
            }
        }
        #expect(book.present == 0)
    }

    @Test func `finds nothing for the key of a value that is gone`() {
        let book = Guest.Book()
        var slab = Slab<Guest>()
        let first = slab.insert(Guest(1, book))
        #expect(slab.remove(first).number == 1)
        let second = slab.insert(Guest(2, book))
        #expect(second.index == first.index)
        let keys = [first, second, Slab<Guest>.Key(rawValue: second.rawValue), Slab<Guest>.Key(rawValue: .max)]
        let found = [slab.contains(keys[0]), slab.contains(keys[1]), slab.contains(keys[2]), slab.contains(keys[3])]
        #expect(found == [false, true, true, false])
    }
}
