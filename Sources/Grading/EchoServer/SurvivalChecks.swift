import Glibc
import Sockets

/// What must not hurt a server: clients that vanish, and a machine that runs out.
enum SurvivalChecks {
    static func reset(_ trial: Trial) throws {
        let server = try trial.startServer()
        let other = try server.connect()
        try ConcurrencyChecks.echo("hello", other, "before anybody left")
        for number in 1...3 {
            let client = try server.connect()
            try ConcurrencyChecks.echo("goodbye", client, "before it left")
            try client.reset()
            try expectAlive(server, other, "after \(counted(number, "client")) reset the connection (RST)")
        }
    }

    /// The server is stopped while the client sends and leaves, so that it writes its answers to a connection that is gone.
    ///
    /// The first answer is refused with a reset; the second then fails with EPIPE, and raises SIGPIPE. That takes more bytes than
    /// a server reads at once, and all of them, with the end of the stream, must be there before the first answer: else the
    /// reset comes first, and gives ECONNRESET. A window that large opens only on a connection that has moved some data.
    static func vanished(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let other = try server.connect()
        try ConcurrencyChecks.echo("hello", other, "before anybody left")
        for number in 1...3 {
            let client = try server.connect()
            let back = try EchoChecks.exchange(trial.random.bytes(2 << 20), client)
            guard back.count >= 2 << 20 else { throw fail("\(client.name) sent 2 MiB, got back \(counted(back.count, "byte"))") }
            try stopped(program, trial) {
                _ = try client.sendWhatFits(trial.service.question(trial.random.bytes(192 << 10))[...])
                try trial.watch(until: .after(.seconds(1))) { (try? client.unacknowledgedBytes()) == 0 }
                client.close()
            }
            try expectAlive(server, other, "after \(counted(number, "client")) left while the server was writing")
        }
    }

    /// Runs `body` while the program is stopped (SIGSTOP); then it goes on (SIGCONT).
    static func stopped(_ program: Program, _ trial: Trial, _ body: () throws -> Void) throws {
        program.send(signal: SIGSTOP)
        guard try trial.watch(until: .after(Trial.patience), for: { program.facts.isStopped || program.ending != nil }) else {
            throw Finding.notRun("this machine did not stop all threads of the program within \(seconds(Trial.patience))")
        }
        try body()
        program.send(signal: SIGCONT)
    }

    static func stoppedAndContinued(_ trial: Trial) throws {
        let server = try trial.startServer()
        let program = try server.process()
        let client = try server.connect()
        try ConcurrencyChecks.echo("before", client, "before the program was stopped")
        for _ in 0..<3 {
            // Only a call that waits can be interrupted. After its echo, a program may take a moment to wait again.
            try trial.waitUntilIdle(program)
            try stopped(program, trial) {}
        }
        try expectAlive(server, client, "after the program was stopped and continued (SIGSTOP, SIGCONT)")
    }

    /// An old client and a new one are both served.
    private static func expectAlive(_ server: Server, _ other: Client, _ circumstances: String) throws {
        try ConcurrencyChecks.echo("still there?", other, circumstances)
        do {
            try ConcurrencyChecks.echo("new here", server.connect(), circumstances)
        } catch Finding.failure(let text, _) {
            throw fail(text.hasPrefix("could not connect") ? "\(circumstances) a new client \(text)" : text)
        }
    }

    /// Serves and closes ten thousand connections, or as many as two seconds allow, but two thousand at least.
    static func leaks(_ trial: Trial) throws {
        try leaks(trial, 2_000...10_000) { server in try serve(100, server, trial) }
    }

    /// Serves and closes a thousand connections, where that is done for other servers as well.
    static func fewLeaks(_ trial: Trial) throws {
        try leaks(trial, 1_000...1_000) { server in try serve(100, server, trial) }
    }

    /// Serves and closes so many connections, and compares what the program holds with what it held after the first hundred.
    ///
    /// On a slow machine fewer, as many as two seconds allow, but the lowest number at least: what leaks shows by then.
    /// The first hundred are for what a program makes once and keeps: a pool of threads, a descriptor of its event loop.
    ///
    /// - Parameters:
    ///   - numbers: How many connections are served at least, and at most.
    ///   - serve: Serves and closes a hundred connections.
    static func leaks(_ trial: Trial, _ numbers: ClosedRange<Int>, serve: (Server) throws -> Void) throws {
        let server = try trial.startServer()
        let program = try server.process()
        try serve(server)
        var first = (descriptors: 0, threads: 0)
        var last = (descriptors: 0, threads: 0)
        func look() -> (Int, Int) { (program.facts.descriptorCount ?? 0, program.facts.threadCount ?? 0) }
        // What is closing may still be open for a moment.
        try trial.watch(until: .after(.milliseconds(100))) {
            first = look()
            return false
        }
        let enough = Deadline.after(.seconds(2))
        var served = 100
        do {
            while served < numbers.lowerBound || served < numbers.upperBound && !enough.hasPassed {
                try serve(server)
                served += 100
            }
        } catch let failure as Finding {
            // Whoever closes nothing can open nothing some time: then the cause is worth more than the effect.
            if look().0 <= first.descriptors + 100 { throw failure }
        }
        try trial.watch(until: .after(Trial.patience)) {
            last = look()
            return last.descriptors <= first.descriptors + 4 && last.threads <= first.threads + 16
        }
        let story =
            "after 100 connections the program held \(counted(first.descriptors, "descriptor")) and \(counted(first.threads, "thread")), after \(grouped(served))"
        trial.transcript.add("grader", "\(story) \(grouped(last.descriptors)) and \(grouped(last.threads))")
        if last.descriptors > first.descriptors + 4 {
            throw fail("\(story) it held \(counted(last.descriptors, "descriptor")): something is not closed")
        }
        if last.threads > first.threads + 16 { throw fail("\(story) it held \(counted(last.threads, "thread")): threads don't end") }
    }

    private static let serving = "connects clients, twenty at a time; each sends a byte, gets it back, and closes"

    /// So many clients, twenty at a time: a byte, its echo, and goodbye. Without a line each in the transcript.
    private static func serve(_ count: Int, _ server: Server, _ trial: Trial) throws {
        if trial.transcript.events.last?.what != serving { trial.transcript.add("grader", serving) }
        let question = trial.service.question([0x2A])
        let answer = trial.service.answer([0x2A])
        for first in stride(from: 1, through: count, by: 20) {
            do {
                let visitors = try (0..<20).map { _ throws(SocketError) in try Visitor(to: server.address) }
                for visitor in visitors { _ = try visitor.socket.send(question.span) }
                for (index, visitor) in visitors.enumerated() {
                    guard try visitor.receive(upTo: answer.count + 1) == answer else {
                        throw fail("client \(grouped(first + index)) of \(grouped(count)) sent a byte and did not get it back")
                    }
                }
            } catch let error as SocketError {
                throw fail("clients \(grouped(first)) to \(grouped(first + 19)) of \(grouped(count)): \(error)")
            }
            // Takes in what the program writes meanwhile, and keeps its limits.
            try trial.wait(until: .now) { true }
        }
    }

    private final class Visitor {
        let socket: Socket
        init(to address: SocketAddress) throws(SocketError) {
            socket = try Socket(.stream, address.family)
            try socket.connect(to: address, until: .after(Trial.patience))
        }

        /// What has come, once that is nearly so many bytes, or nothing more comes.
        func receive(upTo count: Int) throws(SocketError) -> [UInt8] {
            var all: [UInt8] = []
            while all.count < count - 1, try !socket.descriptor.wait(for: .readable, until: .after(Trial.patience)).isEmpty {
                let bytes = try socket.receive(upTo: count - all.count)
                if bytes.isEmpty { break }
                all += bytes
            }
            return all
        }
    }

    /// A server with few descriptors and many clients: it must serve those it has, stay calm, and go on when there is room again.
    static func outOfDescriptors(_ trial: Trial) throws {
        let server = try trial.startServer(limits: Limits(openFiles: 40))
        let program = try server.process()
        // Not all of them will be served: none waits for more than to be connected.
        let clients = try (0..<48).map { _ in try server.connect(opens: false) }
        let answer = trial.service.answer([7])
        for client in clients { try client.send(trial.service.question([7])) }
        var served: [Int] = []
        var arrived = [Int](repeating: 0, count: clients.count)
        try trial.watch(until: .after(.seconds(1))) {
            for index in clients.indices where !served.contains(index) {
                if let arrival = try? clients[index].takeArrived(), case .bytes(let bytes) = arrival { arrived[index] += bytes.count }
                if arrived[index] == answer.count { served.append(index) }
            }
            return program.ending != nil
        }
        let circumstances = "when 48 clients came and it may open 40 descriptors (EMFILE)"
        if let ending = program.ending { throw fail("\(circumstances), the program \(ending.description)") }
        guard served.count < clients.count else {
            throw Finding.notRun("the program served 48 clients with 40 descriptors; its descriptors can't be limited here")
        }
        guard let first = served.first else { throw fail("\(circumstances), it served nobody") }
        try expectCalm(program, trial, circumstances)
        try ConcurrencyChecks.echo("still there?", clients[first], circumstances)
        let waiting = clients.indices.filter { !served.contains($0) && clients[$0].end == nil }.map { clients[$0] }
        for index in served.sorted(by: >) { clients[index].close() }
        try expectServed(waiting, server, trial, circumstances)
        // A time-out that was meant for the shortage must not go on when it is over.
        try expectCalm(program, trial, "\(circumstances), when the others had left")
    }

    /// There is room again: whoever waits must be served, and where nobody does, whoever comes.
    private static func expectServed(_ waiting: [Client], _ server: Server, _ trial: Trial, _ circumstances: String) throws {
        let answer = trial.service.answer([7])
        for client in waiting {
            let back = try client.receive(exactly: answer.count)
            if back == answer { return }
            // A program that needs more than one descriptor for a client may let it in and then find that there is none left.
            guard client.end != nil, back.isEmpty else {
                throw fail(
                    "\(circumstances), \(client.name) had to wait; when the others had left, it was still not served within \(seconds(Trial.patience))"
                )
            }
        }
        // All were turned away. Those who come from now on must not be, once the program has noticed that the others have left.
        let deadline = Deadline.after(Trial.patience)
        while !deadline.hasPassed {
            let newcomer = try server.connect(opens: false)
            _ = try newcomer.sendWhatFits(trial.service.question([7])[...])
            if try newcomer.receive(exactly: answer.count) == answer { return }
        }
        throw fail("\(circumstances), nobody was served any more, even when all of them had left")
    }

    /// Where there is nothing to do, a program must come to rest: for one while in which it mostly waits.
    ///
    /// What it still has to do it may do first, however slow the machine. A program that spins never comes to an end of that: it is always
    /// running, or would be if the machine had the time.
    static func expectCalm(_ program: Program, _ trial: Trial, _ circumstances: String) throws {
        let deadline = Deadline.after(Trial.patience * 2)
        var total = Duration.zero
        var story = ""
        while !deadline.hasPassed {
            let before = program.facts.processorTime ?? .zero
            let window = Deadline.after(.milliseconds(600))
            var looks = 0
            var busy = 0
            while !window.hasPassed || looks < 20 {
                try trial.wait(until: .after(.milliseconds(10))) { false }
                looks += 1
                if program.facts.isBusy { busy += 1 }
            }
            let used = (program.facts.processorTime ?? before) - before
            trial.transcript.add(
                "grader", "looks \(looks) times; the program was running in \(busy), and used \(seconds(used)) of processor time")
            if busy * 2 <= looks { return }
            total += used
            story = "it was running in \(busy) of \(looks) looks, with nothing to do, and used \(seconds(used)) of processor time: it spins"
        }
        // Whoever was given no time at all has not spun: it is only starved.
        guard total == .zero else { throw fail("\(circumstances), \(story)") }
    }

    /// A client that only sends: what the server can't send back it must not pile up.
    static func boundedMemory(_ trial: Trial) throws {
        let server = try trial.startServer()
        let before = server.program?.facts.ownMemory
        let client = try server.connect(receiveBuffer: 4_096)
        let limit = 48 << 20
        let sent = try EchoChecks.flood(client, trial, limit: limit).count
        guard sent >= limit else { return }
        var memory = ""
        if let before, let after = server.program?.facts.ownMemory {
            memory = "; its memory went from \(before >> 20) to \(after >> 20) MiB"
        }
        throw fail("the server took \(limit >> 20) MiB from a client that reads nothing, and would take more\(memory)")
    }
}
