import LabProgram
import Sockets

/// One thread and all of its clients: waits until some of them are ready, gives each of those a short turn, and waits again.
///
/// Nothing in here may wait but the poller. A message costs three system calls (wait, receive, send) and no memory: the
/// connections stay in their places, and what comes is sent back out of the loop's own buffer.
struct EventLoop: ~Copyable {
    private let settings: Settings
    private let places: Places
    private let termination: TerminationSignals
    /// Rings when there may be a place for another client.
    private let bell: WakeUp
    /// nil once the program ends: then nobody is let in any more.
    private var listener: Socket?
    private var poller: Poller
    private var connections: Slab<Connection>
    private var idle = IdleList()
    /// Where each message lies between receiving and sending it.
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    /// When a client that was heard in this turn will have been silent for too long.
    private var idleDeadline = Deadline.never
    /// When to let clients in again, after the descriptors have run out.
    private var retry = Deadline.never
    /// When the program ends at the latest, once it was asked to.
    private var end = Deadline.never

    /// What an event is about, if not a connection. The slab's keys never come near these.
    private enum Token {
        static let listener = UInt64.max
        static let bell = UInt64.max - 1
        static let termination = UInt64.max - 2
    }

    /// How many clients are let in in one turn, so that a crowd at the door does not keep those inside waiting.
    private static let arrivalsPerTurn = 64

    init(
        _ settings: Settings, _ places: Places, _ listener: consuming Socket, _ termination: TerminationSignals
    ) throws(SocketError) {
        let bell = try WakeUp()
        let poller = try Poller()
        try poller.add(listener.descriptor, .readable, token: Token.listener)
        try poller.add(bell.descriptor, .readable, token: Token.bell)
        self.settings = settings
        self.places = places
        self.termination = termination
        self.bell = bell
        self.poller = poller
        connections = Slab()
        self.listener = consume listener
    }

    /// Step 1: waits, and gives everybody who is ready a turn, until the program has ended.
    mutating func run() throws(SocketError) {
        // step 7 begins
        // starter: // SIGTERM is somebody else's business, until step 7.
        try poller.add(termination.descriptor, .readable, token: Token.termination)
        // step 7 ends
        // step 1 begins
        while !isOver {
            let count = try poller.wait(until: nextDeadline)
            idleDeadline = settings.newIdleDeadline()
            for index in 0..<count {
                let event = poller[index]
                switch event.token {
                case Token.listener: try letClientsIn()
                case Token.bell: try openDoor()
                case Token.termination: try beginToStop()
                default: serve(.init(rawValue: event.token), event.ready)
                }
            }
            disconnectIdleClients()
            if retry.hasPassed { try openDoor() }
        }
        // step 1 ends
    }

    /// Steps 5 to 7: the next moment at which there is something to do, even if nobody is ready.
    private var nextDeadline: Deadline {
        // step 5 begins
        // starter: .never
        min(idle.first?.deadline ?? .never, retry, end)
        // step 5 ends
    }

    // MARK: Serving

    /// Gives a client its turn. Whatever happens to it is no reason to end the others.
    private mutating func serve(_ client: Slab<Connection>.Key, _ ready: Readiness) {
        // An event may be about a connection that was closed earlier in the same turn.
        guard connections.contains(client) else { return }
        do {
            // step 6 begins
            // starter: // Until nothing more comes.
            // starter: while try connections[client].react(to: ready, through: &buffer, keeping: settings.maxBuffer) { heard(from: client) }
            if try connections[client].react(to: ready, through: &buffer, keeping: settings.maxBuffer) { heard(from: client) }
            // step 6 ends
            try watch(client)
        } catch {
            drop(client, because: error)
        }
    }

    /// Step 3: asks the poller for what the connection waits for now, if that has changed; closes a connection that is done.
    private mutating func watch(_ client: Slab<Connection>.Key) throws(SocketError) {
        if connections[client].isDone { return drop(client) }
        // step 3 begins
        // starter: // Every connection waits for bytes, until step 3.
        let wanted = connections[client].wanted(keeping: settings.maxBuffer)
        guard wanted != connections[client].watched else { return }
        try poller.change(connections[client].socket.descriptor, wanted, token: client.rawValue)
        connections[client].watched = wanted
        // step 3 ends
    }

    /// Closes a connection.
    private mutating func drop(_ client: Slab<Connection>.Key) {
        idle.remove(client.index)
        connections.remove(client)
        // step 6 begins
        // starter: // Nobody waits for the place, until step 6.
        places.giveBack()
        // Its descriptor is free, so somebody may come in.
        if retry != .never { retry = .now }
        // step 6 ends
    }

    /// Step 4: closes a connection that has failed.
    private mutating func drop(_ client: Slab<Connection>.Key, because error: SocketError) {
        // step 4 begins
        // starter: report("client lost: \(error)")
        // starter: unsolved(step: 4)
        if !error.isDisconnect { report("client lost: \(error)") }
        drop(client)
        // step 4 ends
    }

    // MARK: Letting clients in

    /// Steps 2 and 6: lets in whoever waits at the door, as far as there are places and descriptors.
    private mutating func letClientsIn() throws(SocketError) {
        // step 2 begins
        // starter: // One client at a time, until step 2.
        // starter: guard connections.isEmpty else { unsolved(step: 2) }
        // starter: if let client = try listener?.accept(nonBlocking: true) { welcome(client) }
        for _ in 0..<EventLoop.arrivalsPerTurn {
            // step 6 begins
            // starter: guard let client = try listener?.accept(nonBlocking: true) else { return }
            // starter: welcome(client)
            guard places.take(orRing: bell) else { return try closeDoor() }
            do {
                guard let client = try listener?.accept(nonBlocking: true) else { return places.giveBack() }
                welcome(client)
            } catch {
                places.giveBack()
                guard error.isOutOfDescriptors else { throw error }
                // A descriptor may come free anywhere in the system, and nobody tells; look again after a second.
                retry = .after(.seconds(1))
                return try closeDoor()
            }
            // step 6 ends
        }
        // step 2 ends
    }

    /// Gives a new client its place, and has it watched from now on.
    private mutating func welcome(_ socket: consuming Socket) {
        // step 4 begins
        // starter: if connections.count == 100 { unsolved(step: 4) }
        // step 4 ends
        let client = connections.insert(Connection(socket))
        do {
            try poller.add(connections[client].socket.descriptor, .readable, token: client.rawValue)
            heard(from: client)
        } catch {
            drop(client, because: error)
        }
    }

    /// Step 6: asks no more about the door. Whoever stands there stays in the kernel's queue, and does not keep us busy.
    private func closeDoor() throws(SocketError) {
        // step 6 begins
        try watchDoor(for: [])
        // step 6 ends
    }

    /// Step 6: asks about the door again.
    private mutating func openDoor() throws(SocketError) {
        // step 6 begins
        bell.answer()
        retry = .never
        try watchDoor(for: .readable)
        // step 6 ends
    }

    private func watchDoor(for wanted: Readiness) throws(SocketError) {
        switch listener {
        case .some(let listener): try poller.change(listener.descriptor, wanted, token: Token.listener)
        case nil: return
        }
    }

    // MARK: Silence

    /// Step 5: notes that a client has given a sign of life.
    private mutating func heard(from client: Slab<Connection>.Key) {
        // step 5 begins
        // starter: // Nobody asks how long a client is silent, until step 5.
        guard settings.idleTimeout != nil else { return }
        idle.insert(client.index, token: client.rawValue, until: idleDeadline)
        // step 5 ends
    }

    /// Step 5: disconnects the clients that have been silent for too long.
    private mutating func disconnectIdleClients() {
        // step 5 begins
        // starter: // Nobody is too silent, until step 5.
        guard let timeout = settings.idleTimeout else { return }
        while let (token, deadline) = idle.first, deadline.hasPassed {
            let client = Slab<Connection>.Key(rawValue: token)
            // Bytes that we have not received count as well: we may be late, or not be reading. The kernel knows when the last one came.
            let silence = (try? connections[client].socket.timeSinceArrival()) ?? timeout
            if silence < timeout {
                idle.insert(client.index, token: token, until: .after(timeout - silence))
            } else {
                drop(client)
            }
        }
        // step 5 ends
    }

    // MARK: Ending

    /// Whether the program was asked to end, and has done so for all of its clients or has no time left for the others.
    private var isOver: Bool {
        // step 7 begins
        // starter: false
        end != .never && (connections.isEmpty || end.hasPassed)
        // step 7 ends
    }

    /// Step 7: lets nobody in any more, answers what has arrived, and says goodbye.
    ///
    /// Clients that had connected before the signal are still waiting in the queue; the kernel has told them that they are
    /// connected, and may have taken their bytes. So they are served like the others; those who come now are refused.
    private mutating func beginToStop() throws(SocketError) {
        // step 7 begins
        // What has not ended by then (a client that does not read) is given up.
        end = .after(.milliseconds(1_500))
        // The signal stays pending. Once is enough.
        try poller.remove(termination.descriptor)
        while let client = try? listener?.accept(nonBlocking: true) { welcome(client) }
        listener = nil
        retry = .never
        for client in connections.keys {
            do {
                try connections[client].finish()
                try watch(client)
            } catch {
                drop(client, because: error)
            }
        }
        // step 7 ends
    }
}
