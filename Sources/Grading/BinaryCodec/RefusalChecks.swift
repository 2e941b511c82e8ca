/// Step 4: frames that break the rules.
enum RefusalChecks {
    /// What comes before the damage in all of these: its lines must be printed, and its bytes count in the offset.
    private static let good = FrameStream([CodecFrame(1, "hello"), CodecFrame(3, [])])
    private static let offset = good.bytes.count

    /// A stream whose good frames are followed by something else.
    private static func expect(
        _ tails: [(bytes: [UInt8], error: String, what: String)], options: [String] = [], _ trial: Trial
    ) throws {
        let runs = try CodecRun.all(trial, ["decode"] + options, on: tails.map { good.bytes + $0.bytes }, expecting: .exited(65))
        for (run, tail) in zip(runs, tails) {
            let circumstances = decoding("two good frames and then \(tail.what), \(hexBytes(tail.bytes.prefix(16)))")
            try run.expectRefusal(["offset \(offset): \(tail.error)"], circumstances)
            try LineComparison(good.lines, run.program.output).judge(circumstances)
        }
    }

    static func magic(_ trial: Trial) throws {
        let magics: [([UInt8], String)] = [
            ([0xDE, 0xAD, 0xBE, 0xEF], "0xDEADBEEF"), ([0x00, 0xFE, 0xBA, 0xBE], "0x00FEBABE"), ([0xCA, 0xFE, 0xBA, 0xBF], "0xCAFEBABF"),
            ([0xBE, 0xBA, 0xFE, 0xCA], "0xBEBAFECA"), ([0, 0, 0, 0], "0x00000000"),
        ]
        try expect(
            magics.map { magic, text in
                // A good frame behind it must not be found: who has lost his place in a stream does not know what he finds.
                (CodecFrame.header(magic: magic) + good.bytes, "bad magic \(text)", "a frame with a wrong magic, and good ones behind it")
            }, trial)
        try expect([(Array("GET / HTTP/1.1\r\n\r\n".utf8), "bad magic 0x47455420", "a request in another protocol")], trial)
    }

    static func version(_ trial: Trial) throws {
        try expect(
            [0, 2, 255].map { version in
                (CodecFrame.header(version: version) + good.bytes, "unsupported version \(version)", "a frame of version \(version)")
            }, trial)
    }

    /// Byte by byte: the program must end with the byte that shows what is wrong, though the input stays open.
    private static func expectEarly(_ header: [UInt8], after count: Int, _ error: String, _ what: String, _ trial: Trial) throws {
        let run = try CodecRun(trial, ["decode"])
        run.program.expectedEnding = .exited(65)
        try run.deliver(good.bytes)
        for byte in header.prefix(count) { try run.deliver([byte]) }
        try trial.wait(until: .after(Trial.patience)) { run.program.hasSaidAll }
        let circumstances = decoding("two good frames and then \(what), byte by byte")
        if run.program.ending == nil {
            for byte in header.dropFirst(count) { try run.deliver([byte]) }
            try trial.wait(until: .after(.seconds(1))) { run.program.ending != nil }
            throw fail(
                "\(circumstances): \(hexBytes(header.prefix(count))) must be refused as soon as it is there; within \(seconds(Trial.patience)) it was not, "
                    + (run.program.ending == nil ? "and with the whole header neither" : "only with more of the header"))
        }
        try run.expectRefusal(["offset \(offset): \(error)"], circumstances)
        try LineComparison(good.lines, run.program.output).judge(circumstances)
    }

    static func magicEarly(_ trial: Trial) throws {
        try expectEarly(
            CodecFrame.header(magic: [0xCA, 0xFE, 0xD0, 0x0D]), after: 4, "bad magic 0xCAFED00D", "a frame with a wrong magic", trial)
    }

    static func versionEarly(_ trial: Trial) throws {
        try expectEarly(CodecFrame.header(version: 9), after: 5, "unsupported version 9", "a frame of version 9", trial)
    }

    static func truncatedHeader(_ trial: Trial) throws {
        try expect(
            (1...10).map { count in
                (
                    Array(CodecFrame(1, "abc").bytes.prefix(count)), "truncated frame: \(count) of 11 header bytes",
                    "the first \(counted(count, "byte")) of a header"
                )
            }, trial)
    }

    static func truncatedPayload(_ trial: Trial) throws {
        let frame = CodecFrame(1, "abcde")
        try expect(
            [0, 1, 3, 4].map { count in
                (
                    Array(frame.bytes.prefix(11 + count)), "truncated frame: \(count) of 5 payload bytes",
                    "a header and \(count) of its 5 payload bytes"
                )
            }, trial)
        // Its bytes come one by one, and still make one frame that is cut off.
        let run = try CodecRun(trial, ["decode"])
        for byte in frame.bytes.dropLast(2) { try run.deliver([byte]) }
        try run.finish()
        try run.expectRefusal(
            ["offset 0: truncated frame: 3 of 5 payload bytes"], decoding("a frame of which the last two bytes are missing, byte by byte"))
    }

    /// Streams with something changed, taken out, put in or cut off. Lengths over the limit are for the next step.
    static func damaged(_ trial: Trial) throws {
        var streams: [(bytes: [UInt8], right: DecodedStream)] = []
        while streams.count < 30 {
            var bytes = FrameStream(CodecFrame.random(Int.random(in: 1...8, using: &trial.random), &trial.random)).bytes
            for _ in 0..<Int.random(in: 1...3, using: &trial.random) { damage(&bytes, &trial.random) }
            let right = DecodedStream(bytes)
            if !right.isOverLimit { streams.append((bytes, right)) }
        }
        let runs = try CodecRun.all(trial, ["decode"], on: streams.map(\.bytes), expecting: .exited(65))
        for (run, stream) in zip(runs, streams) where stream.right.errors.isEmpty { run.program.expectedEnding = .exited(0) }
        for (run, (bytes, right)) in zip(runs, streams) {
            // The bytes are worth seeing: nobody has made them up.
            let excerpt = "\(hexBytes(bytes.prefix(48)))\(bytes.count > 48 ? " ..." : "")"
            let circumstances = decoding("a damaged stream of \(counted(bytes.count, "byte")), \(excerpt)")
            if right.errors.isEmpty {
                try run.expectSuccess(circumstances)
            } else {
                try run.expectRefusal(right.errors, circumstances)
            }
            try LineComparison(FrameStream(right.frames).lines, run.program.output).judge(circumstances)
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...12, using: &random)), at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &random)))
        default: bytes.removeSubrange(place...)
        }
    }
}
