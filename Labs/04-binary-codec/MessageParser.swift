import LabProgram

// Given: a parser for the one kind of JSON text (RFC 8259) that `encode` takes.

/// Reads an object with a type and a payload, in any order, with the white space and the escapes that JSON allows.
///
/// The keys that `decode` adds (`offset`, `version`, `length`) may be there, and say nothing; any other key, and any key
/// twice, is an error.
struct MessageParser {
    private var position: Int
    private let end: Int
    /// The string that was read last, without its quotes and escapes.
    private var string: [UInt8] = []

    /// A parser for the bytes from one position to another.
    init(position: Int, end: Int) {
        self.position = position
        self.end = end
    }

    /// The type; and in `payload`, the payload.
    mutating func message(in text: Span<UInt8>, payload: inout [UInt8]) throws(MalformedInput) -> UInt16 {
        var type: UInt16?
        var hasPayload = false
        var others: Set<[UInt8]> = []
        try expect("{", in: text)
        repeat {
            try readString(in: text, "a key")
            let key = string
            try expect(":", in: text)
            switch key {
            case Self.type:
                guard type == nil else { throw MalformedInput("\"type\" is there twice") }
                guard let number = try wholeNumber(in: text), let value = UInt16(exactly: number) else {
                    throw MalformedInput("type must be a whole number from 0 to 65535")
                }
                type = value
            case Self.payload:
                guard !hasPayload else { throw MalformedInput("\"payload\" is there twice") }
                try readString(in: text, "a payload")
                try readHex(into: &payload)
                hasPayload = true
            case Self.offset, Self.version, Self.length:
                let name = String(decoding: key, as: UTF8.self)
                guard others.insert(key).inserted else { throw MalformedInput("\"\(name)\" is there twice") }
                guard try wholeNumber(in: text) != nil else { throw MalformedInput("\(name) must be a whole number") }
            default:
                throw MalformedInput("unknown key \"\(String(decoding: key.prefix(40), as: UTF8.self))\"")
            }
        } while try separator(in: text)
        skipSpace(in: text)
        guard position == end else { throw unexpected("the end of the line", in: text) }
        guard let type else { throw MalformedInput("\"type\" is missing") }
        guard hasPayload else { throw MalformedInput("\"payload\" is missing") }
        return type
    }

    private static let type = Array("type".utf8)
    private static let payload = Array("payload".utf8)
    private static let offset = Array("offset".utf8)
    private static let version = Array("version".utf8)
    private static let length = Array("length".utf8)

    /// The payload's digits, which ``string`` holds, as bytes.
    private func readHex(into payload: inout [UInt8]) throws(MalformedInput) {
        guard string.count.isMultiple(of: 2) else {
            throw MalformedInput("payload has an odd number of hex digits: \(string.count)")
        }
        let count = string.count / 2
        guard count <= Frame.standardMaxPayload else {
            throw MalformedInput("payload of \(count) bytes exceeds the limit of \(Frame.standardMaxPayload)")
        }
        if payload.count > count { payload.removeLast(payload.count - count) }
        if payload.count < count { payload.append(contentsOf: repeatElement(0, count: count - payload.count)) }
        var bytes = payload.mutableSpan
        guard Hex.read(string.span, into: &bytes) else { throw MalformedInput("payload is not hex") }
    }
}

// MARK: JSON

extension MessageParser {
    private mutating func skipSpace(in text: Span<UInt8>) {
        while position < end, [0x20, 0x09, 0x0D].contains(text[position]) { position += 1 }
    }

    /// A character that must come next, after white space.
    private mutating func expect(_ character: Unicode.Scalar, in text: Span<UInt8>) throws(MalformedInput) {
        skipSpace(in: text)
        guard position < end, text[position] == UInt8(ascii: character) else { throw unexpected("'\(character)'", in: text) }
        position += 1
    }

    /// What stands behind a value: true for a comma, false for the end of the object.
    private mutating func separator(in text: Span<UInt8>) throws(MalformedInput) -> Bool {
        skipSpace(in: text)
        guard position < end, [0x2C, 0x7D].contains(text[position]) else { throw unexpected("',' or '}'", in: text) }
        position += 1
        return text[position - 1] == 0x2C
    }

    /// A number without sign, fraction and exponent; nil if something else is there.
    private mutating func wholeNumber(in text: Span<UInt8>) throws(MalformedInput) -> Int? {
        skipSpace(in: text)
        let first = position
        var number = 0
        while position < end, case let digit = text[position] &- 0x30, digit < 10 {
            // Only whether it is too large for its place matters, not by how much.
            number = min(number * 10 + Int(digit), 1 << 53)
            position += 1
        }
        let length = position - first
        if length == 0 || length > 1 && text[first] == 0x30 { return nil }
        if position < end, [0x2E, 0x65, 0x45].contains(text[position]) { return nil }
        return number
    }

    /// Reads a string into ``string``.
    private mutating func readString(in text: Span<UInt8>, _ what: String) throws(MalformedInput) {
        string.removeAll(keepingCapacity: true)
        skipSpace(in: text)
        guard position < end, text[position] == 0x22 else { throw unexpected(what + " in quotes", in: text) }
        position += 1
        while true {
            // As many characters as stand for themselves, in one go.
            let first = position
            while position < end, ![0x22, 0x5C].contains(text[position]), text[position] >= 0x20 { position += 1 }
            string.append(text.extracting(first..<position))
            guard position < end, text[position] >= 0x20 else { throw unexpected("the end of a string", in: text) }
            position += 1
            if text[position - 1] == 0x22 { return }
            try readEscape(in: text)
        }
    }

    /// Reads what stands behind a backslash.
    private mutating func readEscape(in text: Span<UInt8>) throws(MalformedInput) {
        guard position < end else { throw unexpected("an escape", in: text) }
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
            guard end - position >= 4, Hex.read(text.extracting(position..<position + 4), into: &bytes) else {
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
            position >= end
            ? "the end of the line"
            : (0x21...0x7E).contains(text[position]) ? "'\(Unicode.Scalar(text[position]))'" : "byte \(text[position])"
        return MalformedInput("expected \(wanted), found \(found)")
    }
}
