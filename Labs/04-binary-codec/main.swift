// Given: takes the options, reads and writes the standard streams. Your part is in FrameEncoder.swift, FrameDecoder.swift
// and FrameSession.swift.
import LabProgram
import Sockets

/// What the command line says to `serve`.
struct ServerSettings: Sendable {
    /// Where to listen.
    let endpoint: Endpoint
    /// The longest payload that is taken, in bytes.
    let maxPayload: Int
    /// After how long a silence a client is pinged; nil is never.
    let heartbeat: Duration?
}

/// How much is read at a time: a pipe holds no more.
let chunkSize = 65_536

/// Messages as JSON lines on stdin become frames on stdout, each written before the next line is waited for.
func encode() throws {
    var lines = MessageLines()
    var encoder = FrameEncoder()
    func write() throws {
        try StandardStream.output.write(encoder.bytes.span)
        encoder.removeFirst(encoder.bytes.count)
    }
    do {
        var isEnd = false
        while !isEnd {
            let chunk = try StandardStream.input.read(upTo: chunkSize)
            isEnd = chunk.isEmpty
            if isEnd { lines.finish() } else { lines.append(chunk) }
            while let type = try lines.next() {
                encoder.append(type: type, payload: lines.payload.span)
                if encoder.bytes.count >= chunkSize { try write() }
            }
            try write()
        }
    } catch let error as MalformedInput {
        try write()
        throw error
    }
}

/// Frames on stdin become JSON lines on stdout, each written before more bytes are waited for.
func decode(maxPayload: Int) throws {
    var decoder = FrameDecoder(maxPayload: maxPayload)
    var lines = FrameLines()
    do {
        while true {
            let chunk = try StandardStream.input.read(upTo: chunkSize)
            if chunk.isEmpty { break }
            decoder.append(chunk)
            while let frame = try decoder.next() {
                try lines.write(frame, payload: decoder.bytes.span.extracting(frame.payload))
            }
            try lines.flush()
        }
        try decoder.finish()
    } catch let error as FrameError {
        try lines.flush()
        throw MalformedInput("\(error)")
    }
}

/// Speaks the protocol over TCP, until the program is asked to end.
func serve(_ settings: ServerSettings) throws {
    let termination = try TerminationSignals()
    try serveClients(at: settings.endpoint, until: termination) { (client) throws(SocketError) in
        var session = FrameSession(settings, termination: termination)
        try session.converse(with: client)
    }
}

let usage = """
    binary-codec encode | decode [--max-payload BYTES] | \
    serve [--host H] [--port P] [--max-payload BYTES] [--heartbeat SECONDS]
    """

extension Options {
    /// The longest payload that is taken; no frame can have more than its length field can say.
    mutating func maxPayload() throws(UsageError) -> Int {
        try count("max-payload", default: Frame.standardMaxPayload, in: 0...Int(UInt32.max))
    }
}

runProgram(usage: usage) { options in
    switch options.argument() {
    case "encode":
        try options.finish()
        try encode()
    case "decode":
        let maxPayload = try options.maxPayload()
        try options.finish()
        try decode(maxPayload: maxPayload)
    case "serve":
        let settings = ServerSettings(
            endpoint: Endpoint(
                host: try options.value("host") ?? "127.0.0.1",
                port: try options.port("port", default: 7004)),
            maxPayload: try options.maxPayload(),
            heartbeat: try options.seconds("heartbeat"))
        try options.finish()
        try serve(settings)
    case let command?:
        throw UsageError("the command must be encode, decode or serve, not '\(command)'")
    case nil:
        try options.finish()
        throw UsageError("a command is missing: encode, decode or serve")
    }
}
