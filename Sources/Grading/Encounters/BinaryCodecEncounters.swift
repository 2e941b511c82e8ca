import Sockets

/// Lab 4: what one program encodes, the other decodes; and both ends of `serve`, with the grader between them.
enum BinaryCodecEncounters {
    static let all: [Check] = [
        Check("decodes", step: 7, "the server decodes what the client encodes", startsProgram: true, hints: [], decodes),
        Check(
            "answers", step: 7, "the server answers what the client encodes, and the client decodes that", startsProgram: true, hints: [],
            answers),
        Check("refuses", step: 7, "the server refuses damage, and the client decodes the refusal", startsProgram: true, hints: [], refuses),
    ]

    private static func decodes(_ trial: Trial) throws {
        let stream = FrameStream(CodecFrame.random(100, &trial.random) + [CodecFrame(1, length: 70_000, of: trial.random.bytes(512))])
        let bytes = try encode(stream.frames, trial)
        guard let partner = trial.partner else { throw Finding.notRun("there is no second program") }
        let output = try run(["decode"], on: bytes, of: partner, as: "server", trial)
        try LineComparison(stream.lines, output).judge("the server's `decode` of what the client's `encode` wrote")
    }

    private static func answers(_ trial: Trial) throws {
        let payloads = CodecFrame.random(30, &trial.random).map(\.payload)
        let requests = payloads.enumerated().map { CodecFrame($0 % 3 == 2 ? CodecFrame.ping : CodecFrame.request, $1) }
        let answers = payloads.enumerated().map { CodecFrame($0 % 3 == 2 ? CodecFrame.pong : CodecFrame.response, $1) }
        try converse(sending: requests, expecting: FrameStream(answers), trial)
    }

    private static func refuses(_ trial: Trial) throws {
        let good = CodecFrame(CodecFrame.request, "hello")
        let offset = good.bytes.count
        let answer = CodecFrame(CodecFrame.response, "hello")
        let said = "bad magic 0xDEADBEEF"
        let texts = ["offset \(offset): \(said)", said].map { FrameStream([answer, CodecFrame(CodecFrame.error, $0)]) }
        try converse(sending: [good], behind: [0xDE, 0xAD, 0xBE, 0xEF], expecting: texts[0], or: texts[1], trial)
    }

    /// Sends what the client encodes to the server, and has the client decode what comes back.
    ///
    /// - Parameter rest: Bytes that follow.
    private static func converse(
        sending frames: [CodecFrame], behind rest: [UInt8] = [], expecting stream: FrameStream, or other: FrameStream? = nil, _ trial: Trial
    ) throws {
        let bytes = try encode(frames, trial)
        let (server, address) = try trial.startPartner(["serve"])
        let connection = try Client(trial, to: address)
        try connection.send(bytes + rest)
        // A server that has refused something closes by itself; every other one must answer while the client is still there.
        let answer = rest.isEmpty ? try connection.receive(exactly: stream.bytes.count) : try connection.receiveToEnd()
        let name = "what the server sent back for \(counted(frames.count, "frame")) of the client's"
        guard answer == stream.bytes || answer == other?.bytes else {
            do { try FrameComparison(expected: stream.frames, received: answer).judge(name) } catch Finding.failure(let text, let moment) {
                throw Finding.failure(text + trial.said(server), at: moment)
            }
            return
        }
        let right = answer == stream.bytes ? stream : other ?? stream
        let output = try run(["decode"], on: answer, of: trial.subject, as: "client", trial)
        try LineComparison(right.lines, output).judge("the client's `decode` of \(name)")
    }

    /// What the client makes of messages, which must be right: else nobody could say who is wrong.
    private static func encode(_ frames: [CodecFrame], _ trial: Trial) throws -> [UInt8] {
        let bytes = try run(["encode"], on: FrameStream(frames).messages, of: trial.subject, as: "client", trial)
        try FrameComparison(expected: frames, received: bytes).judge("the client's `encode` of \(counted(frames.count, "message"))")
        return bytes
    }

    /// Runs a program to its end, and returns what it wrote.
    private static func run(_ words: [String], on input: [UInt8], of subject: Subject, as role: String, _ trial: Trial) throws -> [UInt8] {
        let program = try trial.start(words, of: subject, as: role, isFed: true)
        try trial.feed(program, input, until: .after(Trial.startingTime))
        program.input?.close()
        let ending = try trial.waitForEnd(
            of: program, within: Trial.startingTime, after: "after the end of the input of the \(role)'s `\(words[0])`")
        guard ending == .exited(0) else {
            throw fail("the \(role)'s `\(words[0])` must end with exit code 0; it \(ending.description)\(trial.said(program))")
        }
        return program.output
    }
}
