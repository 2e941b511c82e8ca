import Foundation

/// What `encode` wrote, compared with the frames that it should have written: where they part, in the words of the protocol.
struct FrameComparison {
    let expected: [CodecFrame]
    let received: [UInt8]

    /// - Throws: A ``Finding`` if they are not the same.
    func judge(_ circumstances: String) throws {
        let stream = FrameStream(expected)
        guard let place = Comparison(expected: stream.bytes, received: received).firstDifference else { return }
        if place == received.count && place == 0 { throw fail("\(circumstances): nothing was written to stdout") }
        guard place < stream.bytes.count, let index = stream.offsets.lastIndex(where: { $0 <= place }) else {
            let extra = received[place...]
            throw fail("\(circumstances): \(counted(extra.count, "byte")) too many behind the last frame, \(readable(extra))")
        }
        let frame = expected[index]
        let name = "\(circumstances): frame \(index + 1), \(frame.words)"
        let start = stream.offsets[index]
        let (field, range) = Self.field(of: frame, at: place - start)
        let wanted = stream.bytes[start + range.lowerBound..<start + range.upperBound]
        let found = received[min(start + range.lowerBound, received.count)..<min(start + range.upperBound, received.count)]
        if place == received.count { throw fail("\(name): it ends in the \(field), after \(place - start) of \(frame.bytes.count) bytes") }
        if field == "payload" {
            throw fail("\(name): at offset \(place - start - range.lowerBound) of the payload\n\(excerpts(wanted, found, at: place))")
        }
        let order = found.count > 1 && found.reversed() == Array(wanted) ? ": the lowest byte comes first" : ""
        throw fail(
            "\(name): the \(field) (bytes \(range.lowerBound) to \(range.upperBound - 1)) must be \(hexBytes(wanted)), but it is \(hexBytes(found))\(order)"
        )
    }

    private func excerpts(_ wanted: ArraySlice<UInt8>, _ found: ArraySlice<UInt8>, at place: Int) -> String {
        func excerpt(_ bytes: ArraySlice<UInt8>) -> String { hexBytes(bytes.dropFirst(max(0, place - bytes.startIndex - 4)).prefix(12)) }
        return "  expected ... \(excerpt(wanted)) ...\n  received ... \(excerpt(found)) ..."
    }

    private static func field(of frame: CodecFrame, at offset: Int) -> (String, Range<Int>) {
        switch offset {
        case 0..<4: ("magic", 0..<4)
        case 4: ("version", 4..<5)
        case 5..<9: ("length", 5..<9)
        case 9..<11: ("type", 9..<11)
        default: ("payload", 11..<11 + frame.payload.count)
        }
    }
}

/// What `decode` printed, compared with the lines that it should have printed.
struct LineComparison {
    let expected: [[UInt8]]
    let received: [UInt8]

    init(_ expected: [[UInt8]], _ received: [UInt8]) {
        (self.expected, self.received) = (expected, received)
    }

    /// - Throws: A ``Finding`` if they are not the same.
    func judge(_ circumstances: String) throws {
        let whole = expected.reduce(into: [UInt8]()) { $0 += $1 }
        guard let place = Comparison(expected: whole, received: received).firstDifference else { return }
        var start = 0
        var number = 0
        while number < expected.count, start + expected[number].count <= place {
            start += expected[number].count
            number += 1
        }
        let line = received[start...].prefix { $0 != UInt8(ascii: "\n") }
        guard number < expected.count else {
            throw fail(
                "\(circumstances): after the \(counted(number, "line")) that must come, stdout has more: \(readable(line, limit: 100))")
        }
        let name = "\(circumstances): line \(number + 1) of \(expected.count)"
        let wanted = expected[number].dropLast()
        guard start < received.count else { throw fail("\(name) is missing: \(text(wanted))") }
        let words = difference(wanted, line) ?? (place == received.count ? "it has no newline at its end" : "")
        throw fail("\(name)\(words.isEmpty ? "" : ": \(words)")\n  expected \(text(wanted))\n  received \(text(line))")
    }

    private func text(_ line: ArraySlice<UInt8>) -> String {
        let limit = 160
        return String(decoding: line.prefix(limit), as: UTF8.self) + (line.count > limit ? "... (\(grouped(line.count)) bytes)" : "")
    }

    /// What is wrong with a line, if it can be said in words.
    private func difference(_ wanted: ArraySlice<UInt8>, _ line: ArraySlice<UInt8>) -> String? {
        // Longer ones speak for themselves, and take long to read.
        guard line.count < 10_000, case .object(let right)? = JSON(String(decoding: wanted, as: UTF8.self)) else { return nil }
        if line.elementsEqual(wanted) { return nil }
        guard case .object(let found)? = JSON(String(decoding: line, as: UTF8.self)) else { return "it is no JSON object" }
        for key in ["offset", "version", "type", "length", "payload"] {
            guard let value = found[key] else { return "the key \"\(key)\" is missing" }
            guard let right = right[key], value != right else { continue }
            if case .text(let digits) = value, .text(digits.lowercased()) == right { return "hex digits must be lower-case" }
            return "the \(key) must be \(short(right)), but it is \(short(value))\(byteOrder(key, right, value))"
        }
        return found.count > 5
            ? "there are more keys than the five" : "the values are right, but not the form: keys in this order, and no spaces"
    }

    private func short(_ value: JSON) -> String {
        let text = "\(value)"
        return text.count > 60 ? "\(text.prefix(60))..." : text
    }

    private func byteOrder(_ key: String, _ right: JSON, _ found: JSON) -> String {
        guard case .number(let right) = right, case .number(let found) = found else { return "" }
        let swapped =
            key == "type" ? Int(UInt16(truncatingIfNeeded: right).byteSwapped) : Int(UInt32(truncatingIfNeeded: right).byteSwapped)
        return found == swapped && found != right ? ": the lowest byte was taken first" : ""
    }
}
