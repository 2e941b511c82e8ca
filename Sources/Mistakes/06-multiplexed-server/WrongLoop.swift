import LabProgram
import Sockets

import class Foundation.Thread

/// One event loop. Right in everything but the one mistake of this run.
final class WrongLoop {
    private let settings: Settings
    private let maxBuffer: Int
    private let termination: TerminationSignals
    private let bell: WakeUp
    private var door: Door?
    private let take: () -> Bool
    private let giveBack: () -> Void
    private var poller: Poller
    private var guests: [UInt64: WrongGuest] = [:]
    private var nextToken: UInt64 = 100
    private var end = Deadline.never
    private var retry = Deadline.never
    private var nextSweep = Deadline.now
    /// What is left of the time-outs of clients that have gone, by descriptor, where that is the mistake.
    private var leftTimers: [Int32: Deadline] = [:]
    /// Ends without good order.
    var justCloses = false

    init(
        _ settings: Settings, maxBuffer: Int, _ termination: TerminationSignals, _ bell: WakeUp, _ door: Door, take: @escaping () -> Bool,
        giveBack: @escaping () -> Void
    ) throws(SocketError) {
        self.settings = settings
        self.maxBuffer = maxBuffer
        self.termination = termination
        self.bell = bell
        self.door = door
        self.take = take
        self.giveBack = giveBack
        let poller = try Poller()
        try poller.add(door.socket.descriptor, .readable, token: 1)
        try poller.add(bell.descriptor, .readable, token: 2)
        try poller.add(termination.descriptor, .readable, token: 3)
        self.poller = poller
    }

    func run() throws(SocketError) {
        while end == .never || !guests.isEmpty && !end.hasPassed {
            let count = try poller.wait(until: nextDeadline)
            if justCloses, (0..<count).contains(where: { poller[$0].token == 3 }) { return }
            for index in 0..<count {
                let event = poller[index]
                switch event.token {
                case 1: try letIn()
                case 2: try open()
                case 3: try stop()
                default: serve(event.token, event.ready)
                }
            }
            if settings.idleTimeout != nil, !(makes("clock-only-when-quiet") && count > 0) { sweep() }
            if retry.hasPassed { try open() }
        }
    }

    private var nextDeadline: Deadline {
        if makes("spins-on-would-block"), !guests.isEmpty { return .now }
        var deadline = min(retry, end)
        if makes("ticks") && guests.count > 100 || makes("ticks-with-time-outs") && settings.idleTimeout != nil {
            deadline = min(deadline, .after(.milliseconds(1)))
        }
        guard settings.idleTimeout != nil else { return deadline }
        if makes("sweeps-every-second") { return min(deadline, nextSweep) }
        if makes("clock-only-when-quiet") { return min(deadline, newDeadline()) }
        return min(deadline, guests.values.map(\.deadline).min() ?? .never, leftTimers.values.min() ?? .never)
    }

    private func newDeadline() -> Deadline { settings.idleTimeout.map { .after($0) } ?? .never }

    // MARK: Serving

    private func serve(_ token: UInt64, _ ready: Readiness) {
        guard let guest = guests[token] else { return }
        do {
            while try guest.react(ready, maxBuffer) {
                guest.deadline = newDeadline()
                if !makes("empties-each-socket") { break }
            }
            if guest.isDone { return drop(guest) }
            let wanted = guest.wanted(maxBuffer)
            guard wanted != guest.watched else { return }
            try poller.change(guest.socket.descriptor, wanted, makes("edge-reads-once") ? .edge : .level, token: token)
            guest.watched = wanted
        } catch { drop(guest) }
    }

    private func drop(_ guest: WrongGuest) {
        if makes("time-outs-outlive-clients") { leftTimers[guest.socket.descriptor.number] = guest.deadline }
        guests[guest.token] = nil
        giveBack()
        if retry != .never { retry = .now }
    }

    private func sweep() {
        if makes("sweeps-every-second") {
            guard nextSweep.hasPassed else { return }
            nextSweep = .after(.seconds(1))
        }
        for guest in Array(guests.values) where guest.deadline.hasPassed {
            if makes("paused-is-never-idle"), !guest.waiting.isEmpty || guest.hasSentMore() {
                guest.deadline = newDeadline()
            } else if guest.hasSentMore() {
                guest.deadline = newDeadline()
            } else {
                drop(guest)
            }
        }
        for (number, deadline) in leftTimers where deadline.hasPassed {
            leftTimers[number] = nil
            if let guest = guests.values.first(where: { $0.socket.descriptor.number == number }) { drop(guest) }
        }
    }

    // MARK: The door

    private func letIn() throws(SocketError) {
        guard let door else { return }
        for _ in 0..<64 {
            guard take() else {
                return makes("asks-at-the-limit") ? () : try poller.change(door.socket.descriptor, [], token: 1)
            }
            do {
                guard let socket = try door.socket.accept(nonBlocking: true) else { return giveBack() }
                try welcome(socket)
            } catch {
                giveBack()
                guard error.isOutOfDescriptors else { throw error }
                retry = .after(.seconds(1))
                return try poller.change(door.socket.descriptor, [], token: 1)
            }
        }
    }

    private func welcome(_ socket: consuming Socket) throws(SocketError) {
        if !makes("one-token-for-all") { nextToken += 1 }
        let guest = WrongGuest(socket, token: nextToken, deadline: newDeadline())
        // Nobody but the last one is found by the token then; the sockets of the others stay open.
        if makes("one-token-for-all"), let before = guests[nextToken] { lost.append(before) }
        guests[guest.token] = guest
        let trigger: Poller.Trigger = makes("edge-reads-once") ? .edge : .level
        try poller.add(guest.socket.descriptor, .readable, trigger, token: guest.token)
        if makes("thread-for-each") {
            Thread.detachNewThread { [bell] in _ = try? bell.descriptor.wait(for: .failed, until: .after(.seconds(60))) }
        }
    }

    private var lost: [WrongGuest] = []

    private func open() throws(SocketError) {
        if !makes("never-answers-the-bell") { bell.answer() }
        retry = .never
        if let door { try poller.change(door.socket.descriptor, .readable, token: 1) }
    }

    private func stop() throws(SocketError) {
        end = .after(.milliseconds(1_500))
        try poller.remove(termination.descriptor)
        while let socket = try? door?.socket.accept(nonBlocking: true) { try welcome(socket) }
        door = nil
        for guest in Array(guests.values) {
            do {
                try guest.stop()
                if guest.isDone { drop(guest) } else { serve(guest.token, []) }
            } catch { drop(guest) }
        }
    }
}
