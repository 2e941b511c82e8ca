import Sockets

/// Step 5: what a stream may cost.
enum MemoryChecks {
    /// Payloads of these lengths, each in a stream of its own behind a ping.
    private static func expect(_ lengths: [Int], limit: Int, options: [String], _ trial: Trial) throws {
        let block = trial.random.bytes(4_096)
        let limits = Limits(output: 8 << 20)
        for length in lengths {
            let stream = FrameStream([CodecFrame(3, []), CodecFrame(1, length: length, of: block)])
            let run = try CodecRun(trial, ["decode"] + options, limits: limits)
            run.program.expectedEnding = .exited(length > limit ? 65 : 0)
            try trial.feed(run.program, stream.bytes, until: .after(Trial.startingTime))
            try run.finish()
            let circumstances = "`\((["decode"] + options).joined(separator: " "))` of a payload of \(counted(length, "byte"))"
            if length > limit {
                try run.expectRefusal(["offset 11: payload of \(length) bytes exceeds the limit of \(limit)"], circumstances)
                try LineComparison(Array(stream.lines.prefix(1)), run.program.output).judge(circumstances)
            } else {
                try run.expectSuccess("\(circumstances), which is no more than the limit")
                try LineComparison(stream.lines, run.program.output).judge(circumstances)
            }
        }
    }

    static func standardLimit(_ trial: Trial) throws {
        let limit = CodecFrame.standardLimit
        try expect([limit, limit + 1], limit: limit, options: [], trial)
    }

    static func limitOption(_ trial: Trial) throws {
        try expect([100, 101, 65_536], limit: 100, options: ["--max-payload", "100"], trial)
        try expect([0, 1], limit: 0, options: ["--max-payload=0"], trial)
        try expect([CodecFrame.standardLimit + 1], limit: 2_000_000, options: ["--max-payload=2000000"], trial)
        // The limit is for each payload, not for all of them.
        let stream = FrameStream((0..<50).map { CodecFrame(1, "\(10_000 + $0)") })
        let run = try CodecRun.all(trial, ["decode", "--max-payload", "5"], on: [stream.bytes], expecting: .exited(0))[0]
        let circumstances = "`decode --max-payload 5` of 50 payloads of 5 bytes"
        try LineComparison(stream.lines, run.program.output).judge(circumstances)
        try run.expectSuccess(circumstances)
    }

    /// The header alone: no byte of the payload ever comes, and the input stays open.
    static func claim(_ trial: Trial) throws {
        for length in [UInt32.max, 0x8000_0000, UInt32(CodecFrame.standardLimit) + 1] {
            let run = try CodecRun(trial, ["decode"])
            run.program.expectedEnding = .exited(65)
            try run.deliver(CodecFrame.header(length: length))
            try trial.wait(until: .after(Trial.patience)) { run.program.hasSaidAll }
            let circumstances = decoding("a header that claims a payload of \(length) bytes, without a byte of it")
            if run.program.ending == nil {
                throw fail(
                    "\(circumstances): it must be refused as soon as the header is there; after \(seconds(Trial.patience)) the program still waits"
                )
            }
            try run.expectRefusal(
                ["offset 0: payload of \(length) bytes exceeds the limit of \(CodecFrame.standardLimit)"], circumstances)
        }
    }

    /// Streams on and on, until it is clear what the program keeps of it.
    ///
    /// A program that keeps everything grows with every byte. One that frees nothing until its garbage collector comes grows as well,
    /// but not for ever: so it is given more, until it grows no more, or has kept half of a lot.
    static func boundedMemory(_ trial: Trial) throws {
        let frame = CodecFrame(1, length: 65_000, of: trial.random.bytes(1_000))
        let block = frame.bytes + CodecFrame(3, []).bytes
        let run = try CodecRun(trial, ["decode"], limits: Limits(output: .max))
        // Only how much it writes counts here.
        run.program.keepsOutput = false
        func stream(_ bytes: Int) throws -> Int {
            for _ in 0..<bytes / block.count {
                guard try trial.feed(run.program, block, until: .after(Trial.startingTime * 3)) == block.count else { break }
            }
            try trial.watch(until: .after(Trial.startingTime)) { run.program.ending != nil || run.program.input?.unread == 0 }
            let memory = ProcessFacts.ownMemory(of: [run.program.id] + ProcessFacts.descendants(of: run.program.id))
            // A program that is just ending has no memory any more.
            if memory == 0 { try trial.wait(until: .after(Trial.patience)) { run.program.ending != nil } }
            if let ending = run.program.ending {
                throw fail("\(decoding("a long stream")): the program \(ending.description)\(run.program.lastWords)")
            }
            guard memory > 0 else { throw Finding.notRun("this machine does not say how much memory a program has") }
            return memory
        }
        let first = try stream(2 << 20)
        var last = first
        var streamed = 0
        while streamed < 96 << 20 {
            let before = last
            last = try stream(8 << 20)
            streamed += 8 << 20
            trial.transcript.add(
                "grader", "after \(streamed >> 20) MiB more the program has \(last >> 10) KiB of memory of its own, at first \(first >> 10)"
            )
            if last - before < 2 << 20 || last - first < 4 << 20 { break }
        }
        guard last - first < streamed / 2 || last - first < 4 << 20 else {
            throw fail(
                "\(decoding("a long stream")): after 2 MiB the program had \(first >> 20) MiB of memory of its own, and \(streamed >> 20) MiB later \(last >> 20) MiB: it keeps what it has decoded"
            )
        }
        try run.finish()
        try run.expectSuccess(decoding("a long stream"))
    }
}
