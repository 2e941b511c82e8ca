import Sockets

/// Random numbers that are the same in every run: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A few messages; most of them short, and some of the lengths that go wrong easily.
    mutating func messages() -> [Message] {
        (0..<Int.random(in: 0...6, using: &self)).map { _ in
            let length = [0, 1, 10, 11, 12, 255, 256, 300, Int.random(in: 0...80, using: &self)].randomElement(using: &self) ?? 0
            return Message(type: UInt16(truncatingIfNeeded: next()), payload: bytes(length))
        }
    }

    /// The stream cut into pieces of random lengths, some of them empty.
    mutating func pieces(of stream: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < stream.count {
            let longest = [1, 4, 20, 400].randomElement(using: &self) ?? 1
            let end = min(stream.count, start + Int.random(in: 0...longest, using: &self))
            pieces.append(Array(stream[start..<end]))
            start = end
        }
        return pieces
    }
}

struct Message: Equatable {
    var type: UInt16
    var payload: [UInt8]
}

func encoded(_ messages: [Message]) -> [UInt8] {
    var encoder = FrameEncoder()
    for message in messages { encoder.append(type: message.type, payload: message.payload.span) }
    return encoder.bytes
}

/// What a decoder made of a stream.
struct Decoded: Equatable {
    var messages: [Message] = []
    var offsets: [Int] = []
    var error: String?
    /// After how many pieces the error was known; the end of the stream counts as one.
    var piecesBeforeError = 0
    /// The most that the decoder kept at a time.
    var mostKept = 0
}

func decoded(_ pieces: [[UInt8]], maxPayload: Int = 1_048_576) -> Decoded {
    var decoder = FrameDecoder(maxPayload: maxPayload)
    var result = Decoded()
    do {
        for piece in pieces {
            result.piecesBeforeError += 1
            decoder.append(piece)
            result.mostKept = max(result.mostKept, decoder.bytes.count)
            while let frame = try decoder.next() {
                result.messages.append(Message(type: frame.type, payload: Array(decoder.bytes[frame.payload])))
                result.offsets.append(frame.offset)
            }
        }
        result.piecesBeforeError += 1
        try decoder.finish()
    } catch {
        result.error = "\(error)"
    }
    return result
}
