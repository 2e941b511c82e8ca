import Foundation

/// What a check did to a program, in order, so that it can be done again: `workbook replay`.
public struct Exchange: Codable, Sendable {
    /// One thing that was done.
    public struct Step: Codable, Sendable {
        /// Microseconds since the first.
        public var timeUs: Int
        /// Whom it was done to, or who did it: `program`, `client 1`.
        public var who: String
        /// What it was.
        public var action: Action

        enum CodingKeys: String, CodingKey {
            case timeUs = "time_us"
            case who, action
        }
    }

    /// What can be done to a program, or by a client.
    public enum Action: Codable, Sendable {
        /// The program is started with these options, and may have so many descriptors open.
        case start(options: [String], openFiles: Int)
        /// Bytes for its stdin.
        case feed(Data)
        /// The end of its stdin.
        case endInput
        /// A signal by its number.
        case signal(Int32)
        /// A client connects; its receive buffer and its largest segment, in bytes, where they are set.
        case connect(receiveBuffer: Int32?, segmentSize: Int32?)
        case send(Data)
        /// So many bytes have come to a client.
        case receive(Int)
        /// The end of a client's stream (FIN).
        case finish
        case close
        case reset
    }

    /// The lab's name.
    public var lab = ""
    /// The check's name.
    public var check = ""
    /// What was done.
    public private(set) var steps: [Step] = []
    /// Whether that is all of it: a check that moves many megabytes is only kept in part.
    public private(set) var isWhole = true
    /// Whether it can be done again. Not where the clients spoke TLS: the keys are new each time.
    public internal(set) var isPlayable = true
    private var size = 0

    private static let (maxSteps, maxBytes) = (5_000, 1 << 20)

    enum CodingKeys: String, CodingKey {
        case lab, check, steps
        case isWhole = "is_whole"
        case isPlayable = "is_playable"
    }

    mutating func add(_ who: String, _ action: Action, at time: Int) {
        guard isWhole else { return }
        if case .receive(let count) = action, case .receive(let before)? = steps.last?.action, steps.last?.who == who {
            steps[steps.count - 1].action = .receive(before + count)
            return
        }
        switch action {
        case .send(let bytes), .feed(let bytes): size += bytes.count
        default: break
        }
        guard steps.count < Self.maxSteps, size <= Self.maxBytes else { return isWhole = false }
        steps.append(Step(timeUs: time, who: who, action: action))
    }

    /// Says that a folder whose files the program was given is somewhere else by now.
    mutating func move(_ folder: String, to place: String) {
        for index in steps.indices {
            guard case .start(let options, let openFiles) = steps[index].action else { continue }
            steps[index].action = .start(options: options.map { $0.replacing(folder, with: place) }, openFiles: openFiles)
        }
    }

    /// Only the last start of a program, where each did no more than to read a file: with a copy of that file that is kept.
    func last(reading kept: String, insteadOf path: String) -> Exchange {
        var exchange = Exchange()
        if case .start(let options, let openFiles)? = steps.last?.action, options.contains(path) {
            exchange.add("program", .start(options: options.map { $0 == path ? kept : $0 }, openFiles: openFiles), at: 0)
        }
        return exchange
    }

    /// A command line that does the same with standard tools, where one client says a few bytes and no more: nc(1).
    ///
    /// What was said after an answer is said a second later.
    public var byHand: String? {
        guard isWhole, Set(steps.map(\.who).filter { $0 != "program" }).count == 1 else { return nil }
        var sent: [[UInt8]] = [[]]
        var endsStream = false
        for step in steps {
            switch step.action {
            case .send(let bytes): sent[sent.count - 1] += bytes
            case .finish: endsStream = true
            case .receive: sent.append([])
            case .start, .connect, .close: continue
            default: return nil
            }
        }
        sent.removeAll { $0.isEmpty }
        guard !sent.isEmpty, sent.count <= 4, sent.reduce(0, { $0 + $1.count }) <= 200 else { return nil }
        let words = sent.map { "printf '\(shellText($0))'" }.joined(separator: "; sleep 1; ")
        return "\(sent.count == 1 ? words : "(\(words))") | nc \(endsStream ? "-N" : "-q 2") 127.0.0.1 "
    }

    /// What printf(1) of a shell takes: octal works in all of them.
    private func shellText(_ bytes: [UInt8]) -> String {
        bytes.map { byte -> String in
            switch byte {
            case UInt8(ascii: "\n"): "\\n"
            case UInt8(ascii: "%"): "%%"
            case 0x20...0x7E where byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\"): String(Unicode.Scalar(byte))
            default: "\\" + String(String(0o1000 + Int(byte), radix: 8).dropFirst())
            }
        }.joined()
    }

    /// What the program was started with first.
    public var options: [String] {
        for step in steps {
            if case .start(let options, _) = step.action { return options }
        }
        return []
    }
}
