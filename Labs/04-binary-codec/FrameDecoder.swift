import LabProgram
import Sockets

/// Turns a stream of bytes back into frames, however the stream is cut into pieces.
///
///     decoder.append(piece)
///     while let frame = try decoder.next() { ... }     // and then the next piece
///     try decoder.finish()                             // at the end of the stream
struct FrameDecoder {
    /// The longest payload that is taken, in bytes.
    let maxPayload: Int
    /// What has been received and not yet forgotten: frames that are decoded, and then the beginning of what comes next.
    private(set) var bytes: [UInt8] = []
    /// Where in `bytes` the next frame begins.
    private var start = 0
    /// Where in the stream the next frame begins.
    private var offset = 0

    init(maxPayload: Int) {
        self.maxPayload = maxPayload
    }

    /// Steps 3 and 5: takes the next piece of the stream, of any length.
    mutating func append(_ piece: [UInt8]) {
        forgetDecodedFrames()
        // A frame that comes in two pieces is step 3.
        if start < bytes.count { unsolved(step: 3) }
        bytes += piece
    }

    /// Steps 2 and 3: the next frame, or nil if it is not complete yet.
    ///
    /// - Throws: ``FrameError`` as soon as what is there of the frame can't be the beginning of a legal one.
    mutating func next() throws(FrameError) -> Frame? {
        unsolved(step: 2)
    }

    /// Step 2: what the header says, or nil if not all of it is there.
    private func header() throws(FrameError) -> (length: Int, type: UInt16)? {
        let bytes = bytes.span.extracting(start...)
        try judge(bytes)
        unsolved(step: 2)
    }

    /// Steps 4 and 5: judges each field of the header as soon as its own bytes are there, whether or not the rest ever comes.
    private func judge(_ bytes: Span<UInt8>) throws(FrameError) {
        let legal: [UInt8] = [0xCA, 0xFE, 0xBA, 0xBE, 1]
        for (index, byte) in legal.enumerated() where index < bytes.count && bytes[index] != byte { unsolved(step: 4) }
        if bytes.count >= 9 && bytes.bigEndian(at: 5, as: UInt32.self) > maxPayload { unsolved(step: 5) }
    }

    /// Step 4: says that the stream is over.
    ///
    /// - Throws: ``FrameError`` if it ended within a frame.
    func finish() throws(FrameError) {
        if start < bytes.count { unsolved(step: 4) }
    }

    /// Step 5: makes room for the next piece; what stays is less than one frame.
    private mutating func forgetDecodedFrames() {
        // A stream that is longer than the memory is step 5.
        if start > 16_777_216 { unsolved(step: 5) }
    }

    private func malformed(_ problem: FrameError.Problem) -> FrameError {
        FrameError(offset: offset, problem: problem)
    }
}

extension Span<UInt8> {
    /// Step 2: the number that stands at `index` as the network writes it: the byte that weighs most comes first.
    @inline(__always)
    func bigEndian<Number: FixedWidthInteger>(at index: Int, as type: Number.Type) -> Number {
        unsolved(step: 2)
    }
}
