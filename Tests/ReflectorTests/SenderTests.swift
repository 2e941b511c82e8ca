import Reflector
import Sockets
import Synchronization
import Testing

/// The UDP sender's solution against the reflector: two programs that never saw each other's code must agree on every number.
struct SenderTests {
    /// Runs a series, and expects the sender's report and the reflector's tally to be the same.
    static func compare(_ arguments: [String], fate: @escaping @Sendable (Arrival) -> Fate) async throws -> (SenderReport, Tally) {
        let reflector = try RunningReflector(holdLimit: .milliseconds(50), fate: fate)
        let run = try await runSender([reflector.address.description, "--json"] + arguments)
        let tally = try #require(reflector.stop().last).tally
        #expect(run.errors == "")
        #expect(run.exitCode == 0)
        let report = try run.report()
        #expect(report.sent == tally.sent)
        #expect(report.received == tally.received)
        #expect(report.lost == tally.lost)
        #expect(report.duplicates == tally.duplicates)
        #expect(report.reordered == tally.reordered)
        #expect(report.retransmitted == tally.retransmitted)
        #expect(report.ignored == tally.ignored)
        return (report, tally)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `With seeded faults, the report equals the tally`(seed: UInt64) async throws {
        var faults = FaultsTests.many
        faults.seed = seed
        let seeded = faults
        let (report, tally) = try await SenderTests.compare(["--count", "300", "--interval", "1", "--timeout", "3000"]) {
            // One is always lost, so that the sender waits for whatever still comes.
            $0.sequence == 0 ? Fate(.none) : seeded.fate(of: $0)
        }
        #expect(report.sent == 300)
        #expect(report.lost > 0 && report.duplicates > 0 && report.reordered > 0 && report.ignored > 0)
        #expect(tally.fromStranger > 0)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `With retries, the report equals the tally`(seed: UInt64) async throws {
        var faults = FaultsTests.many
        faults.seed = seed
        let seeded = faults
        let (report, _) = try await SenderTests.compare(
            ["--count", "200", "--interval", "1", "--timeout", "1500", "--retries", "2", "--size", "100"]
        ) { $0.sequence == 0 ? Fate(.none) : seeded.fate(of: $0) }
        #expect(report.sent == 200)
        #expect(report.retransmitted > 0)
    }

    @Test func `Time-outs repair loss, each datagram at most R times`() async throws {
        // 0 answers never, 1 the second time, 2 the third time, all others at once.
        let (report, tally) = try await SenderTests.compare(
            ["--count", "5", "--interval", "5", "--timeout", "1000", "--retries", "2"]
        ) { ($0.sequence ?? 0) < 3 && ($0.sequence == 0 || $0.attempt < Int($0.sequence ?? 0)) ? Fate(.none) : Fate() }
        #expect(report.received == 4)
        #expect(report.retransmitted == 5)
        #expect(tally.arrivals == 10)
        // The round trip of a datagram sent again starts when it was sent again.
        #expect(try #require(report.rttUs).max < 1_000_000)
    }

    @Test func `A NACK repairs loss at once, and counts as a retry`() async throws {
        let (report, _) = try await SenderTests.compare(
            ["--count", "20", "--interval", "1", "--timeout", "2000", "--retries", "1"]
        ) { arrival in
            if arrival.attempt > 0 { return Fate() }
            // Every fifth is lost; the one after the tenth asks for three at once, of which one was answered.
            return switch arrival.sequence ?? 0 {
            case 5, 10: Fate(.none)
            case 11: Fate(requests: [5, 10, 3, 5, 5])
            default: Fate()
            }
        }
        #expect(report.received == 20)
        #expect(report.retransmitted == 2)
        #expect(report.durationMs < 2_000)
    }

    @Test func `A NACK asks in vain where there are no retries`() async throws {
        let (report, _) = try await SenderTests.compare(["--count", "5", "--interval", "1", "--timeout", "2000"]) {
            $0.sequence == 2 ? Fate(.none, requests: [2]) : Fate()
        }
        #expect(report.lost == 1)
        #expect(report.retransmitted == 0)
        #expect(report.ignored == 0)
    }

    @Test func `Round trip times contain the delays of the reflector`() async throws {
        let delays = [20, 60, 40, 60].map { Duration.milliseconds($0) }
        let reflector = try RunningReflector { Fate(delay: delays[$0.index]) }
        let run = try await runSender([reflector.address.description, "--json", "--count", "4", "--interval", "100", "--timeout", "5000"])
        _ = reflector.stop()
        let report = try run.report()
        let times = try #require(report.rttUs)
        #expect(times.min >= 20_000)
        #expect(times.max >= 60_000)
        #expect(times.avg >= 45_000)
        // |60 - 20| / 16, then towards 20 and 20 again: 2.5, 3.594, 4.619 ms. What the machine adds may be a little.
        #expect((1_000...500_000).contains(report.jitterUs))
        #expect(report.durationMs >= 360)
    }

    @Test func `Pacing does not wait for replies, and lateness does not add up`() async throws {
        let timestamps = Mutex<[Duration]>([])
        let reflector = try RunningReflector(
            observe: { event in
                guard event.action == .arrived else { return }
                let microseconds = event.bytes[4..<12].reduce(Int64(0)) { $0 << 8 | Int64($1) }
                timestamps.withLock { $0.append(.microseconds(microseconds)) }
            },
            fate: { _ in Fate(delay: .milliseconds(150)) })
        let run = try await runSender([reflector.address.description, "--json", "--count", "100", "--interval", "2.5", "--timeout", "5000"])
        _ = reflector.stop()
        #expect(try run.report().received == 100)
        let times = timestamps.withLock { $0 }
        let first = try #require(times.first)
        // None leaves before its time (but the first may have left late itself), and the last one is not far behind it.
        let early = times.enumerated().filter { $1 - first < .milliseconds(2.5) * $0 - .milliseconds(200) }
        #expect(early.isEmpty)
        // A sender that waited for each reply would take fifteen seconds.
        #expect(try #require(times.last) - first < .seconds(5))
    }

    @Test func `Text has a line for each reply, and the summary`() async throws {
        let reflector = try RunningReflector { $0.sequence == 3 ? Fate(.none) : Fate(copies: $0.sequence == 1 ? 2 : 1) }
        let run = try await runSender([reflector.address.description, "--interval", "1", "--timeout", "2000"])
        _ = reflector.stop()
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 11)
        #expect(try #require(lines.first).hasPrefix("64 bytes from \(reflector.address): seq=0 rtt="))
        #expect(lines[9] == "10 sent, 9 received, 10.0% lost, 1 duplicated, 0 reordered, 0 retransmitted, 0 ignored")
        #expect(lines[10].contains(#/^rtt min/avg/max/stddev = (\d+\.\d{3}/){3}\d+\.\d{3} ms, jitter \d+\.\d{3} ms$/#))
        #expect(run.exitCode == 0)
    }

    @Test func `SIGINT ends early with the summary`() async throws {
        let reflector = try RunningReflector { _ in Fate() }
        let run = try await runSender([reflector.address.description, "--count", "1000", "--interval", "50"], interruptAfter: 3)
        _ = reflector.stop()
        #expect(run.exitCode == 0)
        #expect(run.output.contains(#/\n\d+ sent, \d+ received, /#))
        #expect(run.duration < .seconds(20))
    }

    @Test func `No reply at all is an error, after the summary`() async throws {
        let reflector = try RunningReflector { _ in Fate(.none) }
        let address = reflector.address
        let run = try await runSender([address.description, "--count", "3", "--interval", "0", "--timeout", "50"])
        _ = reflector.stop()
        #expect(run.output == "3 sent, 0 received, 100.0% lost, 0 duplicated, 0 reordered, 0 retransmitted, 0 ignored\n")
        #expect(run.errors == "error: no reply from \(address)\n")
        #expect(run.exitCode == 1)
    }

    @Test func `A port where nobody listens is reported`() async throws {
        let run = try await runSender(["127.0.0.1:1", "--count", "1000"])
        #expect(run.errors == "error: send 127.0.0.1:1: Connection refused (ECONNREFUSED)\n")
        #expect(run.output == "")
        #expect(run.exitCode == 1)
    }

    @Test(arguments: [
        (["127.0.0.1:7003", "--size", "11"], "--size must be a whole number, 12 to 65507, not '11'"),
        (["127.0.0.1:7003", "--size", "65508"], "--size must be a whole number, 12 to 65507, not '65508'"),
        (["127.0.0.1:7003", "--count", "0"], "--count must be a whole number, 1 to 1000000, not '0'"),
        (["127.0.0.1:7003", "--interval", "-1"], "--interval must be a number of milliseconds, 0 or more, not '-1'"),
        (["127.0.0.1:7003", "--timeout", "nan"], "--timeout must be a number of milliseconds, 0 or more, not 'nan'"),
        ([], "HOST:PORT is missing"),
    ])
    func `Wrong usage`(arguments: [String], message: String) async throws {
        let run = try await runSender(arguments)
        #expect(run.errors.hasPrefix("error: \(message)\nusage: udp-sender HOST:PORT "))
        #expect(run.output == "")
        #expect(run.exitCode == 64)
    }

    @Test(arguments: ["12", "13", "1400", "65507"]) func `Any size goes there and back`(size: String) async throws {
        _ = try await SenderTests.compare(["--count", "20", "--interval", "5", "--size", size]) { _ in Fate() }
    }

    @Test func `IPv6`() async throws {
        let address = try #require(SocketAddress(numeric: "::1", port: 0))
        let reflector = try RunningReflector(at: address) { _ in Fate() }
        let run = try await runSender([reflector.address.description, "--count", "2", "--interval", "1", "--size", "65507"])
        _ = reflector.stop()
        #expect(run.output.hasPrefix("65507 bytes from [::1]:"))
        #expect(run.exitCode == 0)
    }
}
