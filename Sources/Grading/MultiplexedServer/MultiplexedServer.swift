extension Lab {
    /// Lab 6: the echo service again, for ten thousand clients, on one thread.
    static let multiplexedServer = Lab(
        number: 6, name: "multiplexed-server", title: "Multiplexed server",
        summary: "Lab 2's echo service for ten thousand clients, on one thread.",
        files: ["Server.swift", "EventLoop.swift", "Connection.swift", "IdleList.swift"],
        steps: [
            Step(number: 1, title: "Wait for one client, and for its bytes"),
            Step(number: 2, title: "Two clients, interleaved"),
            Step(number: 3, title: "Short writes and backpressure"),
            Step(number: 4, title: "A thousand clients"),
            Step(number: 5, title: "Idle time-outs"),
            Step(number: 6, title: "Fairness, and running out of descriptors"),
            Step(number: 7, title: "Stop gracefully"),
            Step(number: 8, title: "Several loops"),
        ],
        checks: MultiplexedServer.oneClient + MultiplexedServer.twoClients + MultiplexedServer.buffers + MultiplexedServer.crowds
            + MultiplexedServer.silence + MultiplexedServer.fairness + MultiplexedServer.stopping + MultiplexedServer.loops)
}

/// The checks of lab 6, step by step. What lab 2 asks of an echo server is asked here too, in its words; the hints are an event loop's.
enum MultiplexedServer {
    /// A check of lab 2, in one of this lab's steps.
    static func echo(
        _ id: String, _ step: Int, hints: [String]? = nil, _ body: (@Sendable (Trial) throws -> Void)? = nil
    ) -> Check {
        guard let check = Lab.echoServer.check(id) else { preconditionFailure("lab 2 has no check '\(id)'") }
        return check.moved(toStep: step, hints: hints, body)
    }

    static let oneClient: [Check] = [
        echo("ready-line", 1), echo("ready-when-listening", 1), echo("port-option", 1),
        Check(
            "default-port", step: 1, "listens on port 7006 without --port", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "The given main.swift has the default. Does your code use the settings, or a number of its own?",
                "Listen at `settings.endpoint`, which has the port from the command line, or 7006.",
            ], ListeningChecks.defaultPort(7006)),
        echo("ipv6", 1), echo("host-name", 1), echo("help", 1, ListeningChecks.help(naming: "--max-buffer")),
        echo(
            "usage-errors", 1,
            ListeningChecks.usageErrors([
                ["--bogus"], ["extra"], ["--port"], ["--port="], ["--port", "65536"], ["--port=-1"], ["--host="],
                ["--max-connections", "many"], ["--idle-timeout", "soon"], ["--idle-timeout=-0.5"], ["--idle-timeout", "inf"],
                ["--max-buffer", "all"], ["--max-buffer=-1"], ["--max-buffer="], ["--loops", "two"], ["--loops=-1"], ["--loops", "1.5"],
            ])),
        echo("echo-at-once", 1), echo("unchanged", 1), echo("quiet-output", 1),
        echo("second-message", 1), echo("byte-by-byte", 1), echo("binary-data", 1), echo("not-text", 1), echo("half-close", 1),
        echo("closes-at-end", 1),
        Check(
            "still-while-silent", step: 1, "uses no processor time while its client is silent", points: 4, needs: ["second-message"],
            startsProgram: true,
            hints: [
                "A receive that would wait returns at once on a non-blocking socket. What do you do then?",
                "Never try again until the poller says that the socket is readable: `poller.wait` is the one place that waits.",
            ], StillnessChecks.silentClient),
    ]

    static let twoClients: [Check] = [
        echo(
            "silent-client", 2,
            hints: [
                "Whose turn it is, is decided by who is ready, not by who came first.",
                "Watch every connection with the poller, each under a token of its own; the event's token says which one is meant.",
            ]),
        echo(
            "many-clients", 2,
            hints: [
                "Fifty clients, fifty connections in the slab. Does each event find its own?",
                "The key that `insert` returns is the token: `Slab.Key(rawValue: event.token)` finds the connection again.",
            ]),
    ]

    static let buffers: [Check] = [
        echo("long-stream", 3),
        echo(
            "short-writes", 3,
            hints: [
                "send(2) takes what there is room for, and returns how much that was. Nobody may wait for the rest.",
                "Keep the rest in the connection, ask the poller for `.writable`, and send on when it says so.",
            ]),
        echo(
            "half-close-unsent", 3,
            hints: [
                "The end of the stream may come while bytes still wait for the client.",
                "Remember that the end has come (`Phase.finishing`), send what waits, and close only then.",
            ], BufferChecks.halfCloseUnsent),
        echo(
            "slow-client", 3,
            hints: [
                "A client that does not read costs the others nothing, as long as nobody waits for it.",
                "A send that takes nothing is no reason to try again. While something waits, and only then, ask for `.writable`.",
            ]),
        echo(
            "bounded-memory", 3,
            hints: [
                "If the client does not read, where do the bytes go that you have for it?",
                "Stop asking for `.readable` once `--max-buffer` bytes wait: then they stay in the kernel, and TCP slows the client down.",
            ]),
        Check(
            "max-buffer", step: 3, "holds no more than --max-buffer bytes for a client", points: 3, needs: ["bounded-memory"],
            startsProgram: true,
            hints: [
                "The limit is for each client, and for what waits at any moment.",
                "Receive no more than there is room for: `min(buffer.count, limit - waitingCount)`.",
            ], BufferChecks.bound),
        Check(
            "max-buffer-used", step: 3, "reads on until --max-buffer bytes wait", points: 2, needs: ["short-writes"], startsProgram: true,
            hints: [
                "That some bytes wait is no reason to stop reading; that there are too many is.",
                "`wanted` is `.readable` and `.writable` as long as fewer than `limit` bytes wait.",
            ], BufferChecks.use),
        Check(
            "reads-again", step: 3, "reads on when a client takes its bytes again", points: 3, needs: ["short-writes"], startsProgram: true,
            hints: [
                "A client that is not read from must be read from again. When?",
                "Compute what the connection wants after every turn, and tell the poller if it has changed.",
            ], BufferChecks.resumption),
        Check(
            "still-while-stuck", step: 3, "uses no processor time for a client that does not read", points: 3, needs: ["short-writes"],
            startsProgram: true,
            hints: [
                "A level-triggered poller says again and again what is ready. Do you ask for something that you don't want now?",
                "Don't ask for `.readable` while you don't read, nor after the end of the stream; nor for `.writable` while nothing waits.",
            ], StillnessChecks.stuckClient),
    ]

    static let crowds: [Check] = [
        echo(
            "client-reset", 4,
            hints: [
                "A reset makes receive or send fail with ECONNRESET. Whose problem is that?",
                "Catch the error where the client has its turn, close that connection, and let all others be.",
            ]),
        echo("vanished-client", 4), echo("stopped-and-continued", 4),
        echo(
            "no-leaks", 4,
            hints: [
                "Every connection costs a descriptor and a place. Where do they go when the client leaves?",
                "Take the connection out of the slab on every way out, errors included: its socket closes with it.",
            ]),
        Check(
            "thousand-clients", step: 4, "serves a thousand clients at once", points: 4, needs: ["many-clients"], startsProgram: true,
            hints: [
                "A shell allows 1,024 descriptors or fewer. The program may have more if it asks: `ulimit -Sn`, `ulimit -Hn`.",
                "`DescriptorLimit.raise()` before the first client comes: setrlimit(2).",
            ], CrowdChecks.thousand),
        Check(
            "threads", step: 4, "has as many threads for 300 clients as for 20", points: 3, needs: ["many-clients"], startsProgram: true,
            hints: ["A thread for each client is lab 2's way.", "One thread, one poller, and nothing in between that waits."],
            CrowdChecks.threads),
        Check(
            "memory-per-client", step: 4, "needs less than 1 KiB of its own memory for an idle client", points: 3, needs: ["many-clients"],
            startsProgram: true,
            hints: [
                "A client that is silent needs no buffer. How long does a message have to lie in yours?",
                "One buffer for the whole loop, and one for a connection only while something waits for it. `waiting = []` gives it back.",
            ], CrowdChecks.memory),
        Check(
            "still-in-a-crowd", step: 4, "uses no processor time while 300 clients are silent", points: 2,
            needs: ["still-while-silent", "many-clients"], startsProgram: true,
            hints: [
                "However many are connected: if none is ready, there is nothing to do.",
                "Wait without a time-out where there is no deadline. A loop that looks around every millisecond is busy.",
            ], StillnessChecks.crowd),
    ]
}
