import CLinux
import Foundation
import Glibc
import Grading
import Sockets

// Ways of measuring programs that are no servers.

/// A codec reads an endless stream; what it writes goes to nobody.
struct StreamLoad {
    private let order: LoadOrder
    private let command: String
    private let sample: CodecSample

    init(_ order: LoadOrder, _ command: String) {
        (self.order, self.command) = (order, command)
        // About a megabyte at a time: so much is made once, and written again and again.
        sample = CodecSample(size: order.plan.size, count: max(1, 1_048_576 / order.plan.size))
    }

    func run() throws -> LoadResult {
        let (piece, expected) = command == "encode" ? (sample.messages, sample.frames) : (sample.frames, sample.lines)
        guard try rehearse(order, [command], input: piece) == expected else {
            throw Failure("what `\(command)` makes of a small stream is wrong: let the checks say how", code: 1)
        }
        let pipe = try PipeEnds()
        let program = try MeasuredProgram(order.program + [command], input: pipe.readEnd.number, folder: order.folder)
        var feed = try Feed(pipe.takeWriteEnd(), piece)
        let facts = ProcessFacts(id: program.process)
        var result = LoadResult()
        do {
            try feed.write(for: order.plan.warmUp)
            let start = (time: monotonicTime(), processor: facts.exactProcessorTime ?? .zero, pieces: feed.pieces)
            try feed.write(for: order.plan.seconds)
            result.seconds = Double(monotonicTime() - start.time) / 1e9
            result.processorSeconds = ((facts.exactProcessorTime ?? .zero) - start.processor) / .seconds(1)
            result.count = (feed.pieces - start.pieces) * sample.count
            result.bytes = result.count * order.plan.size
        } catch {
            throw program.failure("\(error)")
        }
        _ = consume feed  // closes the pipe: the end of the input
        guard program.waitForEnd(until: .after(.seconds(10))) == 0 else {
            throw program.failure("at the end of its input it must end with exit code 0")
        }
        return result
    }
}

/// The writing end of a program's stdin, and what is written there again and again.
private struct Feed: ~Copyable {
    private let pipe: Descriptor
    private let piece: [UInt8]
    /// How often the piece was written.
    private(set) var pieces = 0

    init(_ pipe: consuming Descriptor, _ piece: [UInt8]) throws {
        try pipe.setNonBlocking(true)
        self.pipe = pipe
        self.piece = piece
    }

    /// Writes for so many seconds; whole pieces, so that the stream ends behind a message.
    mutating func write(for seconds: Double) throws {
        let end = Deadline.after(.seconds(seconds))
        while !end.hasPassed {
            var done = 0
            while done < piece.count {
                let count = try pipe.write(piece.span.extracting(droppingFirst: done))
                done += count
                if count == 0, try pipe.wait(for: .writable, until: .after(.seconds(10))).isEmpty {
                    throw LoadTrouble(description: "the program has read nothing for 10 seconds")
                }
            }
            pieces += 1
        }
    }
}

/// A sender sends as fast as it can; what comes is counted, and answered by nobody.
struct DatagramLoad {
    private let order: LoadOrder
    private let count: Int

    init(_ order: LoadOrder, count: Int) { (self.order, self.count) = (order, count) }

    func run() throws -> LoadResult {
        guard let here = SocketAddress(numeric: "127.0.0.1", port: 0) else { throw LoadTrouble(description: "no address") }
        let sink = try Socket(.datagram, here.family)
        try sink.set(.receiveBuffer, to: 8_388_608)
        try sink.bind(to: here)
        try sink.descriptor.setNonBlocking(true)
        let options =
            ["\(try sink.localAddress())", "--count", "\(count)", "--size", "\(order.plan.size)", "--interval", "0"]
            + ["--timeout", "2000", "--json"]
        let program = try MeasuredProgram(order.program + options, folder: order.folder)
        let facts = ProcessFacts(id: program.process)
        var batch = DatagramBatch(capacity: 256, slotSize: 2_048)
        // The sequence numbers say how many were sent, however many of them were lost here.
        var start: (number: Int, time: Int64, processor: Duration)?
        var last: (number: Int, time: Int64) = (-1, 0)
        while try arrives(at: sink, program, isFirst: last.number < 0) {
            try sink.receive(into: &batch)
            let now = monotonicTime()
            for index in 0..<batch.count {
                let number = batch.withDatagram(at: index) { bytes in
                    bytes.count < 4 ? -1 : (0..<4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
                }
                guard number > last.number, number < count else { continue }
                last = (number, now)
            }
            // Its start is not what is measured: the first tenth is the warm-up.
            if start == nil, last.number >= count / 10 { start = (last.number, now, facts.exactProcessorTime ?? .zero) }
        }
        guard let start, last.number > count / 2 else {
            throw program.failure(
                "\(last.number < 0 ? "no datagram" : "only \(number(last.number + 1)) of \(number(count)) datagrams") came")
        }
        var result = LoadResult()
        result.count = last.number - start.number
        result.bytes = result.count * order.plan.size
        result.seconds = Double(last.time - start.time) / 1e9
        result.processorSeconds = ((facts.exactProcessorTime ?? .zero) - start.processor) / .seconds(1)
        return result
    }
}

/// Waits for the next datagram: the first for ten seconds, as long as there is somebody who may send it; the others for a moment.
private func arrives(at sink: borrowing Socket, _ program: MeasuredProgram, isFirst: Bool) throws -> Bool {
    let deadline = Deadline.after(isFirst ? .seconds(10) : .milliseconds(300))
    repeat {
        if try !sink.descriptor.wait(for: .readable, until: min(deadline, .after(.milliseconds(100)))).isEmpty { return true }
    } while !deadline.hasPassed && (!isFirst || program.waitForEnd(until: .now) == nil)
    return false
}

/// A tracer reads a capture file, from its start to its end.
struct CaptureLoad {
    private let order: LoadOrder
    private let packets: Int

    init(_ order: LoadOrder, packets: Int) { (self.order, self.packets) = (order, packets) }

    func run() throws -> LoadResult {
        let small = CaptureSample(packets: 1_000)
        let file = "\(order.folder)/small.pcap"
        try Data(small.bytes).write(to: URL(fileURLWithPath: file))
        let text = String(decoding: try rehearse(order, ["read", file, "--json"]), as: UTF8.self)
        let found = text.matches(of: /"time_us":/).count
        guard found == small.packets else {
            throw Failure("`read --json` must show the \(small.packets) segments of a small capture, and shows \(found)", code: 1)
        }
        let path = "\(order.folder)/\(packets).pcap"
        if !FileManager.default.fileExists(atPath: path) {
            try Data(CaptureSample(packets: packets).bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        let start = monotonicTime()
        let program = try MeasuredProgram(order.program + ["read", path, "--json"], folder: order.folder)
        guard program.waitForEnd(until: .after(.seconds(60))) == 0 else {
            throw program.failure("it must end with exit code 0 after the last packet, within a minute")
        }
        var result = LoadResult()
        result.seconds = Double(monotonicTime() - start) / 1e9
        result.processorSeconds = program.processorSeconds
        result.count = packets
        result.bytes = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
        return result
    }
}

/// Lets the program do its work once, on a small scale, before it is measured: nothing is gained by being quick and wrong.
///
/// - Returns: What it writes to stdout.
private func rehearse(_ order: LoadOrder, _ options: [String], input: [UInt8] = []) throws -> [UInt8] {
    let (source, target) = ("\(order.folder)/input", "\(order.folder)/output")
    try Data(input).write(to: URL(fileURLWithPath: source))
    let stdin = try Descriptor(reading: source)
    let stdout = try Descriptor(writing: target)
    let program = try MeasuredProgram(order.program + options, input: stdin.number, output: stdout.number, folder: order.folder)
    guard program.waitForEnd(until: .after(.seconds(20))) == 0 else {
        throw program.failure("`\(options.joined(separator: " "))` must end with exit code 0")
    }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
}
