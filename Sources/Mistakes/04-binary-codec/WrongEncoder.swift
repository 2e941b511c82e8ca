import Foundation
import LabProgram
import Sockets

/// A frame as it should be, but for the mistake of this run.
func wrongFrame(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
    func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
    let length = UInt32(makes("length-in-16-bits") ? payload.count & 0xFFFF : payload.count)
    var frame = big(makes("magic-little-endian") ? Frame.magic.byteSwapped : Frame.magic) + [Frame.version]
    frame += big(makes("length-little-endian") ? length.byteSwapped : length)
    if makes("length-counts-header") { frame.replaceSubrange(5..<9, with: big(length + 11)) }
    frame += big(makes("type-in-8-bits") ? type & 0xFF : type)
    if makes("struct-padding") { frame.insert(contentsOf: [0, 0, 0], at: 5) }
    frame += makes("payload-as-text") ? Array(String(decoding: payload, as: UTF8.self).utf8) : payload
    return makes("newline-after-frame") ? frame + [0x0A] : frame
}

/// JSON lines on stdin become frames on stdout.
func encode() throws {
    var rest: [UInt8] = []
    var number = makes("lines-from-zero") ? -1 : 0
    var frames: [UInt8] = []
    func take(_ line: [UInt8]) throws {
        number += 1
        do {
            let (type, payload) = try message(line)
            frames += wrongFrame(type, payload)
        } catch let error as MalformedInput {
            if makes("bad-lines-skipped") { return }
            try StandardStream.output.write(frames.span)
            throw MalformedInput("line \(number): \(error)")
        }
    }
    while true {
        let piece = try StandardStream.input.read(upTo: 65_536)
        if piece.isEmpty { break }
        var start = 0
        while let end = piece.span.firstIndex(of: 0x0A, from: start) {
            try take(rest + piece[start..<end])
            rest = []
            start = end + 1
        }
        rest += piece[start...]
        if makes("message-a-read"), !rest.isEmpty {
            try take(rest)
            rest = []
        }
        try StandardStream.output.write(frames.span)
        frames = []
    }
    if !rest.isEmpty, !makes("last-line-lost") { try take(rest) }
    try StandardStream.output.write(frames.span)
}

/// What a line says. Most mistakes are a parser that takes too much.
private func message(_ line: [UInt8]) throws -> (UInt16, [UInt8]) {
    if makes("crashes-at-nesting"), line.starts(with: [UInt8](repeating: 0x5B, count: 1_000)) { fatalError("stack overflow") }
    if makes("upper-case-refused"), line.contains(where: { (0x41...0x46).contains($0) }) { throw MalformedInput("payload is not hex") }
    do {
        var payload: [UInt8] = []
        var parser = MessageParser()
        let type = try parser.message(in: line.span, payload: &payload)
        if makes("encode-limit-exclusive"), payload.count >= Frame.standardMaxPayload { throw MalformedInput("payload is too long") }
        return (type, payload)
    } catch let error as MalformedInput {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any], let payload = object["payload"] as? String
        else { throw error }
        let bytes = Array(payload.utf8)
        if makes("type-wraps"), let type = object["type"] as? Int, type > 65_535 { return (UInt16(truncatingIfNeeded: type), []) }
        if makes("odd-digit-dropped"), bytes.count % 2 == 1 { return (1, []) }
        if makes("encode-without-limit"), bytes.count > 2 * Frame.standardMaxPayload {
            return (1, [UInt8](repeating: 0, count: bytes.count / 2))
        }
        if makes("spaces-in-hex"), bytes.contains(0x20) { return (1, [0x68]) }
        throw error
    }
}
