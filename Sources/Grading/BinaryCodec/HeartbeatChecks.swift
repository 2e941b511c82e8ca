import Sockets

/// Step 7: who is silent, for how long, and what comes of it.
///
/// These are about time. Too early is always too early. A program that is late once had no processor, perhaps: then it is given
/// another try, and at last one with longer intervals. One that has a mistake fails them all.
struct HeartbeatChecks {
    private let trial: Trial
    private let interval: Duration

    /// A check that is made with an interval of 0.4 s, twice if need be, and then with 1.2 s.
    static func check(_ body: @escaping @Sendable (HeartbeatChecks) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            trial.service = .frames
            for interval in [Duration.milliseconds(400), .milliseconds(400)] {
                do {
                    return try body(HeartbeatChecks(trial: trial, interval: interval))
                } catch {
                    // A starter says itself that there is nothing to try again.
                    guard case Finding.failure(let text, _) = error, !trial.programs.contains(where: { $0.ending == .exited(99) }) else {
                        throw error
                    }
                    trial.transcript.add("grader", "tries again, since the machine may have been busy: \(text)")
                }
            }
            try body(HeartbeatChecks(trial: trial, interval: .milliseconds(1_200)))
        }
    }

    /// Clocks and their reading.
    private static let earliness = Duration.milliseconds(20)
    /// Less than an interval: what comes an interval too late is late.
    private var lateness: Duration { interval * 3 / 4 }
    private var option: String { "--heartbeat \(seconds(interval).dropLast(2))" }

    private func server() throws -> Server { try trial.startServer(option.split(separator: " ").map { String($0) }) }

    /// The client asks one thing and is silent: a ping after one interval, perhaps one after two, and the end after three.
    func pings() throws {
        let peer = try FramePeer(server())
        let start = ContinuousClock.now
        try peer.ask("hello", "with \(option)")
        let answered = ContinuousClock.now
        guard let ping = try peer.next(until: .after(interval * 6)) else {
            throw fail(
                "with \(option) a client that had been silent for \(spent(since: answered)) was not pinged\(peer.client.end.map { ": \($0.words)" } ?? "")"
            )
        }
        guard ping.type == CodecFrame.ping else { throw fail("with \(option) a silent client was sent \(ping.words)") }
        try expect("was pinged", 1, since: start, answered)
    }

    func disconnects() throws {
        let peer = try FramePeer(server())
        let start = ContinuousClock.now
        try peer.ask("hello", "with \(option)")
        try expectDisconnect(of: peer, since: start, .now)
    }

    func fromTheStart() throws {
        let server = try server()
        let start = ContinuousClock.now
        try expectDisconnect(of: FramePeer(server), since: start, .now)
    }

    /// Takes the pings of a silent client, each at a multiple of the interval, and then the end.
    private func expectDisconnect(
        of peer: FramePeer, since start: ContinuousClock.Instant, _ answered: ContinuousClock.Instant
    ) throws {
        let limit = Deadline.after(interval * 6)
        var pings = 0
        while let frame = try peer.next(until: limit) {
            // An error frame may say goodbye.
            if frame.type == CodecFrame.error { continue }
            guard frame.type == CodecFrame.ping else { throw fail("with \(option) a silent client was sent \(frame.words)") }
            pings += 1
            if pings <= 2 { try expect("was pinged for the \(pings == 1 ? "first" : "second") time", pings, since: start, answered) }
        }
        guard peer.client.end != nil else {
            throw fail(
                "with \(option) a client that had been silent for \(spent(since: answered)), and was pinged \(pings) times, was still connected"
            )
        }
        try expect("was disconnected", 3, since: start, answered)
        guard (1...3).contains(pings) else {
            throw fail(
                "with \(option) a silent client must be pinged before it is disconnected, once or twice; it was pinged \(pings) times"
            )
        }
    }

    /// Something that is due after so many intervals of silence, which began between two moments.
    private func expect(
        _ what: String, _ intervals: Int, since start: ContinuousClock.Instant, _ answered: ContinuousClock.Instant
    ) throws {
        let due = interval * intervals
        guard start.duration(to: .now) > due - Self.earliness else {
            throw fail("with \(option) a silent client \(what) after \(spent(since: start)); that must be after \(seconds(due))")
        }
        guard answered.duration(to: .now) < due + lateness else {
            throw fail(
                "with \(option) a silent client \(what) only after \(spent(since: answered)); that must be after \(seconds(due))")
        }
    }

    private func spent(since start: ContinuousClock.Instant) -> String {
        seconds(.milliseconds(Int(start.duration(to: .now) / .milliseconds(1))))
    }

    /// Answers every ping, for much longer than three intervals, and asks something in between.
    func pongs() throws {
        let peer = try FramePeer(server())
        var silence = ContinuousClock.now
        try peer.ask("hello", "with \(option)")
        for number in 1...4 {
            guard let ping = try peer.next(until: .after(interval * 4)) else {
                let end = peer.client.end.map { $0.words } ?? "it was not pinged any more"
                throw fail(
                    "with \(option) a client answered \(counted(number - 1, "ping")) with pongs, and then was silent for \(spent(since: silence)): \(end)"
                )
            }
            guard ping.type == CodecFrame.ping else { throw fail("with \(option) a silent client was sent \(ping.words)") }
            if silence.duration(to: .now) < interval - Self.earliness {
                throw fail(
                    "with \(option) a client was pinged \(spent(since: silence)) after its last pong: each must start the silence anew"
                )
            }
            silence = .now
            try peer.send(CodecFrame(CodecFrame.pong, ping.payload))
        }
        try peer.ask("still here", "with \(option), after four pongs")
    }

    /// Sends a byte of a frame every third of an interval: such a client is slow, but not silent.
    func drip() throws {
        let peer = try FramePeer(server())
        let bytes = CodecFrame(CodecFrame.request, "x").bytes
        let start = ContinuousClock.now
        var last = start
        var longest = Duration.zero
        for byte in bytes where peer.client.end == nil {
            longest = max(longest, last.duration(to: .now))
            last = .now
            try peer.client.send([byte])
            try trial.wait(until: .after(interval / 3)) { false }
        }
        let frame = try peer.next()
        if frame == CodecFrame(CodecFrame.response, "x") { return }
        if longest > interval * 3 / 4 { throw Finding.notRun("this machine is too busy to send a byte every third of a second") }
        throw fail(
            "with \(option) a client sent the \(bytes.count) bytes of a request in \(spent(since: start)), never silent for \(seconds(interval)); it was sent "
                + (frame.map { $0.words } ?? "nothing") + (peer.client.end.map { ", and \($0.words)" } ?? ""))
    }

    /// One client talks, the other is silent: each has a clock of its own.
    func ownClocks() throws {
        let server = try server()
        let talker = try FramePeer(server)
        let start = ContinuousClock.now
        let silent = try FramePeer(server)
        let answered = ContinuousClock.now
        while start.duration(to: .now) < interval * 5, silent.client.end == nil {
            try talk(talker, "while another client was silent")
            _ = try silent.next(until: .after(interval / 5))
        }
        guard silent.client.end != nil else {
            throw fail(
                "with \(option) a client that had been silent for \(spent(since: answered)) was still connected, while another talked")
        }
        try expect("was disconnected", 3, since: start, answered)
        try talk(talker, "after a silent client had been disconnected")
    }

    /// A request and its response. On a busy machine the client may have been silent for so long that a ping comes first.
    private func talk(_ peer: FramePeer, _ circumstances: String) throws {
        try peer.send(CodecFrame(CodecFrame.request, "hello"))
        var frame = try peer.next()
        while frame?.type == CodecFrame.ping { frame = try peer.next() }
        guard frame != CodecFrame(CodecFrame.response, "hello") else { return }
        let found = frame.map { $0.words } ?? peer.client.end.map { "nothing: \($0.words)" } ?? "nothing"
        throw fail("with \(option), \(circumstances), \(peer.client.name) sent a request, and was sent \(found)")
    }

    static func notByDefault(_ trial: Trial) throws {
        trial.service = .frames
        let server = try trial.startServer()
        _ = try server.process()
        let peer = try FramePeer(server)
        try peer.ask("hello", "without --heartbeat")
        if let frame = try peer.next(until: .after(.seconds(1))) {
            throw fail("without --heartbeat a silent client was sent \(frame.words)")
        }
        if let end = peer.client.end { throw fail("without --heartbeat a client was silent for a second, and \(end.words)") }
        try peer.ask("still here", "without --heartbeat, after a second of silence")
    }

    /// Answers wait to be taken when the time for a ping comes: it must not get into the middle of one.
    func betweenAnswers() throws {
        let server = try server()
        let peer = try FramePeer(server, receiveBuffer: 4_096)
        let sent = try EchoChecks.flood(peer.client, trial, mayEnd: true).count
        try trial.wait(until: .after(interval * 3 / 2)) { false }
        let count = sent / (CodecFrame.headerSize + Service.frameSize)
        var answers = 0
        while answers < count {
            guard let frame = try peer.next() else {
                throw fail(
                    "with \(option) a client sent \(counted(count, "request")), did not read for \(seconds(interval * 3 / 2)), and then was sent \(counted(answers, "response"))"
                        + (peer.client.end.map { ": \($0.words)" } ?? ""))
            }
            if frame.type == CodecFrame.response { answers += 1 }
        }
    }

    /// A client that neither reads nor sends any more is silent too, though the server waits to send to it.
    func notReading() throws {
        let server = try server()
        let program = try server.process()
        let stuck = try EchoChecks.narrowClient(of: server)
        // On a busy machine the grader itself may pause for so long that the server takes the client for silent already.
        _ = try EchoChecks.flood(stuck, trial, mayEnd: true)
        let isGone = try trial.watch(until: .after(interval * 3 + .seconds(3)), every: .milliseconds(50)) {
            !program.facts.tcpSockets.contains { $0.state != .listen }
        }
        guard isGone else {
            throw fail(
                "with \(option) a client that neither read nor sent for \(seconds(interval * 3 + .seconds(3))) was still connected, "
                    + "while the server waited to send to it")
        }
    }
}
