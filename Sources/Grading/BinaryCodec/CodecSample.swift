/// Messages of one size, in each of their three forms: what a codec is measured with.
package struct CodecSample {
    /// How many there are.
    package let count: Int
    /// As they are on the wire.
    package let frames: [UInt8]
    /// What `decode` prints of them.
    package let lines: [UInt8]
    /// What `encode` is given for them.
    package let messages: [UInt8]

    /// So many requests with payloads of so many random bytes.
    package init(size: Int, count: Int) {
        var random = SeededGenerator(seed: 4)
        let stream = FrameStream((0..<count).map { _ in CodecFrame(CodecFrame.request, random.bytes(size)) })
        (self.count, frames, lines, messages) = (count, stream.bytes, stream.text, stream.messages)
    }
}
