import Foundation
import Capture

/// Captures of packets that are no segments, and what the last line of the text must say of them.
struct SkippedPackets {
    /// Why a packet is skipped, by the word that the line must use.
    enum Reason: String, CaseIterable {
        case notTCP = "not TCP"
        case fragment = "IP fragment"
        case cutShort = "cut short"
        case malformed
    }

    /// A packet, and what it is in words.
    struct Item {
        var packet: [UInt8]
        var reason: Reason
        var what: String
        var linkType = LinkType.raw
        /// More than the packet has where a snap length cut it short.
        var originalLength: Int?
    }

    static func capture(_ items: [Item]) -> [UInt8] {
        let format = CaptureWriter.Format.pcap
        return format.header(items.first?.linkType ?? .raw)
            + items.enumerated().flatMap { index, item in
                format.record(
                    CapturedPacket(
                        time: .microseconds(1_000 + index), linkType: item.linkType, bytes: item.packet, originalLength: item.originalLength
                    ))
            }
    }

    /// Has the program read the packets, first all of them, and if that goes wrong, one after the other.
    static func expect(_ items: [Item], _ trial: Trial, step: Int) throws {
        if try isRight(items, trial, step: step) { return }
        for item in items {
            guard let (found, line) = try difference([item], read([item], trial), trial, step: step) else { continue }
            throw fail(
                "\(item.what): must be counted as \(item.reason.rawValue), but \(found)\n  the last line: \(line)\n"
                    + "  the packet: \(item.packet.prefix(48).map(hex).joined(separator: " "))")
        }
        let (found, line) = try difference(items, read(items, trial), trial, step: step) ?? ("", "")
        throw fail("\(counted(items.count, "packet")) that can't be traced: \(found)\n  the last line: \(line)")
    }

    private static func isRight(_ items: [Item], _ trial: Trial, step: Int) throws -> Bool {
        let program = try read(items, trial)
        return try program.ending == .exited(0) && difference(items, program, trial, step: step) == nil
    }

    private static func read(_ items: [Item], _ trial: Trial) throws -> Program {
        try trial.run(["read", try trial.write(capture(items), as: "skipped.pcap")])
    }

    /// What the last line has wrong, in words, and the line; nil if it is right.
    private static func difference(_ items: [Item], _ program: Program, _ trial: Trial, step: Int) throws -> (String, String)? {
        if program.ending == .exited(99), let unsolved = program.unsolvedStep, unsolved > step {
            return ("the program went on to step \(unsolved), as if it were a segment", program.errorLines.last ?? "")
        }
        try trial.expectSuccess(of: program, step: step, doing: "`read skipped.pcap`, \(items.map(\.what).joined(separator: "; "))")
        let line = program.outputLines.last { !$0.isEmpty } ?? ""
        if line.numbers.first != items.count { return ("the line does not begin with the number of packets, \(items.count)", line) }
        for reason in Reason.allCases {
            let (wanted, found) = (items.count { $0.reason == reason }, line.sum(before: reason.rawValue))
            if wanted != found { return ("\(found) instead of \(wanted) were counted as \(reason.rawValue)", line) }
        }
        return nil
    }
}

extension String {
    /// The numbers in it, in order.
    var numbers: [Int] { split { !$0.isNumber }.compactMap { Int($0) } }

    /// The sum of the numbers right before a word, wherever that stands; `IP fragments` counts as `IP fragment`.
    func sum(before word: String) -> Int {
        components(separatedBy: " " + word).dropLast().reduce(0) { sum, part in
            sum + (Int(String(part.reversed().prefix { $0.isNumber }.reversed())) ?? 0)
        }
    }
}
