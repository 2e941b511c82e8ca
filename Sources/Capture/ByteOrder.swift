// Numbers in bytes. Packets have the most significant byte first (RFC 1700, "network byte order"); a capture file has
// whichever order its writer's machine had.

extension Span where Element == UInt8 {
    /// The 16-bit number at that index, most significant byte first. The bytes must be there.
    @inlinable
    public func bigEndianUInt16(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }

    /// The 32-bit number at that index, most significant byte first. The bytes must be there.
    @inlinable
    public func bigEndianUInt32(at index: Int) -> UInt32 {
        UInt32(bigEndianUInt16(at: index)) << 16 | UInt32(bigEndianUInt16(at: index + 2))
    }

    /// The 128-bit number at that index, most significant byte first. The bytes must be there.
    @inlinable
    public func bigEndianUInt128(at index: Int) -> UInt128 {
        (0..<4).reduce(0) { $0 << 32 | UInt128(bigEndianUInt32(at: index + 4 * $1)) }
    }
}

/// The order of the bytes of the numbers in a capture file.
enum ByteOrder {
    case big, little

    func uint16(_ bytes: Span<UInt8>, at index: Int) -> UInt16 {
        let number = bytes.bigEndianUInt16(at: index)
        return self == .big ? number : number.byteSwapped
    }

    func uint32(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
        let number = bytes.bigEndianUInt32(at: index)
        return self == .big ? number : number.byteSwapped
    }
}
