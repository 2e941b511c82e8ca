import Glibc
import Grading
import Sockets

/// Makes the load for one measurement of a server: an event loop of clients, on one thread.
///
/// It must not be what is measured. So it is as lean as the servers that it is made for: one buffer, no memory for a message, and
/// edge-triggered, since each client is emptied anyway.
struct LoadGenerator<Transport: LoadTransport & ~Copyable>: ~Copyable {
    private let plan: LoadPlan
    private let address: SocketAddress
    private let settings: Transport.Settings
    private let server: ProcessFacts
    private var poller: Poller
    private var clients: Slab<LoadClient<Transport>>
    private var keys: [Slab<LoadClient<Transport>>.Key] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    /// As many messages as a client has on their way at most.
    private let messages: [UInt8]
    private var latencies = LatencyHistogram()
    private var completed = 0
    /// The server must answer something within this time, or it has failed.
    private let patience = Duration.seconds(10)

    init(_ plan: LoadPlan, to address: SocketAddress, process: Int32, _ settings: Transport.Settings) throws {
        let poller = try Poller(capacity: 512)
        self.plan = plan
        self.address = address
        self.settings = settings
        server = ProcessFacts(id: process)
        messages = (0..<plan.size * plan.inFlight).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        clients = Slab()
        self.poller = poller
    }

    mutating func run() throws -> LoadResult {
        switch plan.kind {
        case .connections(let count): return try connectAgainAndAgain(count)
        case .silence: return try measureMemory()
        case .paced(let rate):
            try connectAll()
            var pace = Pace(rate)
            let result = try measure { generator in try generator.keep(&pace) }
            guard Double(result.count) > 0.9 * Double(rate) * result.seconds else {
                let rate = Int(Double(result.count) / result.seconds)
                throw LoadTrouble(
                    description:
                        "the server answers \(number(rate)) messages a second, and can't keep the pace (or the machine is too busy)")
            }
            return result
        default:
            try connectAll()
            for key in keys { try send(key, plan.inFlight, at: monotonicTime()) }
            return try measure { generator in try generator.turn(until: .after(generator.patience)) }
        }
    }

    // MARK: Messages

    private mutating func connectAll() throws {
        for _ in 0..<plan.clients {
            let socket = try Socket(.stream, address.family)
            try socket.connect(to: address, until: .after(patience))
            try socket.set(.noDelay, to: 1)
            var transport = try Transport(socket, settings)
            try transport.open(until: .after(patience))
            // A client that must keep a pace may fall behind.
            let key = clients.insert(LoadClient(transport, room: plan.kind == .messages ? plan.inFlight : 1_024))
            try clients[key].transport.watch(poller, [.readable, .writable], .edge, token: key.rawValue)
            keys.append(key)
        }
    }

    /// Goes on for a while, and then measures.
    private mutating func measure(_ turn: (inout LoadGenerator) throws -> Void) throws -> LoadResult {
        let warm = Deadline.after(.seconds(plan.warmUp))
        while !warm.hasPassed { try turn(&self) }
        latencies = LatencyHistogram()
        completed = 0
        let start = (time: monotonicTime(), processor: server.exactProcessorTime)
        let end = Deadline.after(.seconds(plan.seconds))
        while !end.hasPassed { try turn(&self) }
        return result(since: start)
    }

    /// What has been completed since a moment.
    private func result(since start: (time: Int64, processor: Duration?)) -> LoadResult {
        var result = LoadResult()
        result.count = completed
        result.bytes = completed * plan.size
        result.seconds = Double(monotonicTime() - start.time) / 1e9
        result.processorSeconds = ((server.exactProcessorTime ?? .zero) - (start.processor ?? .zero)) / .seconds(1)
        result.latencies = latencies.percentiles
        return result
    }

    /// Waits once, and serves every client that is ready.
    private mutating func turn(until deadline: Deadline) throws {
        let count = try poller.wait(until: deadline)
        if count == 0, plan.kind == .messages { throw LoadTrouble.silent }
        for index in 0..<count {
            let key = Slab<LoadClient<Transport>>.Key(rawValue: poller[index].token)
            try clients[key].sendRest(of: messages)
            let done = try clients[key].receive(size: plan.size, into: &buffer, &latencies)
            completed += done
            if done > 0, plan.kind == .messages { try send(key, done, at: monotonicTime()) }
        }
    }

    /// Sends so many more messages, in one call, as far as there is room.
    private mutating func send(_ key: Slab<LoadClient<Transport>>.Key, _ count: Int, at time: Int64) throws {
        clients[key].add(count, size: plan.size, at: time)
        try clients[key].sendRest(of: messages)
    }

    /// When the next message is due, and whose turn it is.
    private struct Pace {
        let interval: Int64
        var next = monotonicTime()
        var client = 0

        init(_ perSecond: Int) { interval = 1_000_000_000 / Int64(perSecond) }
    }

    /// Sends what is due by now, each message counted from the moment when it should have left; takes in what has come back.
    private mutating func keep(_ pace: inout Pace) throws {
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

    private mutating func connectAgainAndAgain(_ total: Int) throws -> LoadResult {
        let warmUp = total / 10
        var started = 0
        var start: (time: Int64, processor: Duration?)?
        while completed < (start == nil ? warmUp : total) {
            while started < total + warmUp, clients.count < plan.clients {
                try dial()
                started += 1
            }
            for key in try answered() {
                try clients[key].transport.finish()
                clients.remove(key)
                completed += 1
            }
            guard start == nil, completed >= warmUp else { continue }
            latencies = LatencyHistogram()
            completed -= warmUp
            start = (monotonicTime(), server.exactProcessorTime)
        }
        return result(since: start ?? (0, nil))
    }

    /// One more client, with a message for the server.
    private mutating func dial() throws {
        let time = monotonicTime()
        let socket = try Socket(.stream, address.family)
        try socket.connect(to: address, until: .after(patience))
        let key = clients.insert(LoadClient(try Transport(socket, settings), room: 1))
        try clients[key].transport.watch(poller, .readable, .level, token: key.rawValue)
        try send(key, 1, at: time)
    }

    /// Waits once: the clients whose messages have come back.
    private mutating func answered() throws -> [Slab<LoadClient<Transport>>.Key] {
        let count = try poller.wait(until: .after(patience))
        guard count > 0 else { throw LoadTrouble.silent }
        var done: [Slab<LoadClient<Transport>>.Key] = []
        for index in 0..<count {
            let key = Slab<LoadClient<Transport>>.Key(rawValue: poller[index].token)
            try clients[key].sendRest(of: messages)
            if try clients[key].receive(size: plan.size, into: &buffer, &latencies) > 0 { done.append(key) }
        }
        return done
    }

    /// What the server's memory is with all clients connected and silent, compared with what it was after the first one, who has left.
    private mutating func measureMemory() throws -> LoadResult {
        try dial()
        for key in try awaitAnswers(1) { clients.remove(key) }
        let before = server.ownMemory ?? 0
        while clients.count < plan.clients {
            let more = min(500, plan.clients - clients.count)
            for _ in 0..<more { try dial() }
            _ = try awaitAnswers(more)
        }
        var result = LoadResult()
        result.count = plan.clients
        result.bytesPerClient = max(0, Double((server.ownMemory ?? before) - before) / Double(plan.clients))
        return result
    }

    private mutating func awaitAnswers(_ count: Int) throws -> [Slab<LoadClient<Transport>>.Key] {
        var done: [Slab<LoadClient<Transport>>.Key] = []
        while done.count < count { done += try answered() }
        return done
    }
}
