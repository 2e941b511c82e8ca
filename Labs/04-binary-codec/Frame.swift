// Given: what a frame is, and what can be wrong with one.

/// The frame of this protocol: a header of 11 bytes, then the payload; all numbers are big-endian.
///
///     | magic 4 | version 1 | length 4 | type 2 | payload: length bytes |
struct Frame: Equatable {
    static let magic: UInt32 = 0xCAFE_BABE
    static let version: UInt8 = 1
    static let headerSize = 11
    /// The longest payload that is taken where nobody says otherwise: 1 MiB.
    static let standardMaxPayload = 1_048_576

    /// Where the frame begins in the stream: the number of bytes before it.
    let offset: Int
    /// What the payload means: see ``MessageType``.
    let type: UInt16
    /// Where the payload lies in ``FrameDecoder/bytes``, until more bytes are appended there.
    let payload: Range<Int>
}

/// The types that the protocol gives a meaning to; others are legal, and passed on.
enum MessageType {
    static let request: UInt16 = 1
    static let response: UInt16 = 2
    static let ping: UInt16 = 3
    static let pong: UInt16 = 4
    static let error: UInt16 = 5
}

/// A frame that breaks the rules, and where in the stream it begins.
struct FrameError: Error, Equatable, CustomStringConvertible {
    enum Problem: Equatable {
        case badMagic(UInt32)
        case unsupportedVersion(UInt8)
        case payloadTooLong(length: UInt32, limit: Int)
        /// The stream ended within the header, after so many of its bytes.
        case truncatedHeader(Int)
        /// The stream ended within the payload, after so many of its bytes.
        case truncatedPayload(Int, length: Int)
    }

    let offset: Int
    let problem: Problem

    var description: String { "offset \(offset): \(text)" }

    private var text: String {
        switch problem {
        case .badMagic(let magic): "bad magic 0x\(hexDigits(of: magic))"
        case .unsupportedVersion(let version): "unsupported version \(version)"
        case .payloadTooLong(let length, let limit): "payload of \(length) bytes exceeds the limit of \(limit)"
        case .truncatedHeader(let count): "truncated frame: \(count) of \(Frame.headerSize) header bytes"
        case .truncatedPayload(let count, let length): "truncated frame: \(count) of \(length) payload bytes"
        }
    }

    private func hexDigits(of number: UInt32) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
