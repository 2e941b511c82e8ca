import Sockets

/// What libFuzzer calls with each input it thinks of; see README.md beside this file.
///
/// The first byte says how the rest is cut into pieces. A stream must be decoded the same way in pieces as whole, a decoder
/// must keep no more than a frame and a piece, and the frames that it found must be the bytes that it read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let cut = input.first else { return 0 }
    let stream = Array(input.dropFirst())
    let whole = decode([stream])
    let size = Int(cut % 32) + 1
    let pieces = stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
    precondition(decode(pieces) == whole, "cutting the stream into pieces of \(size) changes what is decoded")
    precondition(stream.starts(with: whole.frames), "what was decoded is not what was there")
    return 0
}

private struct Outcome: Equatable {
    /// The frames that were decoded, encoded again.
    var frames: [UInt8] = []
    var error: FrameError?
}

private func decode(_ pieces: [[UInt8]]) -> Outcome {
    let maxPayload = 300
    var decoder = FrameDecoder(maxPayload: maxPayload)
    var encoder = FrameEncoder()
    var error: FrameError?
    do {
        for piece in pieces {
            decoder.append(piece)
            precondition(decoder.bytes.count <= Frame.headerSize + maxPayload + piece.count, "more is kept than needed")
            while let frame = try decoder.next() {
                precondition(frame.offset == encoder.bytes.count, "the offset is wrong")
                encoder.append(type: frame.type, payload: decoder.bytes[frame.payload].span)
            }
        }
        try decoder.finish()
    } catch let problem {
        error = problem
    }
    return Outcome(frames: encoder.bytes, error: error)
}
