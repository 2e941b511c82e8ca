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
    private static func echo(
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
            ]),
        echo(
            "slow-client", 3,
            hints: [
                "A client that does not read costs the others nothing, as long as nobody waits for it.",
                "A send that takes nothing is no reason to try again: wait for `.writable` in the loop, with everybody else.",
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

    static let silence: [Check] = [
        echo(
            "idle-timeout", 5,
            hints: [
                "The wait ends at a deadline, too. Whose?",
                "The client that has been silent longest is the next one to go: `poller.wait(until:)` its deadline.",
            ]),
        echo(
            "idle-from-the-start", 5,
            hints: [
                "When does the time begin for a client that never sends?",
                "A client stands in the idle list from its first moment, not from its first byte.",
            ]),
        echo(
            "idle-timer-restarts", 5,
            hints: [
                "The time-out is for silence, not for the length of the conversation.",
                "Each time that bytes have come, the client goes to the end of the list, with a new deadline.",
            ]),
        Check(
            "idle-exact", step: 5, "disconnects each of many clients at its own time", points: 3, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "Time-outs are exact to 100 ms. Do you look at the clock often enough, and at the right moment?",
                "Wait until the first deadline in the list, no longer and no shorter. Looking around once a second is too coarse.",
            ], SilenceChecks.exactness),
        Check(
            "idle-despite-others", step: 5, "disconnects a silent client while another one talks", points: 3, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "With a busy client, does the wait ever end by its deadline?",
                "Look at the idle list after every wait, however it ended.",
            ], SilenceChecks.despiteOthers),
        Check(
            "idle-of-the-next", step: 5, "does not hold a client's silence against the next one", points: 2, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "Who leaves takes the time-out along. The next client may have the same descriptor and the same place.",
                "Take a client out of the idle list when its connection closes.",
            ], SilenceChecks.nextClient),
        Check(
            "idle-while-not-reading", step: 5, "disconnects a client that neither sends nor reads", points: 2,
            needs: ["idle-timeout", "short-writes"], startsProgram: true,
            hints: [
                "A client for which bytes wait can be idle, too.",
                "Every connection stands in the idle list, whatever it waits for; only bytes from the client move it.",
            ], SilenceChecks.notReading),
        Check(
            "still-with-time-outs", step: 5, "is not woken before a time-out is due", points: 2,
            needs: ["still-in-a-crowd", "idle-timeout"],
            startsProgram: true,
            hints: [
                "A clock that ticks for every client, or every millisecond, costs processor time though nothing happens.",
                "One deadline at a time: that of the first in the list. Sleep until then.",
            ], StillnessChecks.timeouts),
    ]

    static let fairness: [Check] = [
        echo(
            "out-of-descriptors", 6,
            hints: [
                "accept fails with EMFILE, and the client stays in the queue: the listening socket stays readable.",
                "Ask nothing of the listening socket (`poller.change(..., [])`) until one of yours has left, or a second has passed.",
            ]),
        echo(
            "max-connections", 6,
            hints: [
                "A client that you don't accept waits in the kernel's queue, connected but unserved.",
                "At the limit, ask nothing of the listening socket until somebody has left; otherwise it is ready all the time.",
            ]),
        echo(
            "places-come-free", 6,
            hints: [
                "Each client that leaves makes room, however it leaves.",
                "Give the place back in `drop`, the one way out of the slab.",
            ]),
        Check(
            "still-at-the-limit", step: 6, "uses no processor time while a client waits for a place", points: 2,
            needs: ["max-connections", "still-while-silent"], startsProgram: true,
            hints: [
                "The listening socket is readable as long as somebody waits there. Who asks?",
                "Ask nothing of it while there is no place: `closeDoor()`; and open it again when somebody leaves. The bell is readable until `answer()`.",
            ], StillnessChecks.waitingClient),
        Check(
            "fair-in-a-flood", step: 6, "does not let those who send a lot keep the others waiting", points: 4,
            needs: ["out-of-descriptors", "slow-client"], startsProgram: true,
            hints: [
                "Who reads until nothing more comes reads for ever if it comes fast enough.",
                "One piece for each client that is ready, then the next client. The poller says again what is left.",
            ], FairnessChecks.flood),
    ]

    static let stopping: [Check] = [
        echo(
            "stops-on-signals", 7,
            hints: [
                "`termination.descriptor` becomes readable when the signal has come. Who waits for it?",
                "Watch it with the poller, under a token of its own, and leave the loop when everybody has been served.",
            ]),
        echo(
            "stops-with-silent-clients", 7,
            hints: [
                "A client that has nothing more to get can be told so at once: shutdown(2).",
                "`finish()` for every connection in the slab; whoever is owed nothing leaves.",
            ]),
        echo(
            "answers-what-has-arrived", 7,
            hints: [
                "The signal and the bytes may both be there when you look. What had arrived by then?",
                "`unreadBytes()` says how much lies in the socket. Receive and echo that much, then shut down, and let the client close first.",
            ]),
        Check(
            "answers-who-was-paused", step: 7, "answers clients that it had stopped reading from", points: 3,
            needs: ["stops-on-signals", "short-writes"], startsProgram: true,
            hints: [
                "Bytes wait in your buffer and in the socket. Both had arrived.",
                "A connection leaves when nothing is owed *and* nothing waits; until then it goes on as before.",
            ], LoopChecks.pausedClient),
        echo(
            "stops-despite-stubborn-clients", 7,
            hints: [
                "One client never reads, another never stops. Two seconds is all they get.",
                "Set the deadline when the signal comes, let `poller.wait` end by it, and return all the same.",
            ]),
        echo("stops-accepting", 7), echo("restarts", 7),
        echo(
            "port-in-use", 7,
            hints: [
                "`error: bind 127.0.0.1:7006: Address already in use (EADDRINUSE)`, exit code 1: operation, address, text, number.",
                "Let the SocketError of bind reach `runProgram`; it prints itself. With one loop, don't set `reusePort`.",
            ]),
        echo("foreign-address", 7),
    ]

    static let loops: [Check] = [
        Check(
            "loops-share-clients", step: 8, "shares its clients out among --loops threads", points: 4, needs: ["many-clients"],
            startsProgram: true,
            hints: [
                "One listening socket for each loop, all bound to one address: SO_REUSEPORT in socket(7).",
                "A thread for each further loop, with a poller and a slab of its own. They share nothing that a message needs.",
            ], LoopChecks.spread),
        Check(
            "loops-share-the-limit", step: 8, "counts --max-connections over all loops", points: 3,
            needs: ["max-connections", "loops-share-clients"], startsProgram: true,
            hints: [
                "A client may leave one loop while the next one waits at another.",
                "One count for all, behind a lock, and a bell for each loop that waits: whoever gives a place back rings for all.",
            ], LoopChecks.limit),
        Check(
            "loops-stop", step: 8, "answers what had arrived in every loop before it ends", points: 3,
            needs: ["answers-what-has-arrived", "loops-share-clients"], startsProgram: true,
            hints: [
                "The signal stays pending: every loop that watches `termination.descriptor` sees it.",
                "Wait for the other loops before the program ends.",
            ], LoopChecks.stopping),
        Check(
            "loops-port-in-use", step: 8, "reports a port in use with several loops, too", points: 2,
            needs: ["port-in-use", "loops-share-clients"], startsProgram: true,
            hints: [
                "SO_REUSEPORT lets any program of the same user share the port, also one that was started by mistake.",
                "Bind the first socket without the option, and set it afterwards, before the others are bound.",
            ], LoopChecks.portInUse),
    ]
}
