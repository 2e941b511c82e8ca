import LabProgram

// Given: a parser for the one kind of JSON text (RFC 8259) that `encode` takes.

/// Reads an object with a type and a payload, in any order, with the white space and the escapes that JSON allows.
///
/// The keys that `decode` adds (`offset`, `version`, `length`) may be there, and say nothing; any other key, and any key
/// twice, is an error.
struct MessageParser {
    /// How far the text has been read.
    private var position = 0
    /// The string that was read last, without its quotes and escapes.
    private var string: [UInt8] = []

    /// Reads the text of one message.
    ///
    /// - Parameter payload: What was in it is replaced by the message's payload.
    /// - Returns: The message's type.
    mutating func message(in text: Span<UInt8>, payload: inout [UInt8]) throws(MalformedInput) -> UInt16 {
        position = 0
        var type: UInt16?
        var seen: Keys = []
        try expect("{", in: text)
        repeat {
            try readString(in: text, "a key")
            guard let key = Keys(string) else {
                throw MalformedInput("unknown key \"\(String(decoding: string.prefix(40), as: UTF8.self))\"")
            }
            guard seen.insert(key).inserted else { throw MalformedInput("\"\(key.name)\" is there twice") }
            try expect(":", in: text)
            if key == .payload {
                try readPayload(in: text, into: &payload)
                continue
            }
            let number = try wholeNumber(in: text)
            if key == .type {
                type = number.flatMap(UInt16.init(exactly:))
                guard type != nil else { throw MalformedInput("type must be a whole number from 0 to 65535") }
            }
            guard number != nil else { throw MalformedInput("\(key.name) must be a whole number") }
        } while try separator(in: text)
        skipSpace(in: text)
        guard position == text.count else { throw unexpected("the end of the line", in: text) }
        guard let type else { throw MalformedInput("\"type\" is missing") }
        guard seen.contains(.payload) else { throw MalformedInput("\"payload\" is missing") }
        return type
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let comma = UInt8(ascii: ",")
    private static let brace = UInt8(ascii: "}")

    private mutating func readPayload(in text: Span<UInt8>, into payload: inout [UInt8]) throws(MalformedInput) {
        skipSpace(in: text)
        // Nearly always the string has no escapes. Then what is between the quotes are the digits.
        if position < text.count, text[position] == Self.quote,
            let end = text.firstIndex(of: Self.quote, from: position + 1),
            readHex(text.extracting(position + 1..<end), into: &payload)
        {
            position = end + 1
            return
        }
        try readString(in: text, "a payload")
        guard !readHex(string.span, into: &payload) else { return }
        let count = string.count / 2
        throw MalformedInput(
            !string.count.isMultiple(of: 2)
                ? "payload has an odd number of hex digits: \(string.count)"
                : count > Frame.standardMaxPayload
                    ? "payload of \(count) bytes exceeds the limit of \(Frame.standardMaxPayload)" : "payload is not hex")
    }

    /// - Returns: Whether these are the digits of a legal payload.
    private func readHex(_ digits: Span<UInt8>, into payload: inout [UInt8]) -> Bool {
        let count = digits.count / 2
        guard digits.count.isMultiple(of: 2), count <= Frame.standardMaxPayload else { return false }
        if payload.count > count { payload.removeLast(payload.count - count) }
        let missing = count - payload.count
        payload.append(addingCapacity: missing) { output in output.append(repeating: 0, count: missing) }
        var bytes = payload.mutableSpan
        return Hex.read(digits, into: &bytes)
    }
}

// MARK: JSON

extension MessageParser {
    private mutating func skipSpace(in text: Span<UInt8>) {
        while position < text.count, case let byte = text[position], byte == 0x20 || byte == 0x09 || byte == 0x0D { position += 1 }
    }

    /// A character that must come next, after white space.
    private mutating func expect(_ character: Unicode.Scalar, in text: Span<UInt8>) throws(MalformedInput) {
        skipSpace(in: text)
        guard position < text.count, text[position] == UInt8(ascii: character) else { throw unexpected("'\(character)'", in: text) }
        position += 1
    }

    /// What stands behind a value: true for a comma, false for the end of the object.
    private mutating func separator(in text: Span<UInt8>) throws(MalformedInput) -> Bool {
        skipSpace(in: text)
        guard position < text.count, text[position] == Self.comma || text[position] == Self.brace else {
            throw unexpected("',' or '}'", in: text)
        }
        position += 1
        return text[position - 1] == Self.comma
    }

    /// A number without sign, fraction and exponent; nil if something else is there.
    private mutating func wholeNumber(in text: Span<UInt8>) throws(MalformedInput) -> Int? {
        skipSpace(in: text)
        let first = position
        var number = 0
        while position < text.count, case let digit = text[position] &- 0x30, digit < 10 {
            // Only whether it is too large for its place matters, not by how much.
            number = min(number * 10 + Int(digit), 1 << 53)
            position += 1
        }
        let length = position - first
        if length == 0 || length > 1 && text[first] == 0x30 { return nil }
        if position < text.count, [0x2E, 0x65, 0x45].contains(text[position]) { return nil }
        return number
    }

    /// Reads a string into ``string``.
    private mutating func readString(in text: Span<UInt8>, _ what: String) throws(MalformedInput) {
        string.removeAll(keepingCapacity: true)
        skipSpace(in: text)
        guard position < text.count, text[position] == Self.quote else { throw unexpected(what + " in quotes", in: text) }
        position += 1
        while true {
            // As many characters as stand for themselves, in one go.
            let first = position
            while position < text.count, case let byte = text[position], byte != Self.quote, byte != Self.backslash, byte >= 0x20 {
                position += 1
            }
            string.append(text.extracting(first..<position))
            guard position < text.count, text[position] >= 0x20 else { throw unexpected("the end of a string", in: text) }
            position += 1
            if text[position - 1] == Self.quote { return }
            try readEscape(in: text)
        }
    }

    /// Reads what stands behind a backslash.
    private mutating func readEscape(in text: Span<UInt8>) throws(MalformedInput) {
        guard position < text.count else { throw unexpected("an escape", in: text) }
        let character = text[position]
        position += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): string.append(character)
        case UInt8(ascii: "b"): string.append(0x08)
        case UInt8(ascii: "f"): string.append(0x0C)
        case UInt8(ascii: "n"): string.append(0x0A)
        case UInt8(ascii: "r"): string.append(0x0D)
        case UInt8(ascii: "t"): string.append(0x09)
        case UInt8(ascii: "u"):
            var unit = [UInt8](repeating: 0, count: 2)
            var bytes = unit.mutableSpan
            guard text.count - position >= 4, Hex.read(text.extracting(position..<position + 4), into: &bytes) else {
                throw unexpected("four hex digits", in: text)
            }
            position += 4
            // Nothing that is known here has other characters than ASCII's: one of the others stands for all of them.
            string.append(unit[0] == 0 && unit[1] < 0x80 ? unit[1] : UInt8(ascii: "?"))
        default:
            position -= 1
            throw unexpected("an escape", in: text)
        }
    }

    private func unexpected(_ wanted: String, in text: Span<UInt8>) -> MalformedInput {
        let found =
            position >= text.count
            ? "the end of the line"
            : (0x21...0x7E).contains(text[position]) ? "'\(Unicode.Scalar(text[position]))'" : "byte \(text[position])"
        return MalformedInput("expected \(wanted), found \(found)")
    }
}

/// The keys that may be there.
private struct Keys: OptionSet {
    let rawValue: UInt8

    static let type = Keys(rawValue: 1)
    static let payload = Keys(rawValue: 2)

    private static let names = ["type", "payload", "offset", "version", "length"].map { Array($0.utf8) }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The key of this name; nil if there is none.
    init?(_ name: [UInt8]) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        rawValue = 1 << UInt8(index)
    }

    /// The name of a single key.
    var name: String { String(decoding: Self.names[rawValue.trailingZeroBitCount], as: UTF8.self) }
}
