import CLinux
import Glibc

/// Datagrams that are sent or received together: one system call for many instead of one for each.
///
/// All memory is taken at the start, a slot for each datagram, and used again and again.
@safe public struct DatagramBatch: ~Copyable, @unchecked Sendable {
    /// How many datagrams fit.
    public let capacity: Int
    /// How many bytes a datagram can have.
    public let slotSize: Int
    /// How many datagrams there are.
    public fileprivate(set) var count = 0
    // Slot i begins at slots + i * slotSize, and has lengths[i] bytes in use. calloc's pages cost nothing until they are used.
    fileprivate let slots: UnsafeMutablePointer<UInt8>
    fileprivate let lengths: UnsafeMutablePointer<UInt32>

    /// An empty batch.
    public init(capacity: Int, slotSize: Int) {
        guard let slots = unsafe calloc(capacity, slotSize), let lengths = unsafe calloc(capacity, MemoryLayout<UInt32>.stride) else {
            fatalError("no memory for \(capacity) datagrams of \(slotSize) bytes")
        }
        self.capacity = capacity
        self.slotSize = slotSize
        unsafe self.slots = slots.bindMemory(to: UInt8.self, capacity: capacity * slotSize)
        unsafe self.lengths = lengths.bindMemory(to: UInt32.self, capacity: capacity)
    }

    /// An empty batch whose slots hold a copy of `template` each: ``append(_:)`` has to write only what differs.
    public init(capacity: Int, copiesOf template: [UInt8]) {
        self.init(capacity: capacity, slotSize: template.count)
        for slot in 0..<capacity { unsafe (slots + slot * slotSize).update(from: template, count: slotSize) }
    }

    deinit {
        unsafe free(slots)
        unsafe free(lengths)
    }

    /// Whether no datagram more fits.
    public var isFull: Bool { count == capacity }

    /// Empties the batch, but leaves the slots as they are.
    public mutating func removeAll() {
        count = 0
    }

    /// Adds a datagram that fills its slot.
    ///
    /// There must be room: ``isFull``.
    ///
    /// - Parameter write: Changes the bytes of the slot, which holds what it held when it was used last.
    public mutating func append(_ write: (inout MutableSpan<UInt8>) -> Void) {
        precondition(!isFull, "the batch is full")
        var slot = unsafe MutableSpan(_unsafeStart: slots + count * slotSize, count: slotSize)
        write(&slot)
        unsafe lengths[count] = UInt32(slotSize)
        count += 1
    }

    /// Looks at one of the datagrams, 0..<``count``.
    public borrowing func withDatagram<Result>(at index: Int, _ look: (Span<UInt8>) -> Result) -> Result {
        precondition((0..<count).contains(index), "the batch has no such datagram")
        return unsafe look(Span(_unsafeStart: slots + index * slotSize, count: Int(lengths[index])))
    }
}

extension Socket {
    /// Sends the datagrams of a batch to the address that the socket is connected to: sendmmsg(2), or udp(7) with UDP_SEGMENT.
    ///
    /// They stay in the batch: ``DatagramBatch/removeAll()`` empties it.
    ///
    /// - Returns: How many were taken, from the first on. Fewer than there are is normal; 0 means that the socket does not wait
    ///   and there is no room.
    /// - Throws: ``SocketError`` with the operation `send`; ECONNREFUSED where an earlier datagram found nobody.
    public func send(_ batch: borrowing DatagramBatch) throws(SocketError) -> Int {
        try transferCall("send") {
            Int(
                unsafe clinux_send_datagrams(
                    descriptor.number, batch.slots, batch.slotSize, batch.lengths, Int32(batch.count)))
        } ?? 0
    }

    /// Receives as many datagrams as have come and fit into the batch, and never waits: recvmmsg(2).
    ///
    /// The batch holds them afterwards and nothing else; none if none has come. A datagram longer than a slot is cut off.
    ///
    /// - Throws: ``SocketError`` with the operation `recv`; ECONNREFUSED where a datagram that was sent found nobody.
    public func receive(into batch: inout DatagramBatch) throws(SocketError) {
        batch.count = 0
        batch.count =
            try transferCall("recv") {
                Int(
                    unsafe clinux_receive_datagrams(
                        descriptor.number, batch.slots, batch.slotSize, batch.lengths, Int32(batch.capacity)))
            } ?? 0
    }
}
