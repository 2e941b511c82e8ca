import Glibc
import LabProgram
import Sockets

/// Right but for the mistake of this run.
struct WrongDecoder {
    let maxPayload: Int
    private(set) var bytes: [UInt8] = []
    private var start = 0
    private var offset = 0
    /// Everything that ever came, where the mistake is to keep it.
    private var history: [UInt8] = []

    init(maxPayload: Int) {
        self.maxPayload = maxPayload
    }

    mutating func append(_ piece: [UInt8]) {
        if makes("frame-a-read") { start = bytes.count }
        if start == bytes.count { bytes = [] } else { bytes.removeFirst(start) }
        start = 0
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        if makes("buffer-of-64k"), bytes.count > 131_072 { bytes.removeLast(bytes.count - 131_072) }
        if makes("keeps-everything") { history += piece }
    }

    private func number(_ range: Range<Int>) -> Int {
        let field = bytes[start + range.lowerBound..<start + range.upperBound]
        return field.reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func next() throws(FrameError) -> Frame? {
        if makes("resyncs") { skipToMagic() }
        let count = bytes.count - start
        if !(makes("waits-for-header") && count < Frame.headerSize) { try judge(count) }
        guard count >= Frame.headerSize else {
            if count > 0, makes("split-is-truncated") || makes("receive-is-a-frame") { try finish() }
            return nil
        }
        var length = number(5..<9)
        if makes("reads-little-endian") { length = Int(UInt32(length).byteSwapped) }
        if makes("length-signed") { length = Int(Int32(truncatingIfNeeded: length)) }
        // Looks right as long as payloads are there.
        let end = start + Frame.headerSize + length + (makes("waits-for-next-byte") ? 1 : 0)
        guard end <= bytes.count else { return nil }
        if makes("limit-after-payload"), length > maxPayload { throw error(.payloadTooLong(length: UInt32(length), limit: maxPayload)) }
        var type = UInt16(number(9..<11))
        if makes("reads-little-endian") { type = type.byteSwapped }
        let payload = start + Frame.headerSize..<start + Frame.headerSize + length
        let frame = Frame(offset: makes("offset-in-16-bits") ? offset & 0xFFFF : offset, type: type, payload: payload)
        offset += payload.upperBound - start
        start = payload.upperBound
        return frame
    }

    private func judge(_ count: Int) throws(FrameError) {
        if makes("version-before-magic") { try judgeVersion(count) }
        if count >= 4, !makes("magic-unchecked"), case let magic = UInt32(number(0..<4)), magic != Frame.magic {
            throw error(.badMagic(magic))
        }
        try judgeVersion(count)
        guard count >= 9, !makes("limit-after-payload") else { return }
        let length = number(5..<9)
        let limit = makes("limit-exclusive") ? maxPayload - 1 : makes("smaller-limit") ? 65_536 : maxPayload
        let compared = makes("length-signed") ? Int(Int32(truncatingIfNeeded: length)) : length
        if compared > limit { throw error(.payloadTooLong(length: UInt32(length), limit: maxPayload)) }
    }

    private func judgeVersion(_ count: Int) throws(FrameError) {
        guard count >= (makes("version-with-length") ? 9 : 5), !makes("version-unchecked") else { return }
        if bytes[start + 4] != Frame.version { throw error(.unsupportedVersion(bytes[start + 4])) }
    }

    private mutating func skipToMagic() {
        while bytes.count - start >= 4, number(0..<4) != Int(Frame.magic) {
            start += 1
            offset += 1
        }
    }

    func finish() throws(FrameError) {
        let count = bytes.count - start
        if count == 0 || makes("truncation-unnoticed") { return }
        if count < Frame.headerSize { throw error(.truncatedHeader(count)) }
        let done = makes("truncation-counts-header") ? count : count - Frame.headerSize
        throw error(.truncatedPayload(done, length: number(5..<9)))
    }

    private func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(offset: makes("offset-of-the-piece") ? start : makes("offset-of-the-fault") ? offset + 4 : offset, problem: problem)
    }
}

/// Frames on stdin become lines on stdout.
func decode(maxPayload: Int) throws {
    var decoder = WrongDecoder(maxPayload: maxPayload)
    var text: [UInt8] = []
    func flush() throws {
        try StandardStream.output.write(text.span)
        text = []
    }
    do {
        while true {
            var piece = try StandardStream.input.read(upTo: 65_536)
            while makes("fills-its-buffer"), piece.count < 4_096, case let more = try StandardStream.input.read(upTo: 4_096), !more.isEmpty
            {
                piece += more
            }
            if piece.isEmpty || makes("one-byte-is-the-end") && piece.count == 1 { break }
            decoder.append(piece)
            var count = 0
            while let frame = try decoder.next() {
                text += line(frame, Array(decoder.bytes[frame.payload]))
                count += 1
                if makes("frame-a-read") || makes("thousand-frames-a-read") && count == 1_000 { break }
            }
            if !makes("lines-not-flushed") { try flush() }
        }
        try decoder.finish()
        try flush()
    } catch let error as FrameError {
        if !makes("lines-lost-at-error") { try flush() }
        let words = makes("magic-unpadded") ? "\(error)".replacing("0x00", with: "0x") : "\(error)"
        throw MalformedInput(words)
    }
}

/// What is printed for a frame.
private func line(_ frame: Frame, _ payload: [UInt8]) -> [UInt8] {
    if makes("empty-payloads-skipped"), payload.isEmpty { return [] }
    var digits: [UInt8] = []
    Hex.append(payload.span, to: &digits)
    if makes("digits-unpadded") { digits = payload.flatMap { Array(String($0, radix: 16).utf8) } }
    if makes("upper-case-digits") { digits = digits.map { $0 > 0x60 ? $0 - 0x20 : $0 } }
    let type = makes("type-signed") ? Int(Int16(truncatingIfNeeded: Int(frame.type))) : Int(frame.type)
    let numbers = ["\"offset\":\(frame.offset)", "\"version\":1", "\"type\":\(type)", "\"length\":\(payload.count)"]
    if makes("keys-in-another-order") {
        return Array("{\(numbers[3]),\(numbers[0]),\"payload\":\"".utf8) + digits + Array("\",\(numbers[2]),\(numbers[1])}\n".utf8)
    }
    let space = makes("spaces-in-lines") ? " " : ""
    return Array("{\(numbers.joined(separator: "," + space)),\(space)\"payload\":\"".utf8) + digits + Array("\"}\n".utf8)
}
