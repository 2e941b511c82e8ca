import Glibc
import LabProgram
import Sockets
import Synchronization

import class Foundation.Thread

/// Event loops on threads of their own. Right in everything but the one mistake of this run.
final class WrongLoops: Sendable {
    private let settings: Settings
    private let maxBuffer: Int
    private let loops: Int
    private let termination: TerminationSignals
    private let bells: [WakeUp]
    private let served: Mutex<[Int]>
    private let running: Atomic<Int>
    /// Rings when a loop has ended.
    private let ending: WakeUp

    init(_ settings: Settings, maxBuffer: Int, loops: Int) throws(SocketError) {
        self.settings = settings
        self.maxBuffer = makes("max-buffer-ignored") ? 262_144 : maxBuffer
        self.loops = makes("loops-ignored") ? 1 : loops
        termination = try TerminationSignals()
        ending = try WakeUp()
        var bells: [WakeUp] = []
        for _ in 0..<self.loops { bells.append(try WakeUp()) }
        self.bells = bells
        served = Mutex([Int](repeating: 0, count: self.loops))
        running = Atomic(self.loops)
    }

    func run() throws(SocketError) {
        if !makes("usual-limit") { try DescriptorLimit.raise() }
        var first: Socket?
        if makes("shares-the-port-with-anybody"), loops > 1 {
            first = try sharing(Endpoint(host: settings.host, port: settings.port).resolve(.listening)[0])
        } else {
            first = try listeningSocket(at: Endpoint(host: settings.host, port: settings.port))
        }
        guard let listener = first.take() else { return }
        let address = try listener.localAddress()
        if loops > 1 { try listener.set(.reusePort, to: 1) }
        for number in 1..<loops {
            // Where one loop takes all, the others wait at a door that nobody knows.
            start(number, try makes("one-loop-takes-all") ? listeningSocket(at: Endpoint(host: "127.0.0.1", port: 0)) : sharing(address))
        }
        announceListening(on: address)
        start(0, listener)
        while running.load(ordering: .acquiring) > 0 {
            _ = try ending.descriptor.wait(for: .readable)
            ending.answer()
        }
        exit(0)
    }

    private func sharing(_ address: SocketAddress) throws(SocketError) -> Socket {
        let socket = try Socket(.stream, address.family)
        try socket.set(.reuseAddress, to: 1)
        try socket.set(.reusePort, to: 1)
        try socket.bind(to: address)
        try socket.listen()
        try socket.descriptor.setNonBlocking(true)
        return socket
    }

    private func start(_ number: Int, _ listener: consuming Socket) {
        let door = Mutex<Socket?>(listener)
        Thread.detachNewThread { [self, door = consume door] in
            do throws(SocketError) {
                guard let listener = door.withLock({ $0.take() }) else { return }
                let loop = try WrongLoop(
                    settings, maxBuffer: maxBuffer, termination, bells[number], Door(listener), take: { self.take(number) },
                    giveBack: { self.giveBack(number) })
                loop.justCloses = makes("others-just-close") && number > 0
                try loop.run()
            } catch {
                report("error: \(error)")
                exit(1)
            }
            if makes("ends-with-its-first-loop"), number == 0 { exit(0) }
            running.subtract(1, ordering: .releasing)
            ending.ring()
        }
    }

    private func take(_ number: Int) -> Bool {
        served.withLock { served in
            let count = makes("limit-per-loop") ? served[number] : served.reduce(0, +)
            guard settings.maxConnections == 0 || count < settings.maxConnections else { return false }
            served[number] += 1
            return true
        }
    }

    private func giveBack(_ number: Int) {
        served.withLock { $0[number] -= 1 }
        if makes("rings-at-home-only") { return bells[number].ring() }
        if settings.maxConnections > 0 { for bell in bells { bell.ring() } }
    }
}

/// A listening socket that can be closed.
final class Door {
    let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
}
