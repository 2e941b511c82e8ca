import Glibc
import Grading
import Sockets

/// Makes the load for one measurement: an event loop of clients, on one thread.
///
/// It must not be what is measured. So it is as lean as the servers that it is made for: one buffer, no memory for a message, and
/// edge-triggered, since each client is emptied anyway.
struct LoadGenerator: ~Copyable {
    private let plan: LoadPlan
    private let address: SocketAddress
    private let server: ProcessFacts
    private var poller: Poller
    private var clients: Slab<LoadClient>
    private var keys: [Slab<LoadClient>.Key] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    /// As many messages as a client has on their way at most.
    private let messages: [UInt8]
    private var latencies = LatencyHistogram()
    private var completed = 0
    /// The server must answer something within this time, or it has failed.
    private static let patience = Duration.seconds(10)

    init(_ plan: LoadPlan, to address: SocketAddress, process: Int32) throws(SocketError) {
        let poller = try Poller(capacity: 512)
        self.plan = plan
        self.address = address
        server = ProcessFacts(id: process)
        messages = (0..<plan.size * plan.inFlight).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        clients = Slab()
        self.poller = poller
    }

    mutating func run() throws(SocketError) -> LoadResult {
        switch plan.kind {
        case .connections(let count): return try connectAgainAndAgain(count)
        case .silence: return try measureMemory()
        case .messages:
            try connectAll()
            for key in keys { try send(key, plan.inFlight, at: monotonicTime()) }
            return try measure { (generator) throws(SocketError) in try generator.turn(until: .after(LoadGenerator.patience)) }
        case .paced(let rate):
            try connectAll()
            var pace = Pace(rate)
            return try measure { (generator) throws(SocketError) in try generator.keep(&pace) }
        }
    }

    // MARK: Messages

    private mutating func connectAll() throws(SocketError) {
        for _ in 0..<plan.clients {
            let socket = try Socket(.stream, address.family)
            try socket.connect(to: address, until: .after(LoadGenerator.patience))
            try socket.set(.noDelay, to: 1)
            try socket.descriptor.setNonBlocking(true)
            // A client that must keep a pace may fall behind.
            let key = clients.insert(LoadClient(socket, room: plan.kind == .messages ? plan.inFlight : 1_024))
            try poller.add(clients[key].socket.descriptor, [.readable, .writable], .edge, token: key.rawValue)
            keys.append(key)
        }
    }

    /// Goes on for a while, and then measures.
    private mutating func measure(
        _ turn: (inout LoadGenerator) throws(SocketError) -> Void
    ) throws(SocketError) -> LoadResult {
        let warm = Deadline.after(.seconds(plan.warmUp))
        while !warm.hasPassed { try turn(&self) }
        latencies = LatencyHistogram()
        completed = 0
        let start = monotonicTime()
        let processorStart = server.exactProcessorTime ?? .zero
        let end = Deadline.after(.seconds(plan.seconds))
        while !end.hasPassed { try turn(&self) }
        var result = LoadResult()
        result.count = completed
        result.seconds = Double(monotonicTime() - start) / 1e9
        result.processorSeconds = ((server.exactProcessorTime ?? .zero) - processorStart) / .seconds(1)
        result.latencies = latencies.percentiles
        return result
    }

    /// Waits once, and serves every client that is ready.
    private mutating func turn(until deadline: Deadline) throws(SocketError) {
        let count = try poller.wait(until: deadline)
        if count == 0, plan.kind == .messages { throw .timedOut("recv") }
        for index in 0..<count {
            let key = Slab<LoadClient>.Key(rawValue: poller[index].token)
            if clients[key].unsent > 0 { try send(key, 0, at: 0) }
            try receive(key)
        }
    }

    /// Takes in what has come back, and sends a new message for each that is complete.
    private mutating func receive(_ key: Slab<LoadClient>.Key) throws(SocketError) {
        while true {
            guard case .bytes(let count) = try clients[key].receive(into: &buffer) else { return }
            let now = monotonicTime()
            let done = clients[key].take(count, size: plan.size)
            for _ in 0..<done { latencies.add(now - clients[key].nextStamp()) }
            completed += done
            if done > 0, plan.kind == .messages { try send(key, done, at: monotonicTime()) }
            if count < buffer.count { return }
        }
    }

    /// Sends so many more messages, in one call, as far as there is room.
    private mutating func send(_ key: Slab<LoadClient>.Key, _ count: Int, at time: Int64) throws(SocketError) {
        for _ in 0..<count { clients[key].addStamp(time) }
        clients[key].unsent += count * plan.size
        while clients[key].unsent > 0 {
            let part = min(clients[key].unsent, messages.count)
            let sent = try clients[key].socket.send(messages.span.extracting(first: part))
            if sent == 0 { return }
            clients[key].unsent -= sent
        }
    }

    /// When the next message is due, and whose turn it is.
    private struct Pace {
        let interval: Int64
        var next = monotonicTime()
        var client = 0

        init(_ perSecond: Int) { interval = 1_000_000_000 / Int64(perSecond) }
    }

    /// Sends what is due by now, each message counted from the moment when it should have left; takes in what has come back.
    private mutating func keep(_ pace: inout Pace) throws(SocketError) {
        let now = monotonicTime()
        while pace.next <= now {
            if clients[keys[pace.client]].hasRoom { try send(keys[pace.client], 1, at: pace.next) }
            pace.client = (pace.client + 1) % keys.count
            pace.next += pace.interval
        }
        // No wait: a wait is longer than the pause between two messages.
        try turn(until: .now)
    }

    // MARK: Connections and silence

    private mutating func connectAgainAndAgain(_ total: Int) throws(SocketError) -> LoadResult {
        let warmUp = total / 10
        var started = 0
        var start: Int64 = 0
        var processorStart = Duration.zero
        func beginsToCount() -> Bool { completed == warmUp && start == 0 }
        while completed < total + warmUp {
            while started < total + warmUp, clients.count < plan.clients {
                try dial()
                started += 1
            }
            let count = try poller.wait(until: .after(LoadGenerator.patience))
            guard count > 0 else { throw .timedOut("recv") }
            for index in 0..<count {
                let key = Slab<LoadClient>.Key(rawValue: poller[index].token)
                guard case .bytes(let length) = try clients[key].receive(into: &buffer) else {
                    throw SocketError("recv", code: ECONNRESET)
                }
                guard clients[key].take(length, size: plan.size) > 0 else { continue }
                latencies.add(monotonicTime() - clients[key].nextStamp())
                clients.remove(key)
                completed += 1
                guard completed == warmUp else { continue }
                latencies = LatencyHistogram()
                start = monotonicTime()
                processorStart = server.exactProcessorTime ?? .zero
            }
        }
        var result = LoadResult()
        result.count = total
        result.seconds = Double(monotonicTime() - start) / 1e9
        result.processorSeconds = ((server.exactProcessorTime ?? .zero) - processorStart) / .seconds(1)
        result.latencies = latencies.percentiles
        return result
    }

    private mutating func dial() throws(SocketError) {
        let time = monotonicTime()
        let socket = try Socket(.stream, address.family)
        try socket.connect(to: address)
        _ = try socket.send(messages.span.extracting(first: plan.size))
        let key = clients.insert(LoadClient(socket, room: 1))
        clients[key].addStamp(time)
        try poller.add(clients[key].socket.descriptor, .readable, token: key.rawValue)
    }

    /// What the server's memory is with all clients connected and silent, compared with what it was after the first few.
    private mutating func measureMemory() throws(SocketError) -> LoadResult {
        let few = min(100, plan.clients / 2)
        for _ in 0..<few { try dial() }
        try awaitEchoes(few)
        let before = server.ownMemory ?? 0
        while clients.count < plan.clients {
            let more = min(500, plan.clients - clients.count)
            for _ in 0..<more { try dial() }
            try awaitEchoes(more)
        }
        var result = LoadResult()
        result.count = plan.clients
        result.bytesPerClient = Double((server.ownMemory ?? before) - before) / Double(plan.clients - few)
        return result
    }

    private mutating func awaitEchoes(_ count: Int) throws(SocketError) {
        var rest = count
        while rest > 0 {
            let ready = try poller.wait(until: .after(LoadGenerator.patience))
            guard ready > 0 else { throw .timedOut("recv") }
            for index in 0..<ready {
                let key = Slab<LoadClient>.Key(rawValue: poller[index].token)
                guard case .bytes(let length) = try clients[key].receive(into: &buffer) else {
                    throw SocketError("recv", code: ECONNRESET)
                }
                rest -= clients[key].take(length, size: plan.size)
            }
        }
    }
}

/// One client of the load.
struct LoadClient: ~Copyable {
    let socket: Socket
    /// Bytes that are due and could not be sent yet.
    var unsent = 0
    /// Bytes of a message that has not come back in full.
    private var received = 0
    /// When each message on its way was sent: a ring, the oldest at `first`.
    private var stamps: [Int64]
    private var first = 0
    private var count = 0

    init(_ socket: consuming Socket, room: Int) {
        self.socket = socket
        stamps = [Int64](repeating: 0, count: room)
    }

    /// Takes in what has come.
    mutating func receive(into buffer: inout [UInt8]) throws(SocketError) -> Socket.Received {
        var space = buffer.mutableSpan
        return try socket.receive(into: &space)
    }

    /// Whether one more message may be on its way.
    var hasRoom: Bool { count < stamps.count }

    mutating func addStamp(_ time: Int64) {
        stamps[(first + count) % stamps.count] = time
        count += 1
    }

    mutating func nextStamp() -> Int64 {
        defer {
            first = (first + 1) % stamps.count
            count -= 1
        }
        return stamps[first]
    }

    /// Counts bytes that have come back.
    ///
    /// - Returns: How many messages are complete with them.
    mutating func take(_ count: Int, size: Int) -> Int {
        received += count
        let (done, rest) = received.quotientAndRemainder(dividingBy: size)
        received = rest
        return done
    }
}
