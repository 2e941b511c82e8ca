import Foundation
import Glibc
import Reflector
import Sockets
import Synchronization

/// A reflector and the sender under test: starts both, waits, and keeps what passed between them.
///
/// The reflector runs in a thread of its own, so that its replies and its times do not depend on what the check is doing.
final class SenderRun {
    /// Where the reflector listens.
    let address: SocketAddress
    /// The sender.
    let program: Program
    /// What the reflector did to the sender's datagrams; empty until ``finish()``.
    private(set) var tally = Tally()
    private let trial: Trial
    private let reflector: RunningReflector
    private let log: Log
    private var isFinished = false
    private let start = ContinuousClock.now
    /// How long the program ran, or a little more.
    private(set) var lifetime = Duration.zero
    /// The wall clock just before the program was started, in microseconds since 1970.
    let startedAt: Int64

    /// A datagram that the reflector received or sent.
    struct Packet: Sendable {
        let action: Action
        /// Monotonic.
        let time: ContinuousClock.Instant
        /// Microseconds since 1970, by the clock that the sender's timestamps are taken from.
        let wallTime: Int64
        let bytes: [UInt8]

        enum Action: Sendable { case arrived, replied, altered, stranger, requested }

        /// The first four bytes, big-endian; nil if it is too short for a header.
        var sequence: Int? { bytes.count >= 12 ? bigEndian(0..<4) : nil }
        /// Bytes 4 to 11, big-endian.
        var timestamp: Int? { bytes.count >= 12 ? bigEndian(4..<12) : nil }

        func bigEndian(_ range: Range<Int>) -> Int {
            Int(truncatingIfNeeded: bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        /// Whether it is as the starter's template makes it, byte k being k.
        var isFiller: Bool { bytes.prefix(12).elementsEqual(0..<12) }

        func littleEndian(_ range: Range<Int>) -> Int {
            Int(truncatingIfNeeded: bytes[range].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    /// Filled by the reflector's thread, read by the check's.
    private final class Log: Sendable {
        let packets = Mutex<[Packet]>([])
    }

    /// Starts a reflector, and the program with its address and these options.
    init(
        _ trial: Trial, _ options: [String], at local: SocketAddress = .loopback(port: 0), host: String? = nil,
        holdLimit: Duration = .milliseconds(100), fate: @escaping @Sendable (Arrival) -> Fate = { _ in Fate() }
    ) throws {
        let log = Log()
        reflector = try RunningReflector(
            at: local, holdLimit: holdLimit,
            observe: { event in
                let action: Packet.Action =
                    switch event.action {
                    case .arrived: .arrived
                    case .replied: .replied
                    case .repliedAltered: .altered
                    case .repliedFromStranger: .stranger
                    case .requested: .requested
                    }
                let packet = Packet(action: action, time: .now, wallTime: wallClock(), bytes: event.bytes)
                log.packets.withLock { $0.append(packet) }
            }, fate: fate)
        self.log = log
        self.trial = trial
        address = reflector.address
        // The line before the program is started: nothing that it sends is older.
        startedAt = wallClock()
        let port = reflector.address.port
        let target = host.map { "\($0):\(port)" } ?? reflector.address.description
        program = try trial.start([target] + options)
    }

    deinit { if !isFinished { _ = reflector.stop() } }

    /// Everything so far.
    var packets: [Packet] { log.packets.withLock { $0 } }
    /// What arrived at the reflector so far.
    var arrivals: [Packet] { packets.filter { $0.action == .arrived } }
    private var arrivalCount: Int { log.packets.withLock { $0.count { $0.action == .arrived } } }

    // MARK: Waiting

    /// Waits until so many datagrams have arrived, or it is clear that they will not.
    ///
    /// - Returns: Whether they have.
    @discardableResult
    func waitForArrivals(_ count: Int, within time: Duration = Trial.patience) throws -> Bool {
        let deadline = Deadline.after(time)
        try trial.watch(until: deadline) { arrivalCount >= count || program.ending != nil }
        guard program.ending != nil else { return arrivalCount >= count }
        // What was sent just before the end may still be on its way through the kernel; and on a busy machine the reflector's thread
        // may not have looked for a while. Stopping it makes it take in whatever has arrived.
        try trial.watch(until: .after(Trial.silence)) { arrivalCount >= count }
        if arrivalCount < count { finish() }
        return arrivalCount >= count
    }

    /// Waits until the program has ended and everything it wrote was taken in.
    ///
    /// - Throws: A ``Finding`` if it has not by the deadline.
    func waitForEnd(within time: Duration, because reason: String) throws {
        try trial.wait(until: .after(time)) { program.ending != nil && !program.outputIsOpen && !program.errorsAreOpen }
        if program.ending == nil {
            finish()
            throw fail("\(reason); the program was still running \(seconds(time)) after its start")
        }
    }

    /// Stops the reflector, which still takes in what has arrived, and puts its packets into the transcript.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        lifetime = start.duration(to: .now)
        tally = reflector.stop().last?.tally ?? Tally()
        var attempts: [Int: Int] = [:]
        let packets = packets
        for (index, packet) in packets.enumerated() {
            if packet.action == .arrived, let sequence = packet.sequence { attempts[sequence, default: 0] += 1 }
            if index == 40, packets.count > 50 {
                trial.transcript.add("reflector", "(\(packets.count - 50) more packets)", at: packet.time)
            }
            guard index < 40 || index >= packets.count - 10 || packets.count <= 50 else { continue }
            let attempt = packet.sequence.flatMap { attempts[$0] } ?? 1
            // What goes back as it came stands there already.
            let data = packet.action == .replied ? nil : packet.action == .arrived ? packet.header : packet.excerpt
            trial.transcript.add("reflector", packet.words(attempt: attempt), data: data, at: packet.time)
        }
    }

    // MARK: What the program said

    /// Whether it is a starter that has come past a step: then its exit code says nothing about that step.
    func isExcused(_ step: Int) -> Bool { program.unsolvedStep.map { $0 > step } ?? false }

    /// The program's exit code must be this one, unless it is a starter that has come past the step.
    func expectExit(_ code: Int32, step: Int, _ circumstances: String) throws {
        guard let ending = program.ending, ending != .exited(code), !isExcused(step) else { return }
        throw fail(
            "\(circumstances) the program must end with exit code \(code), but it \(ending.description)\(program.lastWords)")
    }
}

extension SenderRun.Packet {
    /// What happened, as a sentence without a subject.
    fileprivate func words(attempt: Int) -> String {
        let which = sequence.map { "seq=\($0)" } ?? "no header"
        let size = counted(bytes.count, "byte")
        return switch action {
        case .arrived: "received \(size), \(which)\(attempt > 1 ? ", for time \(attempt)" : "")"
        case .replied: "sent back \(which)"
        case .altered: "sent back \(size), altered"
        case .stranger: "sent back \(which) from another port"
        case .requested:
            "sent NACK for \(stride(from: 4, to: bytes.count, by: 4).map { "\(bigEndian($0..<$0 + 4))" }.joined(separator: ", "))"
        }
    }

    /// The header in hex, four bytes together, so that a datagram takes one line: `0000002A 000660CB CEE27535`.
    fileprivate var header: String {
        stride(from: 0, to: min(12, bytes.count), by: 4).map { bytes[$0..<min($0 + 4, bytes.count)].map(hex).joined() }.joined(
            separator: " ")
    }
    /// The header and the first of the filler, in hex.
    var excerpt: String { hexBytes(bytes.prefix(16)) + (bytes.count > 16 ? " ..." : "") }
}

/// `00 00 00 2A`.
func hexBytes(_ bytes: some Collection<UInt8>) -> String { bytes.map(hex).joined(separator: " ") }

/// Microseconds since 1970.
func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}
