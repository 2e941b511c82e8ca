import Sockets

/// One client of the load.
struct LoadClient<Transport: LoadTransport & ~Copyable>: ~Copyable {
    var transport: Transport
    /// Bytes that are due and could not be sent yet.
    private(set) var unsent = 0
    /// Bytes of a message that has not come back in full.
    private var received = 0
    /// When each message on its way was sent: a ring, the oldest at `first`.
    private var stamps: [Int64]
    private var first = 0
    private var count = 0

    /// - Parameter room: How many messages may be on their way.
    init(_ transport: consuming Transport, room: Int) {
        self.transport = transport
        stamps = [Int64](repeating: 0, count: room)
    }

    /// Whether one more message may be on its way.
    var hasRoom: Bool { count < stamps.count }

    /// Makes so many more messages due, each of so many bytes, as of this time.
    mutating func add(_ messages: Int, size: Int, at time: Int64) {
        for _ in 0..<messages {
            stamps[(first + count) % stamps.count] = time
            count += 1
        }
        unsent += messages * size
    }

    /// Sends what is due, as far as there is room.
    mutating func sendRest(of bytes: [UInt8]) throws {
        while unsent > 0 {
            let sent = try transport.send(bytes.span.extracting(first: min(unsent, bytes.count)))
            if sent == 0 { return }
            unsent -= sent
        }
    }

    /// Takes in what has come.
    ///
    /// - Returns: How many messages are complete with it.
    mutating func receive(size: Int, into buffer: inout [UInt8], _ latencies: inout LatencyHistogram) throws -> Int {
        var all = 0
        while true {
            var space = buffer.mutableSpan
            let length = try transport.receive(into: &space)
            if length == 0 { return all }
            received += length
            let (done, rest) = received.quotientAndRemainder(dividingBy: size)
            received = rest
            // More than was asked for: no echo, and nothing that can be measured.
            guard done <= count else { throw LoadTrouble(description: "the server sent back more than it was sent") }
            if done > 0 {
                let now = monotonicTime()
                for _ in 0..<done {
                    latencies.add(now - stamps[first])
                    first = (first + 1) % stamps.count
                }
                count -= done
                all += done
            }
            if length < buffer.count, !Transport.hidesBytes { return all }
        }
    }
}
