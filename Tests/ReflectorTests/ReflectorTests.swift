import Reflector
import Sockets
import Synchronization
import Testing

import class Foundation.Thread

/// The reflector seen from outside, by a client that sends by hand.
struct ReflectorTests {
    /// Sends datagrams with these sequences one by one, and collects what comes back until nothing has come for a while.
    static func exchange(
        _ reflector: RunningReflector, _ sequences: [UInt32], size: Int = 20, expecting count: Int
    ) async throws -> [Datagram] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        // Not connected, so that it sees strangers too.
                        let socket = try Socket(.datagram, .ipv4)
                        try socket.bind(to: .loopback(port: 0))
                        try socket.descriptor.setNonBlocking(true)
                        for sequence in sequences { try socket.send(datagram(sequence, size: size).span, to: reflector.address) }
                        var replies: [Datagram] = []
                        let deadline = Deadline.after(.seconds(10))
                        while replies.count < count {
                            guard try !socket.descriptor.wait(for: .readable, until: deadline).isEmpty else { break }
                            if let reply = try socket.receiveDatagram() { replies.append(reply) }
                        }
                        return replies
                    })
            }
        }
    }

    static func datagram(_ sequence: UInt32, size: Int) -> [UInt8] {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (24 - 8 * $0)) }
        return number + (4..<max(4, size)).map { UInt8(truncatingIfNeeded: $0) }
    }

    static func sequences(_ replies: [Datagram]) -> [UInt32] {
        replies.map { $0.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    @Test func `Everything goes back as it is, from where it was sent to`() async throws {
        let reflector = try RunningReflector { _ in Fate() }
        let replies = try await ReflectorTests.exchange(reflector, [0, 1, 2], expecting: 3)
        #expect(replies.map(\.bytes) == [0, 1, 2].map { ReflectorTests.datagram($0, size: 20) })
        #expect(replies.allSatisfy { $0.sender == reflector.address })
        let tallies = reflector.stop()
        #expect(tallies.count == 1)
        #expect(tallies[0].tally.description.hasPrefix("3 sent, 3 received, 0 duplicated, 0 reordered, 0 retransmitted, 0 ignored"))
    }

    @Test func `A scripted series meets each fault, and each is counted`() async throws {
        let fates: [Fate] = [
            Fate(.none), Fate(copies: 2), Fate(isOvertaken: true), Fate(), Fate(.corrupted(at: 12, mask: 0x80)),
            Fate(.truncated(to: 5)), Fate(.fromStranger), Fate(.none, requests: [7, 0]), Fate(delay: .milliseconds(20)),
        ]
        let reflector = try RunningReflector { fates[$0.index] }
        let replies = try await ReflectorTests.exchange(reflector, (0..<9).map { $0 }, expecting: 9)
        let tally = try #require(reflector.stop().last).tally

        let nack = UInt32(0x4E41_434B)
        #expect(ReflectorTests.sequences(replies) == [1, 1, 3, 2, 4, 5, 6, nack, 8])
        #expect(replies[4].bytes[12] == 12 ^ 0x80)
        #expect(replies[5].bytes.count == 5)
        #expect(replies[6].sender != reflector.address)
        #expect(replies[7].bytes == Array("NACK".utf8) + [0, 0, 0, 7, 0, 0, 0, 0])
        #expect(tally.sent == 9)
        #expect(tally.received == 4)
        #expect(tally.lost == 5)
        #expect(tally.duplicates == 1)
        #expect(tally.reordered == 1)
        #expect(tally.ignored == 2)
        #expect(tally.fromStranger == 1)
        #expect(tally.requests == 1)
        #expect(tally.requestedSequences == 2)
        #expect(tally.retransmitted == 0)
    }

    @Test func `An attempt is counted for each time that a sequence comes`() async throws {
        let reflector = try RunningReflector { $0.attempt == 2 ? Fate() : Fate(.none) }
        let replies = try await ReflectorTests.exchange(reflector, [4, 4, 5, 4], expecting: 1)
        #expect(ReflectorTests.sequences(replies) == [4])
        let tally = try #require(reflector.stop().last).tally
        #expect(tally.arrivals == 4)
        #expect(tally.sent == 2)
        #expect(tally.retransmitted == 2)
        #expect(tally.lost == 1)
    }

    @Test func `A held reply goes out even if nobody overtakes it`() async throws {
        let reflector = try RunningReflector(holdLimit: .milliseconds(5)) { _ in Fate(isOvertaken: true) }
        let replies = try await ReflectorTests.exchange(reflector, [1], expecting: 1)
        #expect(replies.count == 1)
        #expect(try #require(reflector.stop().last).tally.reordered == 0)
    }

    @Test func `Delays are kept, and replies leave in the order in which they are due`() async throws {
        let events = Mutex<[Event]>([])
        // Far enough apart that a busy machine does not change their order.
        let delays = [900, 300, 600].map { Duration.milliseconds($0) }
        let reflector = try RunningReflector(observe: { event in events.withLock { $0.append(event) } }) {
            Fate(delay: delays[$0.index])
        }
        let replies = try await ReflectorTests.exchange(reflector, [0, 1, 2], expecting: 3)
        #expect(ReflectorTests.sequences(replies) == [1, 2, 0])
        #expect(try #require(reflector.stop().last).tally.reordered == 1)
        let seen = events.withLock { $0 }
        for (sequence, delay) in delays.enumerated() {
            let of = seen.filter { $0.bytes[3] == UInt8(sequence) }
            #expect(of.map(\.action) == [.arrived, .replied])
            #expect(try #require(of.last).time - #require(of.first).time >= delay)
        }
    }

    @Test func `What has no header goes back and is counted apart`() async throws {
        let reflector = try RunningReflector { _ in Fate() }
        let replies = try await ReflectorTests.exchange(reflector, [9, 0xFFFF_FFFF], size: 4, expecting: 2)
        #expect(replies.map(\.bytes.count) == [4, 4])
        let tally = try #require(reflector.stop().last).tally
        #expect(tally.others == 2)
        #expect(tally.arrivals == 0)
    }
}
