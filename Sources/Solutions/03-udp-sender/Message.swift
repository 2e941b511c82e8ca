import LabProgram

/// What every datagram of a series begins with; filler follows, the same in all of them.
///
///      0               4                               12
///     +---------------+-------------------------------+-------- - -
///     | sequence      | timestamp                     | filler
///     +---------------+-------------------------------+-------- - -
struct Header: Equatable, Sendable {
    /// Which datagram of the series this is, from 0 on.
    var sequence: UInt32
    /// When it was sent: microseconds since 1970.
    var timestamp: UInt64

    /// How many bytes it takes on the wire.
    static let size = 12

    /// A datagram of `size` bytes with its filler in place, and room for the header.
    static func template(size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    }
}

extension Header {
    /// Step 2: writes the header to the first 12 bytes, the most significant byte of each number first.
    func write(to bytes: inout MutableSpan<UInt8>) {
        // step 2 begins
        // starter: // The filler alone, until step 2.
        // A struct in memory is no wire format: this machine stores the lowest byte first, and puts 4 bytes of padding
        // between these two numbers. So each byte is put where it belongs.
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: sequence >> (24 - 8 * index)) }
        for index in 0..<8 { bytes[4 + index] = UInt8(truncatingIfNeeded: timestamp >> (56 - 8 * index)) }
        // step 2 ends
    }

    /// Step 2: reads the header from the first 12 bytes, of which there must be so many.
    init(reading bytes: Span<UInt8>) {
        // step 2 begins
        var sequence: UInt32 = 0
        var timestamp: UInt64 = 0
        for index in 0..<4 { sequence = sequence << 8 | UInt32(bytes[index]) }
        for index in 4..<12 { timestamp = timestamp << 8 | UInt64(bytes[index]) }
        self.init(sequence: sequence, timestamp: timestamp)
        // step 2 ends
    }
}

/// What a datagram that has arrived can be, going by its bytes alone.
enum Message: Equatable, Sendable {
    /// It has the form of what we send. Whether it was sent, only the ledger knows.
    case reply(Header)
    /// The peer misses these, and asks to send them again: `NACK` and one or more sequence numbers.
    case request([UInt32])
    /// Anything else.
    case other

    /// Step 4: tells the forms apart; step 6 adds requests.
    ///
    /// - Parameter template: What we send, but for the header.
    init(_ bytes: Span<UInt8>, template: Span<UInt8>) {
        // step 4 begins
        // starter: unsolved(step: 4)
        if Message.isRequest(bytes) {
            self = .request(Message.requestedSequences(bytes))
        } else if bytes.count == template.count, hasSameFiller(bytes, template) {
            self = .reply(Header(reading: bytes))
        } else {
            self = .other
        }
        // step 4 ends
    }

    /// Step 6: whether the bytes are `NACK` and one or more whole numbers.
    ///
    /// No reply looks like that: as a sequence number, `NACK` is over a thousand million.
    private static func isRequest(_ bytes: Span<UInt8>) -> Bool {
        // step 6 begins
        // starter: false
        guard bytes.count >= 8, bytes.count.isMultiple(of: 4) else { return false }
        return bytes[0] == UInt8(ascii: "N") && bytes[1] == UInt8(ascii: "A")
            && bytes[2] == UInt8(ascii: "C") && bytes[3] == UInt8(ascii: "K")
        // step 6 ends
    }

    /// Step 6: the numbers behind `NACK`, big-endian as everything on the wire.
    private static func requestedSequences(_ bytes: Span<UInt8>) -> [UInt32] {
        // step 6 begins
        // starter: []
        stride(from: 4, to: bytes.count, by: 4).map { start in
            (start..<start + 4).reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
        }
        // step 6 ends
    }
}

/// Step 4: whether two datagrams of one size are the same from byte 12 on.
private func hasSameFiller(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    // step 4 begins
    // starter: false
    // All the way through rather than out at the first difference: without a branch the compiler compares many at a time.
    var difference: UInt8 = 0
    for index in Header.size..<left.count { difference |= left[index] ^ right[index] }
    return difference == 0
    // step 4 ends
}
