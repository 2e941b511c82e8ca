import CLinux
import Capture
import Foundation
import Glibc
import Sockets

/// Step 7: the program captures a connection of its own, as it happens.
enum LiveChecks {
    // MARK: Demo

    static func demo(_ trial: Trial) throws {
        guard mayCapture() || clinux_can_part_network() == 1 else {
            throw Finding.notRun("this machine allows neither capturing (CAP_NET_RAW) nor user namespaces")
        }
        try runDemo(trial)
    }

    static func demoWithoutPrivilege(_ trial: Trial) throws {
        try takeCapabilityAway()
        guard clinux_can_part_network() == 1 else { throw Finding.notRun("this machine allows no user namespaces") }
        try runDemo(trial)
    }

    /// Its trace must be that of an orderly connection, and say the same as the packets that it leaves behind.
    private static func runDemo(_ trial: Trial) throws {
        let path = try trial.folder().appendingPathComponent("demo.pcapng").path
        let program = try trial.run(["demo", "--json", "--pcap", path])
        try trial.expectSuccess(of: program, step: 7, doing: "`demo --json --pcap demo.pcapng`")
        let trace = try onlyTrace(of: program, "`demo --json`")
        try expectHandshake(trace, close: ["fin"])
        try compare(trace, withFile: path)
    }

    // MARK: Connect

    static func connect(_ trial: Trial) throws {
        try requireCapture()
        let listener = try Listener()
        let path = try trial.folder().appendingPathComponent("connect.pcap").path
        let program = try trial.start(["connect", "\(listener.address)", "--json", "--pcap", path])
        let client = try listener.serve(trial, program, saying: Array("good day\n".utf8))
        try finish(program, trial, "connect")
        let trace = try onlyTrace(of: program, "`connect \(listener.address) --json`")
        try expectEnds(trace, client: client, server: listener.address)
        try expectHandshake(trace, close: ["fin"])
        guard trace.segments.contains(where: { $0["from"] == .text("server") && $0["length"] == .number(9) }) else {
            throw fail("the server sent 9 bytes, \"good day\\n\", but no segment of that length is traced\n\(rows(trace))")
        }
        try compare(trace, withFile: path)
    }

    /// A server that never says anything, and never closes.
    static func silentServer(_ trial: Trial) throws {
        try requireCapture()
        let listener = try Listener()
        let program = try trial.start(["connect", "\(listener.address)", "--json"])
        let socket = try listener.accept(trial, program)
        let client = try socket.peerAddress()
        try finish(program, trial, "connect to a silent server")
        _ = consume socket
        let trace = try onlyTrace(of: program, "`connect \(listener.address) --json`")
        try expectEnds(trace, client: client, server: listener.address)
        try expectHandshake(trace, close: ["half-closed", "reset"])
    }

    static func refused(_ trial: Trial) throws {
        try requireCapture()
        let (program, address) = try connectToNobody(trial)
        let trace = try onlyTrace(of: program, "`connect \(address) --json`")
        guard trace.fields["outcome"] == .text("refused"), trace.fields["server"] == .text("\(address)") else {
            throw fail("a refused connection to \(address) must be traced as such\n\(rows(trace))")
        }
    }

    // MARK: Without the privilege

    static func withoutPrivilege(_ trial: Trial) throws {
        try takeCapabilityAway()
        let listener = try Listener()
        let program = try trial.start(["connect", "\(listener.address)"])
        _ = try listener.serve(trial, program, saying: [])
        try finish(program, trial, "connect without CAP_NET_RAW")
        guard program.errorText.contains("CAP_NET_RAW") else {
            throw fail("without CAP_NET_RAW, stderr must say so, and how to get it; there stands: \(program.errorLines.first ?? "(none)")")
        }
        guard program.outputText.contains("ESTABLISHED") else {
            throw fail(
                "without CAP_NET_RAW, stdout must show what the kernel tells (TCP_INFO), the state ESTABLISHED among it; "
                    + "there stands: \(readable(program.output, limit: 100))")
        }
        _ = try connectToNobody(trial)
    }

    // MARK: What the checks stand on

    /// Lets the program capture, if this machine does.
    private static func mayCapture() -> Bool { LiveCapture.isPermitted && clinux_let_programs_capture(1) == 0 }

    private static func requireCapture() throws {
        guard mayCapture() else {
            throw Finding.notRun("capturing needs CAP_NET_RAW or user namespaces; run the workbook with sudo, or allow user namespaces")
        }
    }

    private static func takeCapabilityAway() throws {
        let isGone = clinux_let_programs_capture(0) == 0
        guard isGone || !LiveCapture.isPermitted else { throw Finding.notRun("CAP_NET_RAW can't be taken away from programs here") }
    }

    private static func finish(_ program: Program, _ trial: Trial, _ what: String) throws {
        _ = try trial.waitForEnd(of: program, within: Trial.startingTime, after: what)
        try trial.expectSuccess(of: program, step: 7, doing: what)
    }

    /// A port that is taken, so that nobody else gets it, and at which nobody listens.
    private static func connectToNobody(_ trial: Trial) throws -> (Program, SocketAddress) {
        let socket = try Socket(.stream, .ipv4)
        try socket.bind(to: .loopback(port: 0))
        let address = try socket.localAddress()
        let program = try trial.run(["connect", "\(address)", "--json"])
        guard program.ending == .exited(1) else {
            throw fail(
                "connect to \(address), where nobody listens: the program must end with exit code 1, but it \(program.ending?.description ?? "")"
            )
        }
        let wanted = "error: connect \(address): Connection refused (ECONNREFUSED)"
        guard program.errorLines.contains(wanted) else {
            throw fail(
                "connect to \(address), where nobody listens: stderr must say `\(wanted)`; "
                    + "there stands: \(program.errorLines.last ?? "(none)")")
        }
        return (program, address)
    }

    private static func onlyTrace(of program: Program, _ what: String) throws -> Trace {
        let traces = try program.traces
        guard traces.count == 1 else { throw fail("\(what) must trace its one connection, but there are \(traces.count) lines of JSON") }
        return traces[0]
    }

    private static func expectEnds(_ trace: Trace, client: SocketAddress, server: SocketAddress) throws {
        for (key, wanted) in [("client", client), ("server", server)] where trace.fields[key] != .text("\(wanted)") {
            throw fail("the connection's \(key) is \(wanted), but the JSON says \(trace.fields[key] ?? .null)")
        }
    }

    private static func expectHandshake(_ trace: Trace, close: [String]) throws {
        let flags = trace.segments.prefix(3).map { $0["flags"] ?? .null }
        let wanted: [[JSON]] = [[.text("SYN")], [.text("SYN"), .text("ACK")]]
        guard flags.count == 3, flags[0] == .list(wanted[0]), flags[1] == .list(wanted[1]) else {
            throw fail("the trace must begin with SYN, SYN,ACK and ACK: the capture must begin before the connection does\n\(rows(trace))")
        }
        guard trace.fields["outcome"] == .text("established"), case .number(let time)? = trace.fields["handshake_us"], time >= 0 else {
            throw fail(
                "the connection was established, but the JSON says outcome \(trace.fields["outcome"] ?? .null), "
                    + "handshake_us \(trace.fields["handshake_us"] ?? .null)")
        }
        guard let said = trace.fields["close"], close.contains(where: { said == .text($0) }) else {
            throw fail(
                "close must be \(close.joined(separator: " or ")), but the JSON says \(trace.fields["close"] ?? .null): "
                    + "the capture must go on to the last segment\n\(rows(trace))")
        }
    }

    /// What the program traced, in short.
    private static func rows(_ trace: Trace) -> String {
        trace.segments.prefix(12).map { row in
            "  \(row["from"] ?? .null) \(row["flags"] ?? .null) seq \(row["rel_seq"] ?? .null) ack \(row["rel_ack"] ?? .null) "
                + "len \(row["length"] ?? .null) \(row["client_state"] ?? .null) \(row["server_state"] ?? .null)"
        }.joined(separator: "\n")
    }

    /// The file must be a capture that can be read, with the very segments of the trace.
    private static func compare(_ trace: Trace, withFile path: String) throws {
        var packets: [CapturedPacket] = []
        do throws(CaptureFileError) {
            var reader = try CaptureReader(path: path)
            while let packet = try reader.next() { packets.append(packet) }
        } catch { throw fail("the file of --pcap can't be read as a capture: \(error)") }
        let numbers = packets.compactMap { packet -> [JSON]? in
            guard case .ip(let start) = packet.network, packet.bytes.count >= start + 40, packet.bytes[start] >> 4 == 4 else { return nil }
            let tcp = packet.bytes[(start + Int(packet.bytes[start] & 15) * 4)...]
            guard tcp.count >= 20 else { return nil }
            func number(_ offset: Int, _ count: Int) -> JSON {
                .number(tcp.dropFirst(offset).prefix(count).reduce(0) { $0 << 8 | Int($1) })
            }
            return [number(4, 4), number(14, 2)]
        }
        let said = trace.segments.map { [$0["seq"] ?? .null, $0["window"] ?? .null] }
        guard numbers == said else {
            throw fail(
                "the file of --pcap must hold the segments that are traced: it has \(counted(numbers.count, "TCP segment")), "
                    + "the JSON \(said.count)"
                    + (zip(numbers, said).enumerated().first { $1.0 != $1.1 }
                        .map { "; number \($0 + 1) has seq \($1.0[0]) in the file, and \($1.1[0]) in the JSON" } ?? ""))
        }
    }
}

/// A server of the grader's own, for one client.
private struct Listener: ~Copyable {
    private let socket: Socket
    let address: SocketAddress

    init() throws {
        let socket = try Socket(.stream, .ipv4)
        try socket.bind(to: .loopback(port: 0))
        try socket.listen()
        try socket.descriptor.setNonBlocking(true)
        address = try socket.localAddress()
        self.socket = socket
    }

    /// Waits for the program to connect.
    func accept(_ trial: Trial, _ program: Program) throws -> Socket {
        let deadline = Deadline.after(Trial.startingTime)
        repeat {
            if let client = try socket.accept() {
                trial.transcript.add("server", "accepted \(try client.peerAddress())")
                return client
            }
            var entries = [PollEntry(socket, .readable)]
            try trial.wait(for: &entries, until: deadline) { program.ending != nil }
        } while program.ending == nil && !deadline.hasPassed
        throw fail(
            "connect \(address): nobody connected" + (program.ending.map { "; the program \($0.description)" } ?? "")
                + program.lastWords)
    }

    /// Sends bytes, waits for the client's end of stream, and closes.
    func serve(_ trial: Trial, _ program: Program, saying bytes: [UInt8]) throws -> SocketAddress {
        let client = try accept(trial, program)
        let address = try client.peerAddress()
        try client.descriptor.setNonBlocking(true)
        if !bytes.isEmpty { _ = try client.send(bytes.span) }
        let deadline = Deadline.after(Trial.startingTime)
        while !deadline.hasPassed, program.ending == nil {
            var entries = [PollEntry(client, .readable)]
            guard try trial.wait(for: &entries, until: deadline, unless: { program.ending != nil }) else { break }
            do {
                if try client.receive(upTo: 1_000).isEmpty { break }
            } catch {
                guard error.code == EAGAIN || error.isDisconnect else { throw error }
                if error.isDisconnect { break }
            }
        }
        return address
    }
}
