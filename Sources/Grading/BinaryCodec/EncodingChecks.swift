/// Step 1: messages become frames.
enum EncodingChecks {
    /// Has the program encode messages, whole, and compares every byte.
    private static func expect(
        _ frames: [CodecFrame], of input: [UInt8]? = nil, _ what: String, _ trial: Trial
    ) throws {
        let run = try CodecRun(trial, ["encode"])
        try trial.feed(run.program, input ?? FrameStream(frames).messages, until: .after(Trial.startingTime))
        try run.finish()
        let circumstances = "`encode` of \(what)"
        try FrameComparison(expected: frames, received: run.program.output).judge(circumstances)
        try run.expectSuccess(circumstances)
    }

    static func frame(_ trial: Trial) throws {
        try expect([CodecFrame(CodecFrame.request, "hello")], "{\"type\":1,\"payload\":\"68656c6c6f\"}", trial)
    }

    /// Types and lengths that fill one byte, and all bytes.
    static func numbers(_ trial: Trial) throws {
        let block = trial.random.bytes(4_096)
        let frames =
            [258, 0, 255, 256, 65_535, 0x8000].map { CodecFrame($0, "abc") }
            + [1, 255, 256, 257, 65_535, 65_536, 0x01_0203].map { CodecFrame(CodecFrame.response, length: $0, of: block) }
        try expect(frames, "types up to 65535 and payloads up to 66,051 bytes", trial)
    }

    static func payloads(_ trial: Trial) throws {
        let every = (0...255).map { UInt8($0) }
        try expect(
            [
                CodecFrame(3, []), CodecFrame(1, every), CodecFrame(4, []), CodecFrame(2, [0]),
                CodecFrame(1, FrameStream([CodecFrame(1, "x")]).bytes),
            ],
            "empty payloads, every byte there is, and a payload that looks like a frame", trial)
        try expect(
            [CodecFrame(1, every)], of: Array("{\"type\":1,\"payload\":\"\(every.map(hex).joined())\"}\n".utf8), "upper-case hex", trial)
    }

    /// One message after the other, however the input comes.
    static func lines(_ trial: Trial) throws {
        let frames = CodecFrame.random(60, &trial.random)
        try expect(frames, "60 random messages", trial)
        let forms = " {\t\"payload\" : \"6869\" , \"type\" : 7 } \n{\"payload\":\"\",\"type\":3}\r\n{\"type\":1,\"payload\":\"00\"}"
        try expect(
            [CodecFrame(7, "hi"), CodecFrame(3, []), CodecFrame(1, [0])], of: Array(forms.utf8),
            "lines with white space, the other order of keys, CR LF, and no newline at the end", trial)
        let run = try CodecRun(trial, ["encode"])
        let few = Array(frames.filter { $0.payload.count < 20 }.prefix(4))
        for byte in FrameStream(few).messages { try run.deliver([byte]) }
        try run.finish()
        try FrameComparison(expected: few, received: run.program.output).judge("`encode` of messages that come byte by byte")
        try run.expectSuccess("`encode` of messages that come byte by byte")
    }

    static func longest(_ trial: Trial) throws {
        let limit = CodecFrame.standardLimit
        let block = trial.random.bytes(4_096)
        try expect([CodecFrame(1, length: limit, of: block), CodecFrame(3, [])], "a payload of \(grouped(limit)) bytes", trial)
        let input = CodecFrame(3, []).message + CodecFrame(1, length: limit + 1, of: block).message
        try expectRefusal(
            of: 2, after: [CodecFrame(3, [])], CodecRun.all(trial, ["encode"], on: [input], expecting: .exited(65))[0],
            "`encode` of a payload of \(grouped(limit + 1)) bytes in line 2", trial)
    }

    // MARK: What is no message

    /// Every kind of line that is wrong.
    static let wrongLines: [(String, what: String)] = [
        ("hello", "a line that is no JSON"),
        ("{\"type\":1,\"payload\":\"6869\"", "an object that does not end"),
        ("[1,\"6869\"]", "an array"),
        ("null", "null"),
        ("{\"payload\":\"6869\"}", "an object without a type"),
        ("{\"type\":1}", "an object without a payload"),
        ("{\"type\":\"1\",\"payload\":\"6869\"}", "a type that is a string"),
        ("{\"type\":true,\"payload\":\"6869\"}", "a type that is true"),
        ("{\"type\":1.5,\"payload\":\"6869\"}", "a type of 1.5"),
        ("{\"type\":-1,\"payload\":\"6869\"}", "a type of -1"),
        ("{\"type\":65536,\"payload\":\"6869\"}", "a type of 65536"),
        ("{\"type\":4294967297,\"payload\":\"6869\"}", "a type of 4294967297"),
        ("{\"type\":1,\"payload\":6869}", "a payload that is a number"),
        ("{\"type\":1,\"payload\":null}", "a payload that is null"),
        ("{\"type\":1,\"payload\":\"68696\"}", "an odd number of hex digits"),
        ("{\"type\":1,\"payload\":\"686g\"}", "a payload with the letter g"),
        ("{\"type\":1,\"payload\":\"0x68\"}", "a payload that begins with 0x"),
        ("{\"type\":1,\"payload\":\"68 69 \"}", "a payload with spaces"),
        ("{\"type\":1,\"payload\":\"+1-1\"}", "a payload with signs"),
        ("{\"type\":1,\"payload\":\"6869\"} {}", "more behind the object"),
    ]

    static func errors(_ trial: Trial) throws {
        let good = [CodecFrame(1, "one"), CodecFrame(2, "two")]
        // The first line, the third, and the last without a newline.
        let inputs = wrongLines.enumerated().map { index, line -> (input: [UInt8], number: Int) in
            let before = index % 3 == 0 ? [] : good
            let after = index % 3 == 2 ? [] : Array("\n".utf8) + CodecFrame(3, "after").message
            return (FrameStream(before).messages + Array(line.0.utf8) + after, before.count + 1)
        }
        let runs = try CodecRun.all(trial, ["encode"], on: inputs.map(\.input), expecting: .exited(65))
        for (index, run) in runs.enumerated() {
            let number = inputs[index].number
            let what = "`encode` with \(wrongLines[index].what) in line \(number), `\(wrongLines[index].0)`"
            try expectRefusal(of: number, after: number == 1 ? [] : good, run, what, trial)
        }
    }

    /// Lines that were made to hurt a parser.
    static func hostile(_ trial: Trial) throws {
        let lines: [([UInt8], what: String)] = [
            ([UInt8](repeating: UInt8(ascii: "["), count: 50_000), "50,000 opening brackets"),
            (
                Array("{\"type\":".utf8) + [UInt8](repeating: UInt8(ascii: "9"), count: 20_000) + Array(",\"payload\":\"\"}".utf8),
                "a type of 20,000 digits"
            ),
            (Array("{\"type\":1,\"payload\":\"".utf8) + [0xFF, 0xFE, 0x80] + Array("\"}".utf8), "bytes that are no UTF-8"),
            (Array("{\"type\":1,\"payload\":\"68".utf8) + [0] + Array("9\"}".utf8), "a NUL byte"),
            (trial.random.bytes(5_000).filter { $0 != UInt8(ascii: "\n") }, "random bytes"),
        ]
        let good = CodecFrame(1, "one")
        let inputs = lines.map { good.message + $0.0 + Array("\n".utf8) }
        let runs = try CodecRun.all(trial, ["encode"], on: inputs, expecting: .exited(65))
        for (run, line) in zip(runs, lines) {
            try expectRefusal(of: 2, after: [good], run, "`encode` with \(line.what) in line 2", trial)
        }
    }

    /// Exit code 65, an error that names the line, and nothing on stdout but frames of the lines before it.
    private static func expectRefusal(
        of number: Int, after good: [CodecFrame], _ run: CodecRun, _ circumstances: String, _ trial: Trial
    ) throws {
        let program = run.program
        let prefix = "error: line \(number): "
        guard let ending = program.ending else { throw fail("\(circumstances): the program must end with an error, but it runs on") }
        guard let line = program.errorLines.first(where: { $0.hasPrefix("error: ") }) else {
            throw fail(
                "\(circumstances): stderr must say `\(prefix)...`; it says \(program.errorLines.first ?? "nothing"), and the program \(ending.description)"
            )
        }
        guard line.hasPrefix(prefix), line.count > prefix.count else {
            throw fail("\(circumstances): stderr must say `\(prefix)...`; it says: \(line.prefix(200))")
        }
        guard ending == .exited(65) else {
            throw fail("\(circumstances): the program must end with exit code 65, but it \(ending.description)")
        }
        // Whether the frames before it are written is left to the program: it may look at all lines first.
        let count = FrameStream(good).offsets.firstIndex(of: program.output.count) ?? good.count
        try FrameComparison(expected: Array(good.prefix(count)), received: program.output).judge(circumstances)
    }
}
