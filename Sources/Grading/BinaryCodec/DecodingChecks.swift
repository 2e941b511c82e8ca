import Glibc

/// Steps 2 and 3: frames become lines, however the stream is cut.
enum DecodingChecks {
    // MARK: One frame

    /// Has the program decode a stream that comes in these pieces, and compares the output at the end.
    private static func expect(
        _ frames: [CodecFrame], inPieces pieces: [[UInt8]]? = nil, _ what: String, _ trial: Trial, limits: Limits = Limits()
    ) throws {
        let stream = FrameStream(frames)
        let run = try CodecRun(trial, ["decode"], limits: limits)
        for piece in pieces ?? [stream.bytes] { try run.deliver(piece) }
        try run.finish()
        try LineComparison(stream.lines, run.program.output).judge(decoding(what))
        try run.expectSuccess(decoding(what))
    }

    static func frame(_ trial: Trial) throws {
        try expect([CodecFrame(CodecFrame.request, "hello")], "the request \"hello\"", trial)
    }

    /// One frame after the other, each by itself, as the first steps have it.
    static func numbers(_ trial: Trial) throws {
        let block = trial.random.bytes(2_000)
        let frames =
            [258, 0, 255, 256, 65_535, 0x8000].map { CodecFrame($0, "abc") }
            + [1, 255, 256, 257, 1_999].map { CodecFrame(CodecFrame.response, length: $0, of: block) }
        try expect(frames, inPieces: frames.map(\.bytes), "types up to 65535 and payloads up to 1,999 bytes", trial)
    }

    static func payloads(_ trial: Trial) throws {
        let frames = [CodecFrame(3, []), CodecFrame(1, (0...255).map { UInt8($0) }), CodecFrame(4, []), CodecFrame(2, [0])]
        try expect(frames, inPieces: frames.map(\.bytes), "empty payloads, and every byte there is", trial)
        try expect([], inPieces: [], "an empty stream", trial)
    }

    /// The input stays open, and the line must come all the same.
    static func atOnce(_ trial: Trial) throws {
        let stream = FrameStream([CodecFrame(1, "first"), CodecFrame(3, []), CodecFrame(2, "third")])
        let run = try CodecRun(trial, ["decode"])
        for (index, frame) in stream.frames.enumerated() {
            try run.deliver(frame.bytes)
            try run.expectLines(
                Array(stream.lines[...index]),
                "\(decoding("a stream that goes on")): all of frame \(index + 1), \(frame.words), was there")
        }
        try run.finish()
        try run.expectSuccess(decoding("three frames"))
    }

    /// Nobody reads what the program writes any more.
    static func brokenPipe(_ trial: Trial) throws {
        let frame = CodecFrame(1, "hello")
        for (command, input) in [("encode", frame.message), ("decode", frame.bytes)] {
            let run = try CodecRun(trial, [command])
            run.program.expectedEnding = .exited(1)
            try run.deliver(input)
            try trial.wait(until: .after(Trial.patience)) { !run.program.output.isEmpty || run.program.ending != nil }
            try run.program.hangUpOutput()
            // The first may still fit into a buffer of the program's own.
            for _ in 0..<2 { try run.deliver(input) }
            run.program.input?.close()
            let circumstances = "`\(command)` whose stdout nobody reads"
            try trial.wait(until: .after(Trial.patience)) { run.program.hasSaidAll }
            guard let ending = run.program.ending else { throw fail("\(circumstances): the program must end, but it runs on") }
            if case .killed(let signal) = ending {
                throw fail("\(circumstances): SIGPIPE never ends a program; this one was ended by \(signalName(signal))")
            }
            guard run.program.errorLines.contains(where: { $0.hasPrefix("error: ") && $0.hasSuffix("(EPIPE)") }) else {
                throw fail(
                    "\(circumstances): stderr must say `error: write ...: Broken pipe (EPIPE)`; it says \(run.program.errorLines.last ?? "nothing")"
                        + ", and the program \(ending.description)")
            }
            guard ending == .exited(1) else {
                throw fail("\(circumstances): the program must end with exit code 1, but it \(ending.description)")
            }
        }
    }

    // MARK: A stream

    static func joined(_ trial: Trial) throws {
        let frames = [
            CodecFrame(1, "one"), CodecFrame(3, []), CodecFrame(2, "three"), CodecFrame(1, FrameStream([CodecFrame(1, "x")]).bytes),
        ]
        try expect(frames, "four frames in one piece, the last with a payload that looks like a frame", trial)
        try expect(CodecFrame.random(40, &trial.random), "40 random frames in one piece", trial)
    }

    /// As many frames in one write as the pipe holds.
    static func thousands(_ trial: Trial) throws {
        let frames = (0..<5_000).map { CodecFrame($0 % 7, $0 % 3 == 0 ? [] : [UInt8(truncatingIfNeeded: $0)]) }
        try expect(frames, "5,000 frames in one piece", trial)
    }

    /// Each line must be there before the next frame begins.
    static func byteByByte(_ trial: Trial) throws {
        let stream = FrameStream([CodecFrame(1, "hi"), CodecFrame(3, []), CodecFrame(0xCAFE, CodecFrame.magic), CodecFrame(4, [])])
        let run = try CodecRun(trial, ["decode"])
        for (index, frame) in stream.frames.enumerated() {
            for byte in frame.bytes { try run.deliver([byte]) }
            try run.expectLines(
                Array(stream.lines[...index]),
                "\(decoding("a stream that comes byte by byte")): the last byte of frame \(index + 1) was there")
        }
        try run.finish()
        try LineComparison(stream.lines, run.program.output).judge(decoding("a stream that comes byte by byte"))
        try run.expectSuccess(decoding("a stream that comes byte by byte"))
    }

    /// Cut at every place of the header and of the payload. Each piece but the first is the rest of a frame and the beginning of the
    /// next, which must not hold the line up.
    static func splitAnywhere(_ trial: Trial) throws {
        let payload = Array("payload".utf8)
        let places = Array(1..<CodecFrame.headerSize + payload.count)
        let stream = FrameStream(places.map { CodecFrame($0 % 5 + 1, payload) })
        let run = try CodecRun(trial, ["decode"])
        var start = 0
        for (index, place) in places.enumerated() {
            let cut = stream.offsets[index] + place
            try run.deliver(Array(stream.bytes[start..<cut]))
            let circumstances = decoding("frames cut in two, with the cut after byte \(place) of frame \(index + 1)")
            if index > 0 { try run.expectLines(Array(stream.lines[..<index]), circumstances) }
            start = cut
        }
        try run.deliver(Array(stream.bytes[start...]))
        try run.finish()
        try LineComparison(stream.lines, run.program.output).judge(decoding("frames cut in two at every place"))
        try run.expectSuccess(decoding("frames cut in two at every place"))
    }

    /// Payloads that are longer than what a pipe holds, so that no single read has all of one.
    static func longFrames(_ trial: Trial) throws {
        let block = trial.random.bytes(4_001)
        let frames = [
            CodecFrame(1, length: 200_000, of: block), CodecFrame(3, []), CodecFrame(2, length: 65_536, of: block), CodecFrame(1, "end"),
        ]
        try expect(frames, "payloads of 200,000 and 65,536 bytes", trial)
    }

    /// Random messages, through `encode` and then `decode`.
    static func roundTrip(_ trial: Trial) throws {
        let stream = FrameStream(CodecFrame.random(800, &trial.random))
        let encoder = try CodecRun(trial, ["encode"])
        try trial.feed(encoder.program, stream.messages, until: .after(Trial.startingTime))
        try encoder.finish()
        try FrameComparison(expected: stream.frames, received: encoder.program.output).judge("`encode` of 800 random messages")
        let decoder = try CodecRun(trial, ["decode"])
        // In pieces of random lengths, not paced: the program reads what it finds.
        var rest = encoder.program.output[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...1_000, using: &trial.random)
            try trial.feed(decoder.program, Array(rest.prefix(count)), until: .after(Trial.startingTime))
            rest = rest.dropFirst(count)
        }
        try decoder.finish()
        try LineComparison(stream.lines, decoder.program.output).judge(decoding("what `encode` wrote of 800 random messages"))
        try decoder.expectSuccess(decoding("what `encode` wrote"))
    }
}
