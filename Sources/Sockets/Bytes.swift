import Glibc

extension OutputSpan<UInt8> {
    /// Adds all of the bytes at the end, in one copy: memcpy(3).
    ///
    /// There must be room for them: ``freeCapacity`` is checked, as when one byte is added.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { (output, filled) in
            unsafe bytes.withUnsafeBufferPointer { (input) in
                precondition(input.count <= output.count - filled, "more bytes than there is room for")
                guard let source = input.baseAddress, let target = output.baseAddress else { return }
                unsafe (target + filled).initialize(from: source, count: input.count)
                filled += input.count
            }
        }
    }

    /// Adds so many bytes at the end, each made of its place among them. Whether there is room is asked once for all, which lets the
    /// compiler write them in one go.
    @inlinable @inline(__always)
    public mutating func append(count: Int, _ byte: (_ place: Int) -> UInt8) {
        unsafe withUnsafeMutableBufferPointer { (output, filled) in
            precondition((0...output.count - filled).contains(count), "more bytes than there is room for")
            guard let target = output.baseAddress else { return }
            for place in 0..<count { unsafe (target + filled + place).initialize(to: byte(place)) }
            filled += count
        }
    }
}

extension [UInt8] {
    /// Adds all of the bytes at the end, in one copy.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in output.append(bytes) }
    }
}

extension Span<UInt8> {
    /// Where the byte stands first, from an index on; nil if it is not there: memchr(3).
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition((0...count).contains(start), "the search must start within the bytes")
        return unsafe withUnsafeBufferPointer { (bytes) in
            guard let base = bytes.baseAddress, let place = unsafe memchr(base + start, Int32(byte), bytes.count - start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(place) - UnsafeRawPointer(base)
        }
    }
}
