import Foundation

/// Looks through an XML document (https://www.w3.org/TR/xml/): whether it is well-formed, and what texts it shows.
struct MarkupText {
    /// What stands between tags, in order, without white space around it; entities are left as they are.
    private(set) var texts: [String] = []
    /// The name of the outermost element.
    private(set) var root = ""
    private var rest: Substring

    /// What is wrong with a document that is not well-formed.
    struct Problem: Error {
        let description: String
    }

    init(_ document: String) throws(Problem) {
        rest = document[...]
        var open: [String] = []
        var isOver = false
        while !rest.isEmpty {
            if rest.first == "<" {
                if try skipRemark() { continue }
                let tag = try takeTag()
                if tag.hasPrefix("/") {
                    let name = tag.dropFirst().trimmed
                    guard open.popLast() == name else { throw Problem(description: "</\(name)> closes nothing that is open") }
                    isOver = open.isEmpty
                } else {
                    guard !isOver else { throw Problem(description: "<\(tag.prefix(30))> stands behind the end of the document") }
                    let isEmpty = tag.hasSuffix("/")
                    let name = String(tag.prefix { !" \n\t\r/".contains($0) })
                    try checkAttributes(of: tag.dropFirst(name.count).dropLast(isEmpty ? 1 : 0), name)
                    if root.isEmpty { root = name }
                    if !isEmpty { open.append(name) }
                    if isEmpty && open.isEmpty { isOver = true }
                }
            } else {
                let text = String(rest.prefix { $0 != "<" })
                rest.removeFirst(text.count)
                try checkEntities(text)
                if open.isEmpty, !text[...].trimmed.isEmpty {
                    throw Problem(description: "text outside of any element: \(text.prefix(40))")
                }
                if !text[...].trimmed.isEmpty { texts.append(text[...].trimmed) }
            }
        }
        if let name = open.last { throw Problem(description: "<\(name)> is never closed") }
        if root.isEmpty { throw Problem(description: "there is no element") }
    }

    /// Comments, processing instructions, and the document type.
    private mutating func skipRemark() throws(Problem) -> Bool {
        for (start, end) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] where rest.hasPrefix(start) {
            guard let range = rest.range(of: end) else { throw Problem(description: "\(start) is never closed") }
            rest = rest[range.upperBound...]
            return true
        }
        return false
    }

    /// What stands between < and >, where > may stand in quotes.
    private mutating func takeTag() throws(Problem) -> Substring {
        var quote: Character?
        guard
            let end = rest.indices.first(where: { index in
                let character = rest[index]
                if quote == nil, character == ">" { return true }
                if character == quote { quote = nil } else if quote == nil, character == "'" || character == "\"" { quote = character }
                return false
            })
        else { throw Problem(description: "a tag is never closed: \(rest.prefix(40))") }
        let tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        guard let first = tag.first, first.isLetter || first == "/" || first == "_" else {
            throw Problem(description: "a < that begins no tag: <\(tag.prefix(40))")
        }
        return tag
    }

    /// name="value" or name='value', any number of times, no name twice.
    private func checkAttributes(of text: Substring, _ element: String) throws(Problem) {
        var rest = text
        var names: Set<String> = []
        while true {
            rest = rest.drop { $0.isWhitespace }
            if rest.isEmpty { return }
            let name = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(name.count).drop { $0.isWhitespace }
            guard rest.first == "=" else { throw Problem(description: "<\(element)>: the attribute \(name) has no value") }
            rest = rest.dropFirst().drop { $0.isWhitespace }
            guard let quote = rest.first, quote == "'" || quote == "\"", let end = rest.dropFirst().firstIndex(of: quote) else {
                throw Problem(description: "<\(element)>: the value of \(name) is not in quotes")
            }
            try checkEntities(String(rest[..<end]))
            guard names.insert(String(name)).inserted else { throw Problem(description: "<\(element)>: \(name) stands there twice") }
            rest = rest[rest.index(after: end)...]
        }
    }

    /// & must begin an entity.
    private func checkEntities(_ text: String) throws(Problem) {
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            guard let end = part.firstIndex(of: ";"), end != part.startIndex,
                part[..<end].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "#" })
            else { throw Problem(description: "a & that begins no entity: &\(part.prefix(20))") }
        }
    }
}

extension Substring {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
