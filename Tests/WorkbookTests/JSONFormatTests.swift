import Foundation
import Testing

@testable import Grading
@testable import workbook

/// The JSON form, and that it is what its schema says.
struct JSONFormatTests {
    private static let schema: JSON? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("Docs/result.schema.json"), encoding: .utf8)).flatMap { JSON($0) }
    }()

    private func complaints(_ text: String) throws -> [String] {
        let schema = try #require(Self.schema)
        return SchemaChecker(root: schema).complaints(about: try #require(JSON(text)), schema, at: "")
    }

    @Test(arguments: SampleClass.reports.keys) func `It is what the published schema says`(name: String) throws {
        #expect(try complaints(try #require(SampleClass.reports[name]).json()) == [])
    }

    @Test(arguments: [
        (#""version":1"#, #""version":2"#, "/version"), (#""status":"passed""#, #""status":"fine""#, "/status"),
        (#""step":1"#, #""step":0"#, "/step"), (#""student":"#, #""students":"#, "/submissions/0"),
        (#""max_points":\#(Lab.all[0].maxPoints)"#, #""max_points":"many""#, "/max_points"),
        (#""message":null"#, #""message":7"#, "/message"), ("2026-07-01T12", "2026-07-01 12", "/date"),
    ])
    func `What is not, is found`(part: String, other: String, place: String) throws {
        let text = try SampleClass.one.json()
        #expect(text.contains(part))
        let found = try complaints(text.replacing(part, with: other))
        #expect(!found.isEmpty && found.allSatisfy { $0.contains(place) }, "\(found.prefix(3))")
    }

    @Test(arguments: SampleClass.reports.keys) func `It comes back as it was`(name: String) throws {
        let report = try #require(SampleClass.reports[name])
        let text = try report.json()
        let again = try ClassReport(json: text)
        #expect(try again.json() == text)
        #expect(again.submissions.map(\.student) == report.submissions.map(\.student))
        // One object on one line.
        #expect(text.utf8.count { $0 == 0x0A } == 1 && text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
    }

    @Test func `What is no result is refused, and so is a newer one`() throws {
        for text in ["", "{", "[]", "{}", #"{"version":1}"#, #"{"version":"1"}"#] {
            let failure = #expect(throws: Failure.self) { try ClassReport(json: text) }
            #expect(failure?.message.contains("no result of a grading") == true)
        }
        let failure = #expect(throws: Failure.self) { try ClassReport(json: #"{"version":2}"#) }
        #expect(failure?.message.contains("newer workbook") == true)
    }

    @Test func `Times that are no numbers are none`() {
        #expect(Submission(student: "a", labs: [], seconds: .infinity).seconds == 0)
        #expect(Submission(student: "a", labs: [], seconds: -1).seconds == 0)
        #expect(Submission(student: "a", labs: [], seconds: 1.23456).seconds == 1.235)
    }
}

/// As much of JSON Schema (draft 2020-12) as the published schema uses. Every key must be described: a schema that knows less than the
/// report would say yes to anything.
struct SchemaChecker {
    let root: JSON

    func complaints(about value: JSON, _ schema: JSON, at place: String) -> [String] {
        guard case .object(let rules) = schema else { return ["\(place): the schema is no object"] }
        var found: [String] = []
        if case .text(let reference)? = rules["$ref"] { found += complaints(about: value, target(of: reference), at: place) }
        if let constant = rules["const"], constant != value { found.append("\(place): not \(constant)") }
        if case .list(let values)? = rules["enum"], !values.contains(value) { found.append("\(place): none of the values") }
        if let types = rules["type"], !names(types).contains(where: { has(value, type: $0) }) {
            found.append("\(place): not \(names(types))")
        }
        switch value {
        case .number(let number): if case .number(let least)? = rules["minimum"], number < least { found.append("\(place): too small") }
        case .text(let text):
            guard case .text(let pattern)? = rules["pattern"], let pattern = try? Regex(pattern) else { break }
            if text.firstMatch(of: pattern) == nil { found.append("\(place): not of the pattern") }
        case .list(let items):
            guard let rule = rules["items"] else { break }
            found += items.enumerated().flatMap { complaints(about: $1, rule, at: "\(place)/\($0)") }
        case .object(let members): found += complaints(about: members, rules, at: place)
        default: break
        }
        return found
    }

    private func complaints(about members: [String: JSON], _ rules: [String: JSON], at place: String) -> [String] {
        guard case .object(let properties)? = rules["properties"], let required = rules["required"] else { return [] }
        let missing = names(required).filter { members[$0] == nil }.map { "\(place): \($0) is missing" }
        return missing
            + members.flatMap { key, value in
                properties[key].map { complaints(about: value, $0, at: "\(place)/\(key)") } ?? ["\(place): \(key) is not described"]
            }
    }

    private func names(_ value: JSON) -> [String] {
        switch value {
        case .text(let name): [name]
        case .list(let items): items.flatMap(names)
        default: []
        }
    }

    private func has(_ value: JSON, type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.text, "string"), (.list, "array"), (.object, "object"), (.number, "integer"), (.number, "number"),
            (.fraction, "number"), (.bool, "boolean"):
            true
        default: false
        }
    }

    /// `#/$defs/lab`.
    private func target(of reference: String) -> JSON {
        reference.split(separator: "/").dropFirst().reduce(root) { schema, name in
            guard case .object(let members) = schema else { return .null }
            return members[String(name)] ?? .null
        }
    }
}
