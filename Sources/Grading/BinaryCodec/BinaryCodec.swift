extension Lab {
    /// Lab 4: messages in frames, and frames in a stream.
    static let binaryCodec = Lab(
        number: 4, name: "binary-codec", title: "Binary codec",
        summary: "A codec that turns messages into frames and a stream of bytes back into messages, and a server that speaks it.",
        files: ["FrameEncoder.swift", "FrameDecoder.swift", "FrameSession.swift"],
        steps: [
            Step(number: 1, title: "Encode a frame"),
            Step(number: 2, title: "Decode one frame"),
            Step(number: 3, title: "Decode a stream"),
            Step(number: 4, title: "Refuse malformed frames"),
            Step(number: 5, title: "Bound memory"),
            Step(number: 6, title: "Speak it over TCP"),
            Step(number: 7, title: "Heartbeats"),
        ],
        checks: encoding + decoding + streaming + BinaryCodecSteps.refusing + BinaryCodecSteps.bounding + BinaryCodecServer.all
            + BinaryCodecSteps.heartbeats)

    private static let encoding: [Check] = [
        Check(
            "encode-frame", step: 1, "turns a message into a frame", points: 4, startsProgram: true,
            hints: [
                "A frame is its header, field by field in the order of the page, and then the payload. Nothing else: no newline, no padding.",
                "Append the magic, the version, the payload's count as a UInt32, the type as a UInt16, and the payload's bytes.",
            ], EncodingChecks.frame),
        Check(
            "encode-numbers", step: 1, "writes types and lengths in network byte order", points: 3, needs: ["encode-frame"],
            startsProgram: true,
            hints: [
                "A number that fits into one byte looks right in many wrong orders. What about 258, and a payload of 65,536 bytes?",
                "For a number of n bytes, byte k is `number >> (8 * (n - 1 - k))`, truncated to 8 bits: the byte that weighs most comes first.",
            ], EncodingChecks.numbers),
        Check(
            "encode-payloads", step: 1, "takes any payload, and an empty one", points: 2, needs: ["encode-frame"], startsProgram: true,
            hints: [
                "A payload is bytes, and no text: NUL, newlines and what looks like a frame are bytes like any other.",
                "An empty payload makes a frame of 11 bytes. Hex digits come in either case.",
            ], EncodingChecks.payloads),
        Check(
            "encode-lines", step: 1, "takes one message after the other", points: 2, needs: ["encode-frame"], startsProgram: true,
            hints: [
                "Each line is a JSON text of its own: white space and the order of the keys say nothing. The last may lack its newline.",
                "Collect bytes until a newline comes, however few of them come at a time; at the end of the input, what is left is a line too.",
            ], EncodingChecks.lines),
        Check(
            "encode-longest", step: 1, "takes a payload of 1,048,576 bytes, and none that is longer", points: 2, needs: ["encode-numbers"],
            startsProgram: true,
            hints: [
                "The limit itself is legal; one byte more is an error, as for the receiver.",
                "The line of the longest payload has over two million characters. Is there a limit in your reader, or a 16-bit number?",
            ], EncodingChecks.longest),
        Check(
            "encode-errors", step: 1, "says which line is no message", points: 3, needs: ["encode-frame"], startsProgram: true,
            hints: [
                "`error: line 3: ...` on stderr, and exit code 65. The first line is line 1. Nothing is guessed, nothing is skipped.",
                "The given MessageParser does it. In a program of your own: check that the type is a whole number of 0 to 65535, and each character of the payload.",
            ], EncodingChecks.errors),
        Check(
            "encode-hostile", step: 1, "survives lines that were made to hurt", points: 2, needs: ["encode-errors"], startsProgram: true,
            hints: [
                "Whatever comes is a line that is no message: it is reported like any other, and the program does not crash.",
                "A JSON parser may call itself for each bracket, and a text may not be UTF-8. Catch what your parser throws, all of it.",
            ], EncodingChecks.hostile),
        Check(
            "help", step: 1, "prints its usage with --help", points: 1, needs: ["encode-frame"], startsProgram: true,
            hints: [
                "The usage goes to stdout, and the exit code is 0.",
                "The given main.swift does it. In a program of your own: look for --help before anything else.",
            ], ListeningChecks.help(naming: "--max-payload")),
        Check(
            "usage-errors", step: 1, "refuses a command line that it can't follow", points: 2, needs: ["encode-frame"], startsProgram: true,
            hints: [
                "One line `error: ...` that names the option and the value, then a usage line, both on stderr; exit code 64.",
                "The given main.swift does it all. In a program of your own: check every value before you read or open anything.",
            ],
            { trial in
                try ListeningChecks.usageErrors(
                    [
                        [], ["compress"], ["--bogus"], ["encode", "--bogus"], ["encode", "--max-payload=5"], ["decode", "--heartbeat=1"],
                        ["decode", "--max-payload"], ["decode", "--max-payload="], ["decode", "--max-payload", "many"],
                        ["decode", "--max-payload=-1"], ["decode", "--max-payload=1.5"], ["serve", "--port"], ["serve", "--port", "65536"],
                        ["serve", "--port=-1"], ["serve", "--host="], ["serve", "--max-payload=many"], ["serve", "--heartbeat", "soon"],
                        ["serve", "--heartbeat=-0.5"], ["serve", "--heartbeat", "inf"], ["serve", "--heartbeat", "nan"],
                    ], culprits: 1)(trial)
                try ListeningChecks.usageErrors([["encode", "extra"], ["decode", "extra"], ["serve", "extra"]], culprits: 1)(trial)
            }),
    ]

    private static let decoding: [Check] = [
        Check(
            "decode-frame", step: 2, "turns a frame into a line", points: 4, startsProgram: true,
            hints: [
                "The header's fields lie at fixed places: magic 0, version 4, length 5, type 9, and the payload begins at 11.",
                "The line has five keys in a fixed order, no spaces, and the payload in lower-case hex.",
            ], DecodingChecks.frame),
        Check(
            "decode-numbers", step: 2, "reads types and lengths in network byte order", points: 3, needs: ["decode-frame"],
            startsProgram: true,
            hints: [
                "A type of 258 is 01 02 on the wire. Which of them weighs more?",
                "Begin with 0; for each byte in the order of the wire, shift what you have by 8 bits and add the byte.",
            ], DecodingChecks.numbers),
        Check(
            "decode-payloads", step: 2, "takes any payload, and an empty one", points: 2, needs: ["decode-frame"], startsProgram: true,
            hints: [
                "A frame without a payload is complete with its header. A stream without a frame is no error.",
                "Each byte is two digits: 0A, not A. Never look for an end inside of the payload: the length says where it is.",
            ], DecodingChecks.payloads),
        Check(
            "decode-at-once", step: 2, "prints a line as soon as its frame is complete", points: 4, needs: ["decode-payloads"],
            startsProgram: true,
            hints: [
                "The next frame may come in an hour. Who waits for it before it prints this one?",
                "Read what is there, not until a buffer is full or the input ends; and flush stdout after what it gave was printed.",
            ], DecodingChecks.atOnce),
        Check(
            "broken-pipe", step: 2, "reports that nobody reads its output", points: 2, needs: ["encode-frame", "decode-at-once"],
            startsProgram: true,
            hints: [
                "Writing to a pipe whose reader has gone raises SIGPIPE, and its default is to end the program: signal(7).",
                "Ignore SIGPIPE; then write fails with EPIPE: `error: write stdout: Broken pipe (EPIPE)`, exit code 1. The given parts do that.",
            ], DecodingChecks.brokenPipe),
    ]

    private static let streaming: [Check] = [
        Check(
            "joined-frames", step: 3, "finds all frames in what came in one piece", points: 3, needs: ["decode-payloads"],
            startsProgram: true,
            hints: [
                "One read may give many frames. After the first one, where does the next begin?",
                "Ask for the next frame until there is no complete one any more, and only then read again. Add up the offsets.",
            ], DecodingChecks.joined),
        Check(
            "split-anywhere", step: 3, "puts frames together that were cut at any place", points: 4, needs: ["decode-at-once"],
            startsProgram: true,
            hints: [
                "A piece may end in the middle of a number. What is there of a frame must be kept until the rest comes.",
                "Append each piece to what is left of those before. Take the header only if 11 bytes are there, and the frame only if all of it is.",
            ], DecodingChecks.splitAnywhere),
        Check(
            "byte-by-byte", step: 3, "decodes a stream that comes a byte at a time", points: 2, needs: ["decode-at-once"],
            startsProgram: true,
            hints: [
                "A frame that is not complete is no error: there is nothing to say yet.",
                "`next()` gives nil until the last byte is there, and then gives the frame at once, not with the byte after it.",
            ], DecodingChecks.byteByByte),
        Check(
            "long-frames", step: 3, "takes payloads that come in many pieces", points: 2, needs: ["split-anywhere"], startsProgram: true,
            hints: [
                "No single read has all of it.",
                "Keep on appending until the length of the header is there. Is your buffer of a fixed size?",
            ], DecodingChecks.longFrames),
        Check(
            "thousands-joined", step: 3, "takes thousands of frames in one piece", points: 2, needs: ["joined-frames"], startsProgram: true,
            hints: [
                "A read of 64 KiB may hold over five thousand frames, and the last one may be cut.",
                "Repeat until `next()` gives nil. A function that calls itself for each frame, or takes the first one away by moving all the rest, comes to its end.",
            ], DecodingChecks.thousands),
        Check(
            "round-trip", step: 3, "decodes what it has encoded", points: 3, needs: ["encode-lines", "joined-frames", "split-anywhere"],
            startsProgram: true,
            hints: [
                "Random messages, `encode`, `decode`: what comes out must be what went in.",
                "If both are wrong in the same way, the other checks say so. If only this fails: types above 5, lengths around 256, many frames.",
            ], DecodingChecks.roundTrip),
    ]
}
