import Glibc
import LabProgram
import Sockets
import Synchronization

import class Foundation.Thread

/// A thread for each client, and one that lets clients in. Right in everything but the one mistake of this run.
final class WrongServer: Sendable {
    private let settings: Settings
    /// nil where the mistake is not to care for signals.
    private let termination: TerminationSignals?
    private let serving = Mutex(0)
    /// Gets a byte when a client has left.
    private let departures: PipeEnds

    init(_ settings: Settings) throws(SocketError) {
        self.settings = settings
        departures = try PipeEnds()
        try departures.readEnd.setNonBlocking(true)
        if makes("ignores-sigterm") {
            _ = signal(SIGTERM, SIG_IGN)
            _ = signal(SIGINT, SIG_IGN)
        }
        termination = makes("ignores-sigterm") || makes("dies-of-sigterm") ? nil : try TerminationSignals()
    }

    func run() throws(SocketError) {
        let listener = try listen()
        let deaf = try letClientsIn(listener)
        let patience: Deadline =
            makes("waits-for-silent-clients") || makes("waits-for-stubborn-clients") ? .never : .after(.milliseconds(1_500))
        if makes("leaves-threads-behind") {
            _ = consume listener
        } else if makes("accepts-while-stopping") {
            try waitForClients(until: patience)
        } else {
            _ = consume listener
            try waitForClients(until: patience)
        }
        exit(makes("ends-with-failure") || deaf ? 1 : 0)
    }

    private func waitForClients(until deadline: Deadline) throws(SocketError) {
        while serving.withLock({ $0 }) > 0, try !departures.readEnd.wait(for: .readable, until: deadline).isEmpty {
            _ = try departures.readEnd.read(upTo: 4_096)
            if makes("waits-for-one-client") { return }
        }
    }

    // MARK: Listening

    private func listen() throws(SocketError) -> Socket {
        var failure = SocketError(operation: "getaddrinfo", address: settings.host, cause: .noAddress)
        for address in try addresses() {
            do {
                let listener = try Socket(.stream, makes("ipv4-only") ? .ipv4 : address.family)
                if !makes("no-reuse-address") { try listener.set(.reuseAddress, to: 1) }
                if makes("reuse-port") { try listener.set(.reusePort, to: 1) }
                try bind(listener, to: address)
                if makes("ready-before-listen") { sayReady(try listener.localAddress()) }
                try listener.listen()
                if !makes("ready-before-listen") { sayReady(try listener.localAddress()) }
                try listener.descriptor.setNonBlocking(true)
                return listener
            } catch { failure = error }
        }
        throw failure
    }

    private func addresses() throws(SocketError) -> [SocketAddress] {
        let endpoint = Endpoint(host: settings.host, port: settings.port)
        guard makes("numbers-only") else { return try endpoint.resolve(.listening) }
        return SocketAddress(numeric: settings.host, port: settings.port).map { [$0] } ?? []
    }

    private func bind(_ listener: borrowing Socket, to address: SocketAddress) throws(SocketError) {
        do {
            try listener.bind(to: address)
        } catch {
            guard makes("binds-anyway"), let any = SocketAddress(numeric: "0.0.0.0", port: 0) else { throw error }
            try listener.bind(to: any)
        }
    }

    private func sayReady(_ address: SocketAddress) {
        if makes("ready-line-not-flushed") { return print("listening on \(address)") }
        if makes("ready-line-reworded") { return write("Server started on port \(address.port)") }
        write("listening on \(makes("port-zero-printed") ? address.with(port: settings.port) : address)")
    }

    private func write(_ line: String) {
        try? StandardStream.output.write(Array("\(line)\n".utf8).span)
    }

    // MARK: Letting clients in

    /// How many clients may be served at a time.
    private var limit: Int {
        if makes("pool-of-eight") { return 8 }
        if makes("limit-ignored") || settings.maxConnections == 0 { return .max }
        if makes("limit-of-one-ignored"), settings.maxConnections == 1 { return .max }
        return settings.maxConnections + (makes("limit-one-more") ? 1 : makes("limit-one-less") ? -1 : 0)
    }

    /// Returns when the program is asked to end. Returns true if it gave up listening.
    private func letClientsIn(_ listener: borrowing Socket) throws(SocketError) -> Bool {
        var waitsForRoom = false
        var hadNoRoom = false
        var isDeaf = false
        while true {
            let isFull = serving.withLock { $0 } >= limit
            let asks = (!isFull || makes("refuses-at-the-limit")) && !waitsForRoom && !isDeaf
            var events = [PollEntry(departures.readEnd, .readable), PollEntry(listener, asks ? .readable : [])]
            if let termination { events.append(PollEntry(termination.descriptor, .readable)) }
            let moment: Deadline = makes("spins-after-emfile") && hadNoRoom ? .now : .never
            try poll(&events, until: waitsForRoom ? .after(.seconds(1)) : moment)
            waitsForRoom = false
            if events.count == 3, !events[2].ready.isEmpty { return isDeaf }
            if !events[0].ready.isEmpty { _ = try departures.readEnd.read(upTo: 4_096) }
            guard asks, !events[1].ready.isEmpty else { continue }
            do {
                guard let client = try listener.accept() else { continue }
                if isFull { continue }
                welcome(client)
            } catch {
                if makes("dies-of-emfile") { throw error }
                isDeaf = makes("deaf-after-emfile")
                waitsForRoom = !makes("spins-at-emfile")
                hadNoRoom = true
            }
        }
    }

    private func welcome(_ client: consuming Socket) {
        if makes("chatty-stdout") { write("a client has come") }
        serving.withLock { $0 += 1 }
        if makes("one-at-a-time") { return serve(client) }
        let guest = Guest(client)
        Thread.detachNewThread { [self] in
            if let client = guest.take() { serve(client) }
        }
    }

    /// Hands a socket over to a thread, which may close it before it ends.
    private final class Guest: Sendable {
        private let slot: Mutex<Socket?>
        init(_ client: consuming Socket) { slot = Mutex(client) }
        func take() -> Socket? { slot.withLock { $0.take() } }
    }

    private func serve(_ client: consuming Socket) {
        var conversation = WrongConversation(settings, termination: makes("waits-for-silent-clients") ? nil : termination)
        let wasReset = conversation.run(client)
        if wasReset && makes("dies-of-reset") { exit(1) }
        if makes("leaks-descriptors") { try? client.shutDown(.both) }
        if makes("leaks-descriptors") || makes("never-closes") { _ = dup(client.descriptor.number) }
        _ = consume client
        if !(wasReset && makes("reset-keeps-its-place")) { serving.withLock { $0 -= 1 } }
        _ = try? departures.writeEnd.write([1].span)
        if makes("leaks-threads"), Self.clients.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: 50) {
            while true { pause() }
        }
    }

    private static let clients = Atomic(0)
}
