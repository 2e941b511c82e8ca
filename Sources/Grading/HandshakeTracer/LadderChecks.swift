import Foundation

/// Step 6: what a person sees: the ladder in text, and as a picture.
enum LadderChecks {
    private static let shown = ["figure 12: normal close", "refused three times with the same number", "zero window, and the probe of it"]

    private static func traffic() -> Traffic {
        let scenarios = Scenario.all.filter { shown.contains($0.name) }
        return Traffic(scenarios.enumerated().flatMap { $1.conversations(port: 20_000 + $0, start: 1_000_000_000 + $0 * 1_000_000) })
    }

    /// Every segment has its line, with everything that belongs to it; then come the outcome, and at the end the count.
    static func ladder(_ trial: Trial) throws {
        let traffic = traffic()
        let program = try trial.run(["read", try trial.write(traffic.capture, as: "capture.pcap")])
        try trial.expectSuccess(of: program, step: 6, doing: "`read capture.pcap`")
        var lines = program.outputLines[...]
        for (number, conversation) in traffic.conversations.enumerated() {
            for (index, row) in conversation.rows.enumerated() {
                let wanted = words(of: row, in: conversation)
                guard let place = lines.firstIndex(where: { line in wanted.allSatisfy { line.holds($0) } }) else {
                    throw fail(
                        "segment \(index + 1) of connection \(number + 1), \(row.flagText) from the \(row.side): no line of the ladder holds "
                            + wanted.joined(separator: ", ") + "\n  the next line is: \(lines.first { !$0.isEmpty } ?? "(none)")")
                }
                lines = lines[(place + 1)...]
            }
            guard let place = lines.firstIndex(where: { $0.holds(conversation.outcome) }) else {
                throw fail("connection \(number + 1): no line behind its segments says \(conversation.outcome)")
            }
            if let time = conversation.handshakeTime {
                let forms = ["\(time / 1_000)", String(format: "%.3f", Double(time) / 1_000_000)]
                guard forms.contains(where: { lines[place].holds($0) }) else {
                    throw fail("connection \(number + 1): the handshake took \(forms[0]) µs; the line of the outcome says: \(lines[place])")
                }
            }
            lines = lines[(place + 1)...]
        }
        let last = program.outputLines.last { !$0.isEmpty } ?? ""
        guard last.numbers == [0] else { throw fail("nothing was skipped, but the last line is: \(last)") }
    }

    /// What a line of the ladder must hold.
    private static func words(of row: Row, in conversation: Conversation) -> [String] {
        let (sequence, acknowledgment) = conversation.relative(row)
        return row.flagList + ["\(sequence)"] + (acknowledgment.map { ["\($0)"] } ?? []) + [row.clientState, row.serverState]
            + (row.note.map { [$0] } ?? [])
    }

    static func picture(_ trial: Trial) throws {
        let traffic = traffic()
        let path = try trial.folder().appendingPathComponent("ladder.svg").path
        let program = try trial.run(["read", try trial.write(traffic.capture, as: "capture.pcap"), "--json", "--svg", path])
        try trial.expectSuccess(of: program, step: 6, doing: "`read capture.pcap --json --svg ladder.svg`")
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            throw fail("`--svg ladder.svg` left no such file, or none in UTF-8")
        }
        let document: MarkupText
        do { document = try MarkupText(text) } catch { throw fail("the picture is not well-formed XML: \(error.description)") }
        guard document.root == "svg" else { throw fail("the picture's outermost element must be <svg>, not <\(document.root)>") }
        for conversation in traffic.conversations {
            for (key, wanted) in conversation.ends {
                guard case .text(let address) = wanted, !document.texts.contains(where: { $0.holds(address) }) else { continue }
                throw fail("the picture has no text with the address of the \(key), \(address)")
            }
            for row in conversation.rows {
                let wanted = words(of: row, in: conversation).filter { ![row.clientState, row.serverState].contains($0) }
                guard !document.texts.contains(where: { text in wanted.allSatisfy { text.holds($0) } }) else { continue }
                throw fail("the picture has no text with \(wanted.joined(separator: ", ")) (\(row.flagText) from the \(row.side))")
            }
        }
        try TraceComparison(expected: traffic, step: 6).judge(program.traces)
    }

    /// A folder that is not there.
    static func unwritablePicture(_ trial: Trial) throws {
        let path = try trial.folder().appendingPathComponent("missing/ladder.svg").path
        let program = try trial.run(["read", try trial.write(traffic().capture, as: "capture.pcap"), "--svg", path])
        let story = "`read capture.pcap --svg FILE`, with a FILE in a folder that is not there"
        guard program.ending == .exited(1) else {
            throw fail("\(story), must end with exit code 1; the program \(program.ending?.description ?? "did not end")")
        }
        guard let line = program.errorLines.first(where: { $0.hasPrefix("error: ") }), line.contains(path), line.contains("ENOENT") else {
            throw fail(
                "\(story), must say on stderr `error: open \(path): TEXT (ENOENT)`; it said: \(program.errorLines.last ?? "(nothing)")")
        }
    }
}

extension String {
    /// Whether a word or a number stands in it, and not as a part of a longer one.
    func holds(_ word: String) -> Bool {
        var start = startIndex
        while let range = range(of: word, range: start..<endIndex) {
            let before = range.lowerBound == startIndex ? nil : self[index(before: range.lowerBound)]
            let after = range.upperBound == endIndex ? nil : self[range.upperBound]
            let isPart = { (character: Character?) in character.map { $0.isLetter || $0.isNumber || $0 == "." } ?? false }
            if !isPart(before), !isPart(after) { return true }
            start = range.upperBound
        }
        return false
    }
}
