/// Numbered places for values that have one owner each, such as the connections of a server.
///
/// An Array can't hold them, and a Dictionary would have to hash for every event. Here a value is found by an index, and stays
/// where it is until it is removed; then its place is given to the next one. A key names the place *and* its tenant: that of a
/// value that was removed finds nothing, even if somebody else has the place by then.
@safe public struct Slab<Element: ~Copyable>: ~Copyable {
    /// What a value is found by. It fits into the token of a ``Poller``.
    public struct Key: Hashable, Sendable {
        /// The place in the low half, and above it how often the place has changed hands.
        public let rawValue: UInt64

        /// A key that was kept as a number.
        @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

        @inlinable init(index: Int, turn: UInt32) { rawValue = UInt64(turn) << 32 | UInt64(UInt32(truncatingIfNeeded: index)) }

        /// The place: 0 and up, and given again after the value is removed.
        @inlinable public var index: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
        @inlinable var turn: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
    }

    /// The values; only the taken places are initialized.
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    /// How often each place was taken or left: odd while it is taken.
    @usableFromInline var turns: [UInt32] = []
    /// The places that are free, the next one last.
    @usableFromInline var free: [UInt32] = []
    @usableFromInline var capacity: Int
    /// How many values there are.
    public private(set) var count = 0

    /// No values, and room for a few.
    public init() {
        capacity = 16
        unsafe elements = .allocate(capacity: 16)
    }

    deinit {
        for (index, turn) in turns.enumerated() where !turn.isMultiple(of: 2) {
            unsafe (elements + index).deinitialize(count: 1)
        }
        unsafe elements.deallocate()
    }

    /// Whether there is none.
    public var isEmpty: Bool { count == 0 }

    /// The keys of all values, in no order that means anything.
    public var keys: [Key] {
        turns.enumerated().compactMap { $1.isMultiple(of: 2) ? nil : Key(index: $0, turn: $1) }
    }

    /// Whether the value of that key is still there.
    @inlinable public func contains(_ key: Key) -> Bool {
        key.index < turns.count && turns[key.index] == key.turn
    }

    /// Adds a value.
    ///
    /// - Returns: Its key.
    public mutating func insert(_ element: consuming Element) -> Key {
        let index: Int
        if let place = free.popLast() {
            index = Int(place)
        } else {
            index = turns.count
            if index == capacity { grow() }
            turns.append(0)
        }
        turns[index] &+= 1
        unsafe (elements + index).initialize(to: element)
        count += 1
        return Key(index: index, turn: turns[index])
    }

    /// Takes a value out; it is the caller's then. The key must be that of a value that is there.
    @discardableResult
    public mutating func remove(_ key: Key) -> Element {
        precondition(contains(key), "the value has been removed before")
        turns[key.index] &+= 1
        free.append(UInt32(key.index))
        count -= 1
        return unsafe (elements + key.index).move()
    }

    /// The value itself, in its place. The key must be that of a value that is there.
    @inlinable public subscript(key: Key) -> Element {
        unsafeAddress {
            precondition(contains(key), "the value has been removed")
            return unsafe UnsafePointer(elements + key.index)
        }
        unsafeMutableAddress {
            precondition(contains(key), "the value has been removed")
            return unsafe elements + key.index
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: elements, count: capacity)
        unsafe elements.deallocate()
        unsafe elements = larger
        capacity *= 2
    }
}
