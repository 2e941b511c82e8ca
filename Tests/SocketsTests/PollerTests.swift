import Foundation
import Glibc
import Sockets
import Testing

private func put(_ bytes: [UInt8], into end: borrowing Descriptor) throws {
    #expect(try end.write(bytes.span) == bytes.count)
}

@Suite struct PollerTests {
    @Test func `gives back the token of what is ready, all 64 bits of it`() throws {
        let one = try PipeEnds()
        let two = try PipeEnds()
        var poller = try Poller()
        try poller.add(one.readEnd, .readable, token: .max)
        try poller.add(two.readEnd, .readable, token: 0x1234_5678_9ABC_DEF0)
        #expect(try poller.wait(until: .now) == 0)
        try put([1], into: two.writeEnd)
        #expect(try poller.wait(until: .after(.seconds(5))) == 1)
        #expect(poller[0].token == 0x1234_5678_9ABC_DEF0)
        #expect(poller[0].ready == .readable)
        try put([1], into: one.writeEnd)
        #expect(try poller.wait() == 2)
        #expect(Set([poller[0].token, poller[1].token]) == [.max, 0x1234_5678_9ABC_DEF0])
    }

    @Test func `says again what is still ready, by level`() throws {
        let pipe = try PipeEnds()
        var poller = try Poller()
        try poller.add(pipe.readEnd, .readable, token: 1)
        try put([1, 2], into: pipe.writeEnd)
        for _ in 1...3 { #expect(try poller.wait(until: .after(.seconds(5))) == 1) }
        _ = try pipe.readEnd.read(upTo: 2)
        #expect(try poller.wait(until: .now) == 0)
    }

    @Test func `says once what has become ready, by edge`() throws {
        let pipe = try PipeEnds()
        var poller = try Poller()
        try poller.add(pipe.readEnd, .readable, .edge, token: 1)
        for _ in 1...2 {
            try put([1, 2], into: pipe.writeEnd)
            #expect(try poller.wait(until: .after(.seconds(5))) == 1)
            #expect(try poller.wait(until: .now) == 0)
        }
    }

    @Test func `asks for something else, for nothing, and no more`() throws {
        let ends = try Connection()
        var poller = try Poller()
        try poller.add(ends.server.descriptor, .readable, token: 1)
        #expect(try poller.wait(until: .now) == 0)
        try poller.change(ends.server.descriptor, [.readable, .writable], token: 2)
        #expect(try poller.wait(until: .now) == 1)
        #expect(poller[0].token == 2)
        #expect(poller[0].ready == .writable)
        try poller.change(ends.server.descriptor, [], token: 2)
        #expect(try poller.wait(until: .now) == 0)
        try poller.remove(ends.server.descriptor)
        #expect(throws: SocketError.self) { try poller.remove(ends.server.descriptor) }
    }

    @Test func `tells the end of a stream, and a reset, unasked`() throws {
        let ends = try Connection()
        var poller = try Poller()
        try poller.add(ends.server.descriptor, .finished, token: 1)
        try ends.client.shutDown(.sending)
        #expect(try poller.wait(until: .after(.seconds(5))) == 1)
        #expect(poller[0].ready == .finished)
        try poller.change(ends.server.descriptor, [], token: 1)
        try ends.client.resetOnClose()
        let server = ends.closeClient()
        #expect(try poller.wait(until: .after(.seconds(5))) == 1)
        #expect(poller[0].ready.isSuperset(of: [.failed, .hungUp]))
        try poller.remove(server.descriptor)
    }

    @Test func `forgets a descriptor that is closed`() throws {
        var poller = try Poller()
        do {
            let pipe = try PipeEnds()
            try poller.add(pipe.readEnd, .readable, token: 1)
            try put([1], into: pipe.writeEnd)
        }
        #expect(try poller.wait(until: .now) == 0)
    }

    @Test func `returns no more than it has room for, and the others next`() throws {
        var poller = try Poller(capacity: 2)
        let pipes = try (0..<3).map { _ in try SharedPipe() }
        for (index, pipe) in pipes.enumerated() {
            try poller.add(pipe.ends.readEnd, .readable, token: UInt64(index))
            try put([1], into: pipe.ends.writeEnd)
        }
        var seen: Set<UInt64> = []
        while seen.count < 3 {
            let count = try poller.wait(until: .after(.seconds(5)))
            #expect((1...2).contains(count))
            for index in 0..<count {
                seen.insert(poller[index].token)
                _ = try pipes[Int(poller[index].token)].ends.readEnd.read(upTo: 1)
            }
        }
    }

    @Test func `waits until the deadline, and never less`() throws {
        var poller = try Poller()
        for time in [Duration.microseconds(1), .microseconds(1_500), .milliseconds(20)] {
            let start = ContinuousClock.now
            #expect(try poller.wait(until: .after(time)) == 0)
            #expect(start.duration(to: .now) >= time)
        }
    }

    @Test func `refuses what can't be waited for`() throws {
        let poller = try Poller()
        let file = try Descriptor(reading: #filePath)
        let error = #expect(throws: SocketError.self) { try poller.add(file, .readable, token: 1) }
        #expect(error.map { "\($0)" } == "epoll_ctl: Operation not permitted (EPERM)")
    }

    @Test func `is woken by another thread, once for any number of rings`() throws {
        let wakeUp = try WakeUp()
        var poller = try Poller()
        try poller.add(wakeUp.descriptor, .readable, token: 9)
        #expect(!wakeUp.answer())
        Thread.detachNewThread { for _ in 1...3 { wakeUp.ring() } }
        #expect(try poller.wait(until: .after(.seconds(5))) == 1)
        #expect(poller[0].token == 9)
        // All three, before it is answered.
        _ = try poller.wait(until: .after(.milliseconds(50)))
        #expect(wakeUp.answer())
        #expect(!wakeUp.answer())
    }

    @Test func `raises the limit of descriptors as far as it may`() throws {
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #expect(try DescriptorLimit.raise() == Int(clamping: limits.rlim_max))
        #expect(try DescriptorLimit.current() == Int(clamping: limits.rlim_max))
    }
}

/// A pipe that can be kept in an array.
private final class SharedPipe {
    let ends: PipeEnds
    init() throws { ends = try PipeEnds() }
}
