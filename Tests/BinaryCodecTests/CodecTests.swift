import Testing

struct CodecTests {
    @Test func `A frame is a header of eleven bytes and the payload`() {
        let bytes = encoded([Message(type: 0x0102, payload: [0xAA, 0xBB])])
        #expect(bytes == [0xCA, 0xFE, 0xBA, 0xBE, 1, 0, 0, 0, 2, 1, 2, 0xAA, 0xBB])
    }

    @Test(arguments: 0..<8) func `What was encoded is decoded, however the stream is cut`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let messages = generator.messages()
            let stream = encoded(messages)
            for pieces in [[stream], stream.map { [$0] }, generator.pieces(of: stream)] {
                let result = decoded(pieces)
                #expect(result.messages == messages)
                #expect(result.error == nil)
            }
        }
    }

    @Test func `Every place is good to cut a stream in two`() {
        let messages = [
            Message(type: 1, payload: [1, 2, 3]), Message(type: 3, payload: []), Message(type: 2, payload: [0xCA, 0xFE, 0xBA, 0xBE]),
        ]
        let stream = encoded(messages)
        for place in 0...stream.count {
            let result = decoded([Array(stream[..<place]), Array(stream[place...])])
            #expect(result.messages == messages)
            #expect(result.offsets == [0, 14, 25])
            #expect(result.error == nil)
        }
    }

    @Test func `A stream that ends within a frame says how far it came`() {
        let stream = encoded([Message(type: 1, payload: [7]), Message(type: 1, payload: [1, 2, 3, 4, 5])])
        for end in 13..<stream.count {
            let count = end - 12
            let wanted = count < 11 ? "\(count) of 11 header bytes" : "\(count - 11) of 5 payload bytes"
            #expect(decoded([Array(stream[..<end])]).error == "offset 12: truncated frame: \(wanted)")
        }
    }

    /// A header that is wrong in one field, the error, and how many of its bytes tell.
    @Test(
        arguments: [
            ([0xDE, 0xAD, 0xBE, 0xEF, 1, 0, 0, 0, 0, 0, 1], "bad magic 0xDEADBEEF", 4),
            ([0x00, 0xFE, 0xBA, 0xBE, 9, 0, 0, 0, 0, 0, 1], "bad magic 0x00FEBABE", 4),
            ([0xCA, 0xFE, 0xBA, 0xBE, 2, 0, 0, 0, 0, 0, 1], "unsupported version 2", 5),
            ([0xCA, 0xFE, 0xBA, 0xBE, 0, 255, 255, 255, 255, 0, 1], "unsupported version 0", 5),
            ([0xCA, 0xFE, 0xBA, 0xBE, 1, 255, 255, 255, 255, 0, 1], "payload of 4294967295 bytes exceeds the limit of 1000", 9),
            ([0xCA, 0xFE, 0xBA, 0xBE, 1, 0, 0, 3, 233, 0, 1], "payload of 1001 bytes exceeds the limit of 1000", 9),
        ] as [([UInt8], String, Int)])
    func `A header is judged field by field`(header: [UInt8], error: String, known: Int) {
        let good = encoded([Message(type: 1, payload: [0x68, 0x69])])
        let bytes = decoded((good + header).map { [$0] }, maxPayload: 1_000)
        #expect(bytes.error == "offset 13: \(error)")
        #expect(bytes.piecesBeforeError == 13 + known)
        let whole = decoded([good + header + good], maxPayload: 1_000)
        #expect(whole.error == "offset 13: \(error)")
        #expect(whole.messages == [Message(type: 1, payload: [0x68, 0x69])])
    }

    @Test func `A payload may be as long as the limit`() {
        let message = Message(type: 1, payload: [UInt8](repeating: 9, count: 1_000))
        #expect(decoded([encoded([message])], maxPayload: 1_000).messages == [message])
        #expect(decoded([encoded([Message(type: 1, payload: [])])], maxPayload: 0).error == nil)
        #expect(decoded([encoded([Message(type: 1, payload: [1])])], maxPayload: 0).error != nil)
    }

    /// 10,000 streams with something changed, taken out, put in or cut off: the same verdict however they are cut, everything
    /// before the error is a legal stream, and no more is kept than a frame and a piece.
    @Test(arguments: 0..<10) func `A damaged stream is decoded up to the damage`(seed: UInt64) {
        var generator = SeededGenerator(seed: 1_000 + seed)
        for _ in 0..<1_000 {
            var stream = encoded(generator.messages())
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&stream, &generator) }
            let whole = decoded([stream], maxPayload: 290)
            var pieces = decoded(generator.pieces(of: stream), maxPayload: 290)
            #expect(pieces.mostKept <= 11 + 290 + 400)
            pieces.mostKept = whole.mostKept
            pieces.piecesBeforeError = whole.piecesBeforeError
            #expect(pieces == whole)
            #expect(stream.starts(with: encoded(whole.messages)))
        }
    }

    private func mutate(_ stream: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0...stream.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: if place < stream.count { stream[place] = UInt8(truncatingIfNeeded: generator.next()) }
        case 1: if place < stream.count { stream[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
        case 2: stream.insert(contentsOf: generator.bytes(Int.random(in: 1...12, using: &generator)), at: place)
        case 3: stream.removeSubrange(place..<min(stream.count, place + Int.random(in: 0...12, using: &generator)))
        default: stream.removeSubrange(place...)
        }
    }

    @Test func `A long stream takes no more memory than a short one`() {
        let stream = encoded([Message](repeating: Message(type: 1, payload: [UInt8](repeating: 5, count: 5_000)), count: 1_000))
        let pieces = stride(from: 0, to: stream.count, by: 1_777).map { Array(stream[$0..<min($0 + 1_777, stream.count)]) }
        let result = decoded(pieces, maxPayload: 5_000)
        #expect(result.messages.count == 1_000)
        #expect(result.mostKept <= 5_011 + 1_777)
    }
}
