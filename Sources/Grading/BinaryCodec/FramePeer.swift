import Sockets

extension Service {
    /// Requests are answered with responses of the same payload.
    static let frames = Service(
        words: ["serve"], question: { frames(of: $0, type: CodecFrame.request) }, answer: { frames(of: $0, type: CodecFrame.response) })

    /// How much of a payload is put into one frame.
    static let frameSize = 16_384

    private static func frames(of bytes: [UInt8], type: Int) -> [UInt8] {
        stride(from: 0, to: max(1, bytes.count), by: frameSize).reduce(into: []) { all, start in
            all += CodecFrame(type, Array(bytes[start..<min(bytes.count, start + frameSize)])).bytes
        }
    }
}

/// A client that speaks the protocol of lab 4.
final class FramePeer {
    let client: Client
    /// What has come and is no whole frame yet.
    private var bytes: [UInt8] = []

    init(_ server: Server, receiveBuffer: Int32? = nil) throws { client = try server.connect(receiveBuffer: receiveBuffer) }

    func send(_ frames: CodecFrame...) throws { try client.send(FrameStream(frames).bytes) }

    /// The next frame that comes by the deadline; nil if none does, or the connection ends.
    ///
    /// - Throws: A ``Finding`` if something comes that is no frame.
    func next(until deadline: Deadline = .after(Trial.patience)) throws -> CodecFrame? {
        while true {
            if let frame = try takeFrame() { return frame }
            guard case .bytes(let more) = try client.receive(until: deadline) else { return nil }
            bytes += more
        }
    }

    private func takeFrame() throws -> CodecFrame? {
        let header = bytes.prefix(CodecFrame.headerSize)
        let isLegal = header.prefix(4).elementsEqual(CodecFrame.magic.prefix(header.count)) && header.dropFirst(4).first ?? 1 == 1
        let length = header.count < 9 ? 0 : header[5..<9].reduce(0) { $0 << 8 | Int($1) }
        guard isLegal, length <= CodecFrame.standardLimit else {
            throw fail("\(client.name) was sent something that is no frame: \(hexBytes(bytes.prefix(16))), \(readable(bytes))")
        }
        let size = CodecFrame.headerSize + length
        guard header.count == CodecFrame.headerSize, bytes.count >= size else { return nil }
        defer { bytes.removeFirst(size) }
        return CodecFrame(Int(header[9]) << 8 | Int(header[10]), Array(bytes[CodecFrame.headerSize..<size]))
    }

    /// The next frame must be this one.
    func expect(_ frame: CodecFrame, _ circumstances: String) throws {
        let found = try next()
        guard found != frame else { return }
        throw fail("\(circumstances): \(client.name) must be sent \(frame.words)\nit was sent \(describe(found))")
    }

    /// A request, and the response to it.
    func ask(_ text: String, _ circumstances: String) throws {
        try send(CodecFrame(CodecFrame.request, text))
        try expect(CodecFrame(CodecFrame.response, text), "\(circumstances), after a request \"\(text)\"")
    }

    /// The next frame must be an error with this text, with the offset or without it.
    ///
    /// - Parameter orEnd: Whether the end of the connection will do.
    func expectError(_ text: String, at offset: Int, orEnd: Bool = false, _ circumstances: String) throws {
        let found = try next()
        if orEnd, found == nil, bytes.isEmpty { return }
        let texts = ["offset \(offset): \(text)", text].map { Array($0.utf8) }
        guard let found, found.type == CodecFrame.error, texts.contains(found.payload) else {
            throw fail(
                "\(circumstances): \(client.name) must be sent an error frame with the text \"\(text)\" (\"offset \(offset): \" may stand before it)\n"
                    + "it was sent \(describe(found))")
        }
    }

    /// Nothing but the end of the stream must come.
    func expectEnd(_ circumstances: String) throws {
        if let found = try next() {
            throw fail("\(circumstances): the connection must be closed; \(client.name) was sent \(found.words)")
        }
        guard client.end == .closed else {
            throw fail("\(circumstances): the connection must be closed; \(client.end?.words ?? "it stayed open")")
        }
    }

    /// What came, at the end of a sentence.
    private func describe(_ frame: CodecFrame?) -> String {
        if let frame { return frame.words }
        let rest = bytes.isEmpty ? "nothing" : "only \(counted(bytes.count, "byte")) of a frame, \(hexBytes(bytes.prefix(16)))"
        return "\(rest)\(client.end.map { "; \($0.words)" } ?? " within \(seconds(Trial.patience))")"
    }
}
