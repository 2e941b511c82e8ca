import Foundation
import Grading

/// The text with what can't be seen, or would play tricks on whoever reads it, as an escape: `\x1B`, `\u{202E}`.
///
/// Line feeds and tabs stay. The rest of the control characters, those that turn the direction of writing around, and the code points
/// that are no characters (Unicode 23.7) go: XML 1.0 forbids most of them, and a terminal or a browser would obey others. So do accents
/// on top of more accents than any language has: they would be drawn all over what stands above.
func visible(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }) else { return text }
    var result = String.UnicodeScalarView()
    var marks = 0
    for scalar in text.unicodeScalars {
        marks = scalar.value >= 0x300 && scalar.properties.generalCategory == .nonspacingMark ? marks + 1 : 0
        switch scalar.value {
        case 0x09, 0x0A: result.append(scalar)
        case _ where marks > 8: result.append(contentsOf: escape(scalar).unicodeScalars)
        case 0...0x1F, 0x7F...0x9F: result.append(contentsOf: "\\x\(hex(UInt8(scalar.value)))".unicodeScalars)
        case 0x202A...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF: result.append(contentsOf: escape(scalar).unicodeScalars)
        case let value where value & 0xFFFE == 0xFFFE: result.append(contentsOf: escape(scalar).unicodeScalars)
        default: result.append(scalar)
        }
    }
    return String(result)
}

private func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" }

/// Two upper-case digits.
private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }

/// The text in one line, for names and headings; never empty, and cut where nobody would read on.
func oneLine(_ text: String, limit: Int = 200, ifEmpty: String = "(no name)") -> String {
    let isLong = text.utf8.count > limit && text.unicodeScalars.count > limit
    let words = visible(isLong ? String(text.unicodeScalars.prefix(limit)) : text).unicodeScalars.split { [" ", "\n", "\t"].contains($0) }
    return words.isEmpty ? ifEmpty : words.map { String($0) }.joined(separator: " ") + (isLong ? "..." : "")
}

/// The first line of a message, at most 500 characters of it.
func firstLine(_ text: String) -> String {
    let line = text.unicodeScalars.drop { $0.properties.isWhitespace }.prefix { $0 != "\n" && $0 != "\r" }
    return oneLine(String(line), limit: 500, ifEmpty: "no reason given")
}

/// The text with some of its ASCII characters replaced.
///
/// Byte by byte, not by characters: in Swift, a quotation mark with an accent above is another character than a quotation mark, and would
/// be missed; whoever reads the file sees the mark all the same.
///
/// - Parameter replacements: What stands for a character, by its byte.
func replacing(_ replacements: [UInt8: String], in text: String) -> String {
    guard text.utf8.contains(where: { replacements[$0] != nil }) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 64)
    for byte in text.utf8 {
        if let replacement = replacements[byte] { result += replacement.utf8 } else { result.append(byte) }
    }
    return String(decoding: result, as: UTF8.self)
}

/// Text as it may stand in XML 1.0 and in HTML, between tags and in quoted attributes.
func markup(_ text: String) -> String { replacing(markupReplacements, in: visible(text)) }

private let markupReplacements: [UInt8: String] = [
    UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;", UInt8(ascii: "\""): "&quot;",
    UInt8(ascii: "'"): "&#39;",
]

/// The beginning and the end of a text that is too long, and how much is left out between them.
func abridged(_ text: String, to limit: Int) -> String {
    // No text has more code points than bytes. Code points are counted, because what counts as one character may be of any length.
    guard text.utf8.count > limit else { return text }
    let scalars = text.unicodeScalars
    let count = scalars.count
    guard count > limit else { return text }
    let (head, tail) = (limit * 2 / 3, limit / 3)
    return "\(String(scalars.prefix(head)))\n... (\(count - head - tail) characters left out) ...\n\(String(scalars.suffix(tail)))"
}

/// Seconds with three decimals, from milliseconds: `0.012`.
func seconds(_ milliseconds: Int) -> String {
    let milliseconds = max(0, milliseconds)
    let digits = String(milliseconds % 1_000)
    return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
}

/// `2026-07-01T12:03:22Z`: ISO 8601 in UTC.
func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }

/// A value as JSON on one line, with the keys in alphabetical order.
func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

extension CheckReport {
    /// All that is known about a check that did not pass, as plain text: why, what was recognised, a hint, what happened.
    ///
    /// - Parameter limit: How many characters at most.
    func evidence(limit: Int) -> String {
        // Each text is cut before it is laid out: laying out is slow, and its result would be cut all the same.
        var parts = [abridged(message ?? "no reason given", to: limit)]
        parts += remarks.map { "seen: \(abridged($0, to: 1_000))" }
        if let hint { parts.append("hint: \(abridged(hint, to: 1_000))") }
        if !transcript.isEmpty {
            let style = Style(width: 100, hasColour: false, hasUnicode: true)
            parts.append("\n" + transcriptTable(transcript.map(\.inShort), style: style).joined(separator: "\n"))
        }
        if let ladder { parts.append("\n" + ladder.map { abridged($0, to: 300) }.joined(separator: "\n")) }
        return abridged(visible(parts.joined(separator: "\n")), to: limit)
    }

    /// `2.3`: the lab and the step.
    func number(inLab lab: Int) -> String { "\(lab).\(step)" }
}

extension Event {
    /// The same, with texts that fit into a few lines.
    fileprivate var inShort: Event {
        var event = self
        event.who = oneLine(who, limit: 40, ifEmpty: "")
        event.what = oneLine(what, limit: 400, ifEmpty: "")
        event.data = data.map { oneLine($0, limit: 400, ifEmpty: "") }
        return event
    }
}

extension Verdict {
    /// As a reader says it.
    var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .unsolved: "not solved yet"
        case .notRun: "not run"
        case .graderError: "not judged: the grader failed"
        }
    }
}

extension LabReport {
    /// What people call the lab.
    var title: String { Lab.named(name)?.title ?? name }

    /// `22 passed, 2 failed`: every verdict that there is; and in what is meant for a student, what is hidden.
    var counts: String { counts(because: nil) }

    /// The same.
    ///
    /// - Parameter reason: Why the verdicts are what they are, if one reason is behind all.
    func counts(because reason: String?) -> String {
        let verdicts = [
            (passed, "passed"), (failed, "failed"), (unsolved, "not solved yet"), (notRun, "not run"), (graderErrors, "not judged"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return [verdicts + (reason.map { ": \($0)" } ?? ""), hiddenWords ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// `2 hidden checks: 3 of 5 points`, in what is meant for a student.
    var hiddenWords: String? { hidden?.names == nil ? hidden?.words : nil }

    /// ` (hidden)`, in what is meant for a teacher, behind the name of a check that students are not told of.
    func mark(_ id: String) -> String { isHidden(id) ? " (hidden)" : "" }
}
