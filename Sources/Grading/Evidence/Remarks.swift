import Glibc
import Sockets

/// Ways of going wrong that can be told from the packets of a connection, as sentences.
///
/// Each says what was seen, and what TCP or the kernel makes of it; never what the student should do.
struct PacketRemarks {
    let flow: PacketFlow
    /// The end that is the grader's, by its name.
    let client: (address: SocketAddress, name: String)
    /// When the failure was noticed, in microseconds on the transcript's clock.
    let end: Int

    var sentences: [String] { [refusal, unansweredSYN, resetForUnread, resetForLate, fullWindow, stillOpen].compactMap { $0 } }

    private typealias Row = (time: Int, isFromLeft: Bool, headers: PacketHeaders)
    private static let (fin, syn, rst, ack): (UInt8, UInt8, UInt8, UInt8) = (1, 2, 4, 16)

    private func isFromClient(_ row: Row) -> Bool { row.headers.source == client.address }

    private func flags(_ row: Row) -> UInt8 {
        guard case .tcp(let flags, _, _, _) = row.headers.transport else { return 0 }
        return flags
    }

    private func has(_ flag: UInt8, _ row: Row) -> Bool { flags(row) & flag != 0 }

    private var reset: (index: Int, row: Row)? {
        flow.rows.enumerated().first { has(Self.rst, $0.element) && !isFromClient($0.element) }.map { ($0.offset, $0.element) }
    }

    private var isEstablished: Bool { flow.rows.contains { has(Self.syn, $0) && has(Self.ack, $0) } }

    private var refusal: String? {
        guard reset != nil, !isEstablished, flow.rows.contains(where: { has(Self.syn, $0) && isFromClient($0) }) else { return nil }
        return "an RST answers the SYN of \(client.name): nobody listened on that port at that moment"
    }

    private var unansweredSYN: String? {
        guard !isEstablished, reset == nil, flow.rows.count(where: { has(Self.syn, $0) }) > 1 else { return nil }
        return
            "the SYN of \(client.name) was not answered and was sent again: the queue of waiting connections was full (listen(2), accept(2))"
    }

    /// RFC 1122, 4.2.2.13: whoever closes with unread data sends an RST, so that the other end knows that data was lost.
    private var resetForUnread: String? {
        guard let (index, _) = reset, isEstablished else { return nil }
        let before = flow.rows[..<index]
        guard !before.contains(where: { has(Self.fin, $0) && !isFromClient($0) }) else { return nil }
        let (came, sent) = bytes(in: before)
        guard came > 0 else { return nil }
        return
            "the program closed the connection of \(client.name), to which \(counted(came, "byte")) had come and \(grouped(sent)) been sent, "
            + "while some were unread (or with SO_LINGER 0): so its kernel sent RST, not FIN (RFC 1122, 4.2.2.13)"
    }

    private var resetForLate: String? {
        guard let (index, row) = reset,
            let fin = flow.rows[..<index].firstIndex(where: { has(Self.fin, $0) && !isFromClient($0) })
        else { return nil }
        let late = bytes(in: flow.rows[fin..<index]).came
        guard late > 0 else { return nil }
        let gap = max(0, row.time - flow.rows[fin].time) / 1_000
        return
            "the program had closed the connection \(gap) ms before \(counted(late, "byte")) of \(client.name) came: its kernel answered them with RST"
    }

    private var fullWindow: String? {
        guard
            let row = flow.rows.first(where: { row in
                guard case .tcp(_, _, _, 0) = row.headers.transport else { return false }
                return !isFromClient(row) && !has(Self.rst, row)
            })
        else { return nil }
        return
            "the program's kernel said 'window 0' to \(client.name) at \(row.time / 1_000) ms: what had come filled its buffer, because the program did not read it, or not as fast"
    }

    private var stillOpen: String? {
        guard reset == nil, let fin = flow.rows.first(where: { has(Self.fin, $0) && isFromClient($0) }), end - fin.time > 1_000_000,
            !flow.rows.contains(where: { has(Self.fin, $0) && !isFromClient($0) })
        else { return nil }
        return
            "the FIN of \(client.name) came at \(fin.time / 1_000) ms; the program's side was still open (CLOSE-WAIT) \((end - fin.time) / 1_000) ms later"
    }

    /// Payload to and from the program.
    private func bytes(in rows: some Sequence<Row>) -> (came: Int, sent: Int) {
        rows.reduce(into: (0, 0)) { sums, row in
            if isFromClient(row) { sums.0 += row.headers.length } else { sums.1 += row.headers.length }
        }
    }
}

extension Program.Ending {
    /// What a signal that ended a program usually comes from.
    var remark: String? {
        switch self {
        case .killed(signal: SIGPIPE):
            "SIGPIPE ends a program that writes to a connection the other end has closed, unless it ignores the signal or sends with MSG_NOSIGNAL (send(2))"
        case .killed(signal: SIGILL), .killed(signal: SIGTRAP):
            "this signal is how Swift ends a program at an overflow, an index out of range, or a nil that was unwrapped by force"
        case .killed(signal: SIGSEGV), .killed(signal: SIGBUS):
            "the program touched memory that is not its own; a stack that recursion has filled does that, too"
        case .killed(signal: SIGXCPU): "the program used more processor time than it may: a loop that never waits does that"
        default: nil
        }
    }
}

extension Program {
    /// What its end, or what it is doing, usually comes from.
    var remark: String? { ending?.remark ?? survivorRemark ?? busyRemark }

    /// What a program that is still running seems to be doing instead of what it should, if that can be told from the processor time it used.
    private var busyRemark: String? {
        guard ending == nil, facts.isBusy, let used = facts.exactProcessorTime, used >= .milliseconds(500) else { return nil }
        let lifetime = started.duration(to: .now)
        return "the program was running, and had used \(tenths(used)) of processor time in the \(tenths(lifetime)) since it was started: "
            + "a loop that never waits does that"
    }

    /// Who runs on when the program has ended: the server itself, where a script or a tool like `go run` had started it.
    ///
    /// Only processes of its group are known to be its own once their parent is gone.
    private var survivorRemark: String? {
        guard ending != nil, let survivor = ProcessFacts.running(inGroup: id).first?.name else { return nil }
        return "the program had ended while '\(survivor)', which it had started, ran on: a signal reaches the process that it is sent to, "
            + "no other (kill(2)); a script that starts a server with exec becomes that server"
    }

    private func tenths(_ duration: Duration) -> String { seconds(.milliseconds(Int(duration / .milliseconds(100)) * 100)) }
}
