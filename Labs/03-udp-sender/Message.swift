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
        // The filler alone, until step 2.
    }

    /// Step 2: reads the header from the first 12 bytes, of which there must be so many.
    init(reading bytes: Span<UInt8>) {
        unsolved(step: 2)
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
        unsolved(step: 4)
    }

    /// Step 6: whether the bytes are `NACK` and one or more whole numbers.
    ///
    /// No reply looks like that: as a sequence number, `NACK` is over a thousand million.
    private static func isRequest(_ bytes: Span<UInt8>) -> Bool {
        false
    }

    /// Step 6: the numbers behind `NACK`, big-endian as everything on the wire.
    private static func requestedSequences(_ bytes: Span<UInt8>) -> [UInt32] {
        []
    }
}

/// Step 4: whether two datagrams of one size are the same from byte 12 on.
private func hasSameFiller(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    false
}
