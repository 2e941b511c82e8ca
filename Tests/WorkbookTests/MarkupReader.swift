import Foundation

/// An element of XML, or of HTML that is written as XML.
struct Element {
    let name: String
    var attributes: [String: String] = [:]
    var children: [Element] = []
    /// The text in it, that of its children left out.
    var text = ""

    /// It and everything below it.
    var all: [Element] { [self] + children.flatMap(\.all) }
    /// Those below it that have the name.
    func all(_ name: String) -> [Element] { all.filter { $0.name == name } }
}

/// Reads well-formed markup, and nothing else: closed tags, quoted attributes, the five entities, no forbidden characters (XML 1.0, 2.2).
struct MarkupReader {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private let scalars: [Unicode.Scalar]
    private var place = 0

    /// - Throws: ``Malformed`` that says what is wrong, and what stands before it.
    static func read(_ text: String) throws -> Element {
        var reader = MarkupReader(text)
        while reader.skip("<?") || reader.skip("<!DOCTYPE") { _ = try reader.text(upTo: ">") }
        let element = try reader.element()
        _ = reader.skip("\n")
        guard reader.place == reader.scalars.count else { throw reader.malformed("something follows the last element") }
        return element
    }

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    private mutating func element() throws -> Element {
        skipSpace()
        guard skip("<") else { throw malformed("no tag") }
        var element = Element(name: name())
        if element.name.isEmpty { throw malformed("a tag without a name") }
        while true {
            skipSpace()
            if skip("/>") { return element }
            if skip(">") { break }
            let attribute = name()
            guard !attribute.isEmpty, skip("=\""), element.attributes[attribute] == nil else { throw malformed("no attribute") }
            element.attributes[attribute] = try unescaped(try text(upTo: "\""))
        }
        while true {
            let text = try text(upTo: "<", isLeft: true)
            // CSS has no entities, but all that stands in it is the page's own.
            element.text += element.name == "style" ? text : try unescaped(text)
            if skip("</") {
                guard name() == element.name, skip(">") else { throw malformed("<\(element.name)> is not closed") }
                return element
            }
            element.children.append(try self.element())
        }
    }

    private func unescaped(_ text: String) throws -> String {
        guard text.unicodeScalars.contains("&") else { return text }
        var parts = text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false).map { String($0) }
        let entities = ["amp;": "&", "lt;": "<", "gt;": ">", "quot;": "\"", "#39;": "'"]
        for index in parts.indices.dropFirst() {
            guard let (entity, character) = entities.first(where: { parts[index].utf8.starts(with: $0.key.utf8) }) else {
                throw malformed("an & that begins nothing: \(parts[index].prefix(20))")
            }
            parts[index] = character + String(parts[index].unicodeScalars.dropFirst(entity.count))
        }
        return parts.joined()
    }

    private mutating func text(upTo end: Unicode.Scalar, isLeft: Bool = false) throws -> String {
        let start = place
        while place < scalars.count, scalars[place] != end {
            let value = scalars[place].value
            let isForbidden = value < 0x20 && ![9, 10].contains(value) || (0x7F...0x9F).contains(value) || value & 0xFFFE == 0xFFFE
            if isForbidden || scalars[place] == "<" { throw malformed("a character that may not stand here: \(value)") }
            place += 1
        }
        guard place < scalars.count else { throw malformed("the end of the text before \(end)") }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<place])
        if !isLeft { place += 1 }
        return String(text)
    }

    private mutating func name() -> String {
        let start = place
        while place < scalars.count,
            scalars[place].properties.isAlphabetic || ["-", "0", "1", "2", "3", "4", "5", "6"].contains(scalars[place])
        {
            place += 1
        }
        return scalars[start..<place].map { String($0) }.joined()
    }

    private mutating func skipSpace() { while skip(" ") || skip("\n") {} }

    private mutating func skip(_ word: String) -> Bool {
        let word = Array(word.unicodeScalars)
        guard scalars[place...].starts(with: word) else { return false }
        place += word.count
        return true
    }

    private func malformed(_ what: String) -> Malformed {
        let before = scalars[max(0, place - 60)..<place].map { String($0) }.joined()
        return Malformed(description: "\(what), after: \(before)")
    }
}
