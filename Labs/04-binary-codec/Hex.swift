// Given: bytes as hexadecimal digits, and back.

enum Hex {
    /// Appends two lower-case digits for each byte.
    static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        let start = text.count
        text.append(addingCapacity: 2 * bytes.count) { output in output.append(repeating: 0, count: 2 * bytes.count) }
        var digits = text.mutableSpan
        write(bytes, into: &digits, from: start)
    }

    /// Arithmetic, not a table, and no call in the loop: so the compiler does many bytes at a time with vector instructions.
    @inline(never)
    private static func write(_ bytes: Span<UInt8>, into digits: inout MutableSpan<UInt8>, from start: Int) {
        precondition(start >= 0 && digits.count - start >= 2 * bytes.count)
        let zero = UInt8(ascii: "0")
        let letterOffset = UInt8(ascii: "a") - 10  // what makes 10 an "a"
        for index in 0..<bytes.count {
            let high = bytes[index] / 16
            let low = bytes[index] % 16
            digits[start + 2 * index] = high &+ (high > 9 ? letterOffset : zero)
            digits[start + 2 * index + 1] = low &+ (low > 9 ? letterOffset : zero)
        }
    }

    /// Reads two digits, of either case, for each byte.
    ///
    /// - Parameter digits: At least twice as long as `bytes`.
    /// - Returns: Whether all of them were digits.
    static func read(_ digits: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) -> Bool {
        precondition(digits.count >= 2 * bytes.count)
        let values = values.span
        var all: UInt8 = 0
        for index in 0..<bytes.count {
            let high = values[Int(digits[2 * index])]
            let low = values[Int(digits[2 * index + 1])]
            bytes[index] = high &* 16 | low
            all |= high | low
        }
        return all != notADigit
    }

    private static let notADigit: UInt8 = 0xFF

    /// The value of each character that is a digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: notADigit, count: 256)
        for (value, digit) in "0123456789abcdef".utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        for (value, digit) in "0123456789ABCDEF".utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
