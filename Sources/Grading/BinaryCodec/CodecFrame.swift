/// A frame of lab 4's protocol: what it must be on the wire, and what `decode` must say of it.
struct CodecFrame: Equatable {
    static let magic: [UInt8] = [0xCA, 0xFE, 0xBA, 0xBE]
    static let headerSize = 11
    /// The longest payload that is taken where nobody says otherwise.
    static let standardLimit = 1_048_576

    static let request = 1
    static let response = 2
    static let ping = 3
    static let pong = 4
    static let error = 5

    let type: Int
    let payload: [UInt8]
    /// What the payload repeats.
    private let block: [UInt8]

    /// A frame with this payload.
    init(_ type: Int, _ payload: [UInt8]) {
        self.type = type
        self.payload = payload
        block = payload
    }

    /// A frame with a text as its payload.
    init(_ type: Int, _ text: String) { self.init(type, Array(text.utf8)) }

    /// A frame whose payload is a block again and again, and as much of it as is missing to the length: quick to make and to print.
    init(_ type: Int, length: Int, of block: [UInt8]) {
        self.type = type
        self.block = block
        payload = Self.repeating(block, to: length)
    }

    /// Whole arrays are appended: a loop over each byte of a megabyte is slow in a debug build.
    private static func repeating(_ block: [UInt8], to length: Int) -> [UInt8] {
        guard !block.isEmpty else { return [] }
        let (times, rest) = length.quotientAndRemainder(dividingBy: block.count)
        return (0..<times).reduce(into: []) { all, _ in all += block } + block.prefix(rest)
    }

    /// The payload in lower-case hex.
    var digits: [UInt8] { Self.repeating(block.flatMap { Self.digitPairs[Int($0)] }, to: 2 * payload.count) }

    static func == (left: CodecFrame, right: CodecFrame) -> Bool { left.type == right.type && left.payload == right.payload }

    private static let digitPairs: [[UInt8]] = (0..<256).map { byte in Array(hex(UInt8(byte)).lowercased().utf8) }

    /// The header of a frame with so long a payload, right in everything that is not said to be otherwise.
    static func header(
        magic: [UInt8] = CodecFrame.magic, version: UInt8 = 1, length: UInt32 = 0, type: Int = CodecFrame.request
    ) -> [UInt8] {
        magic + [version] + Frame.big32(length) + Frame.big16(type)
    }

    /// As it is on the wire.
    var bytes: [UInt8] { Self.header(length: UInt32(payload.count), type: type) + payload }

    /// What `encode` is given.
    var message: [UInt8] { Array("{\"type\":\(type),\"payload\":\"".utf8) + digits + Array("\"}\n".utf8) }

    /// What `decode` prints.
    func line(at offset: Int) -> [UInt8] {
        Array("{\"offset\":\(offset),\"version\":1,\"type\":\(type),\"length\":\(payload.count),\"payload\":\"".utf8) + digits
            + Array("\"}\n".utf8)
    }

    /// As a reader would name it: `a ping without a payload`.
    var words: String {
        let name = [1: "a request", 2: "a response", 3: "a ping", 4: "a pong", 5: "an error frame"][type] ?? "a frame of type \(type)"
        return payload.isEmpty
            ? "\(name) without a payload" : "\(name) with a payload of \(counted(payload.count, "byte")), \(readable(payload))"
    }

    /// A few frames with random types and payloads; most of them short, and some of the lengths that go wrong easily.
    static func random(_ count: Int, _ random: inout SeededGenerator) -> [CodecFrame] {
        (0..<count).map { _ in
            let lengths = [0, 1, 4, 10, 11, 12, 255, 256, 257, Int.random(in: 0...80, using: &random)]
            let length = lengths.randomElement(using: &random) ?? 0
            let types = [0, 1, 2, 3, 4, 5, 255, 256, 65_535, Int.random(in: 0...65_535, using: &random)]
            return CodecFrame(types.randomElement(using: &random) ?? 0, random.bytes(length))
        }
    }
}

/// Frames one behind the other, and what becomes of them.
struct FrameStream {
    let frames: [CodecFrame]
    /// As they are on the wire.
    let bytes: [UInt8]
    /// Where each begins, and where the last one ends.
    let offsets: [Int]
    /// What `decode` prints, frame by frame.
    let lines: [[UInt8]]

    init(_ frames: [CodecFrame]) {
        self.frames = frames
        var bytes: [UInt8] = []
        var offsets = [0]
        var lines: [[UInt8]] = []
        for frame in frames {
            lines.append(frame.line(at: bytes.count))
            bytes += frame.bytes
            offsets.append(bytes.count)
        }
        (self.bytes, self.offsets, self.lines) = (bytes, offsets, lines)
    }

    /// All that `decode` prints.
    var text: [UInt8] { lines.reduce(into: []) { $0 += $1 } }
    /// What `encode` is given.
    var messages: [UInt8] { frames.reduce(into: []) { $0 += $1.message } }
}

/// What `decode` must make of any bytes.
struct DecodedStream {
    /// The frames before the damage, or the end.
    var frames: [CodecFrame] = []
    /// What may stand behind `error: `; none where the stream is right. Two where a header is cut off behind a length over the limit.
    var errors: [String] = []
    /// Whether a length is over the limit.
    var isOverLimit = false

    init(_ bytes: [UInt8], limit: Int = CodecFrame.standardLimit) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes[offset...]
            func number(_ range: Range<Int>) -> Int { rest.dropFirst(range.lowerBound).prefix(range.count).reduce(0) { $0 << 8 | Int($1) } }
            let length = number(5..<9)
            var problems: [String] = []
            if rest.count >= 4, !rest.starts(with: CodecFrame.magic) {
                problems = ["bad magic 0x\(rest.prefix(4).map(hex).joined())"]
            } else if rest.count >= 5, number(4..<5) != 1 {
                problems = ["unsupported version \(number(4..<5))"]
            } else {
                isOverLimit = rest.count >= 9 && length > limit
                if isOverLimit { problems = ["payload of \(length) bytes exceeds the limit of \(limit)"] }
                // The length's four bytes say enough, but nobody must see that before the whole header is there.
                if rest.count < 11 { problems.append("truncated frame: \(rest.count) of 11 header bytes") }
                if problems.isEmpty, rest.count < 11 + length {
                    problems = ["truncated frame: \(rest.count - 11) of \(length) payload bytes"]
                }
            }
            errors = problems.map { "offset \(offset): \($0)" }
            if !errors.isEmpty { return }
            frames.append(CodecFrame(number(9..<11), Array(rest.dropFirst(11).prefix(length))))
            offset += 11 + length
        }
    }
}
