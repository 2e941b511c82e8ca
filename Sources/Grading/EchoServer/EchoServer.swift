extension Lab {
    /// Lab 2: the echo service of RFC 862, a thread for each client.
    static let echoServer = Lab(
        number: 2, name: "echo-server", title: "Echo server",
        summary: "A TCP server that sends back what it gets, to any number of clients, and ends in good order.",
        files: ["EchoServer.swift", "EchoSession.swift"],
        steps: [
            Step(number: 1, title: "Listen and say so"),
            Step(number: 2, title: "Echo one message"),
            Step(number: 3, title: "Echo a stream"),
            Step(number: 4, title: "Serve many clients at once"),
            Step(number: 5, title: "Survive resets and vanished clients"),
            Step(number: 6, title: "Limit connections and idle time"),
            Step(number: 7, title: "Stop gracefully"),
        ],
        checks: listening + messages + streams + manyClients + survival + limits + stopping)

    private static let listening: [Check] = [
        Check(
            "ready-line", step: 1, "says where it listens, at once", points: 4,
            hints: [
                "The order is socket, bind, listen. Which address to bind to, `settings.endpoint.resolve(.listening)` says.",
                "For each address: `Socket(.stream, address.family)`, `bind(to:)`, `listen()`. Return the first that works; `run()` prints.",
                "In a program of your own: with port 0 the kernel picks a port (getsockname(2) says which), and the line must be flushed.",
            ], ListeningChecks.readyLine),
        Check(
            "ready-when-listening", step: 1, "says so only once clients can connect", points: 2, needs: ["ready-line"], startsProgram: true,
            hints: [
                "Whoever reads the line connects at once. What must have happened by then?",
                "Clients are refused until listen(2) has returned. Print the line after it.",
            ], ListeningChecks.readyWhenListening),
        Check(
            "port-option", step: 1, "takes --host and --port, in both spellings", points: 2, needs: ["ready-line"], startsProgram: true,
            hints: [
                "`--port 7002` and `--port=7002` mean the same.",
                "The settings hold both the host and the port; bind to the addresses that the host resolves to.",
            ], ListeningChecks.portOption),
        Check(
            "default-port", step: 1, "listens on port 7002 without --port", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "The given main.swift has the default. Does your code use the settings, or a number of its own?",
                "Bind to `settings.endpoint`, which has the port from the command line, or 7002.",
            ], ListeningChecks.defaultPort(7002)),
        Check(
            "ipv6", step: 1, "listens on an IPv6 address", points: 2, needs: ["ready-line"], startsProgram: true,
            hints: [
                "A socket is made for one family of addresses. Which one does ::1 need?",
                "Make the socket with the family of the address that you bind it to.",
            ], ListeningChecks.ipv6),
        Check(
            "host-name", step: 1, "takes a host name, too", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "A name must be turned into addresses first: getaddrinfo(3).",
                "`settings.endpoint.resolve(.listening)` gives all of them. Try each in turn until one can be bound.",
            ], ListeningChecks.hostName),
        Check(
            "help", step: 1, "prints its usage with --help", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "The usage goes to stdout, and the exit code is 0.", "The given main.swift does it all; leave `runProgram` in charge.",
            ],
            ListeningChecks.help(naming: "--port")),
        Check(
            "usage-errors", step: 1, "refuses a command line that it can't follow", points: 2, needs: ["ready-line"], startsProgram: true,
            hints: [
                "One line `error: ...` that names the option and the value, then a usage line, both on stderr; exit code 64.",
                "The given main.swift does it all. In a program of your own: check every value before you open a socket.",
            ],
            ListeningChecks.usageErrors([
                ["--bogus"], ["extra"], ["--port"], ["--port="], ["--port", "65536"], ["--port=-1"], ["--port", "http"],
                ["--host="], ["--max-connections", "many"], ["--max-connections=-1"], ["--idle-timeout", "soon"],
                ["--idle-timeout=-0.5"], ["--idle-timeout", "inf"], ["--idle-timeout", "nan"],
            ])),
    ]

    private static let messages: [Check] = [
        Check(
            "echo-at-once", step: 2, "sends a message back as soon as it has come", points: 4, needs: ["ready-line"],
            hints: [
                "TCP carries bytes, and no messages. What has come is all there is to wait for.",
                "One receive, then one send of what it returned. Wait neither for a newline nor for a full buffer.",
            ], EchoChecks.atOnce),
        Check(
            "unchanged", step: 2, "sends back exactly what came", points: 3, needs: ["echo-at-once"],
            hints: [
                "Spaces, carriage returns and newlines are bytes like any other.",
                "Send the array that receive returned. Nothing trimmed, nothing added.",
            ], EchoChecks.unchanged),
        Check(
            "quiet-output", step: 2, "writes nothing but the ready line to stdout", points: 1, needs: ["echo-at-once"], startsProgram: true,
            hints: [
                "Whoever starts the program reads its stdout, and expects one line there.",
                "Use `report` (stderr) for what you want to see while you work; print writes to stdout.",
            ], ListeningChecks.quietOutput),
    ]

    private static let streams: [Check] = [
        Check(
            "second-message", step: 3, "goes on after the first message", points: 4, needs: ["echo-at-once"],
            hints: ["One receive gives one piece of the stream.", "Repeat until receive returns no bytes: that is the end of the stream."],
            EchoChecks.secondMessage),
        Check(
            "byte-by-byte", step: 3, "echoes a stream that comes a byte at a time", points: 2, needs: ["second-message"],
            hints: [
                "How a sender cuts its stream says nothing about how you receive it.",
                "Each receive may return a single byte. Send it back, and receive again.",
            ], EchoChecks.byteByByte),
        Check(
            "binary-data", step: 3, "echoes any byte, NUL included", points: 3, needs: ["echo-at-once"],
            hints: [
                "Data is bytes, with a count. It is no C string, and has no NUL at its end.",
                "Send as many bytes as receive returned; never look for an end inside of them.",
            ], EchoChecks.binary),
        Check(
            "not-text", step: 3, "echoes bytes that are no text", points: 2, needs: ["second-message"],
            hints: [
                "Not every sequence of bytes is UTF-8, and a character may be cut in two.",
                "Keep the bytes as [UInt8]. A String on the way replaces what it does not understand.",
            ], EchoChecks.notText),
        Check(
            "long-stream", step: 3, "echoes a million bytes, in order", points: 3, needs: ["second-message"],
            hints: [
                "Receive as much as there is, send all of it, and do so until the end.",
                "If something is missing in the middle: did send really take everything? It returns how much it took.",
            ], EchoChecks.longStream),
        Check(
            "short-writes", step: 3, "loses nothing when the client reads slowly", points: 4, needs: ["long-stream"],
            hints: [
                "send(2) takes what there is room for, and returns how much that was.",
                "Send the rest again, until nothing is left. A socket that does not wait needs poll(2) before it.",
            ], EchoChecks.slowReader),
        Check(
            "half-close", step: 3, "still answers when the client has sent its end of stream", points: 4, needs: ["echo-at-once"],
            hints: [
                "The client has stopped sending, but it still reads.",
                "The end of the stream comes after the bytes before it. Echo those first, then close.",
            ], EchoChecks.halfClose),
        Check(
            "half-close-unsent", step: 3, "sends everything it owes before it closes", points: 3, needs: ["half-close", "short-writes"],
            hints: [
                "The end of the stream may come while you still have bytes to send.",
                "Leave the loop only at the end of the stream, and only after all bytes before it were taken by send.",
            ], EchoChecks.halfCloseUnsent),
        Check(
            "closes-at-end", step: 3, "closes its side after the client's end of stream", points: 3, needs: ["echo-at-once"],
            hints: [
                "A connection has two ends, and each must be closed.",
                "A socket left open after the client's end stays in CLOSE-WAIT. Let go of it: it closes itself.",
            ], EchoChecks.closesAtEnd),
    ]

    private static let manyClients: [Check] = [
        Check(
            "silent-client", step: 4, "serves others while one client is silent", points: 4, needs: ["second-message"],
            hints: [
                "While a thread waits for one client, it can't serve another.",
                "Give each client a thread of its own, and go back to accept.",
            ], ConcurrencyChecks.silentClient),
        Check(
            "slow-client", step: 4, "serves others while one client does not read", points: 3, needs: ["silent-client"],
            hints: [
                "A send to a client that does not read waits. Who waits with it?",
                "Receive and send of a client both belong in its own thread.",
                "If it spins: a send that takes nothing must not be tried again before poll(2) says that there is room (`waitForRoom`).",
            ], ConcurrencyChecks.slowClient),
        Check(
            "many-clients", step: 4, "keeps fifty clients apart", points: 3, needs: ["silent-client"],
            hints: [
                "What do the threads share? A buffer, a variable for the current client?",
                "Everything about one client lives in its thread: the socket, the buffer, the counts.",
            ], ConcurrencyChecks.manyClients),
    ]

    private static let survival: [Check] = [
        Check(
            "client-reset", step: 5, "survives a client that resets the connection", points: 4, needs: ["silent-client"],
            hints: [
                "A reset makes receive or send fail with ECONNRESET. Whose problem is that?",
                "Catch the error where the client is served, let that client go, and let all others be.",
            ], SurvivalChecks.reset),
        Check(
            "vanished-client", step: 5, "survives a client that leaves while it is being answered", points: 4, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "Writing to a connection that the other end has left raises SIGPIPE, and its default is to end the program: signal(7).",
                "Send with MSG_NOSIGNAL (the workbook's Socket does), or ignore SIGPIPE; then it is an error, EPIPE, like any other.",
            ], SurvivalChecks.vanished),
        Check(
            "stopped-and-continued", step: 5, "goes on after it was stopped and continued", points: 2, needs: ["second-message"],
            startsProgram: true,
            hints: [
                "SIGSTOP and SIGCONT can make a waiting call fail with EINTR: signal(7).",
                "EINTR says that nothing has happened. Make the call again.",
            ], SurvivalChecks.stoppedAndContinued),
        Check(
            "no-leaks", step: 5, "holds nothing of the connections it has served", points: 4, needs: ["silent-client"], startsProgram: true,
            hints: [
                "Every connection costs a descriptor and perhaps a thread. Where do they go when the client leaves?",
                "Close the socket on every way out, errors included, and let the thread end.",
            ], SurvivalChecks.leaks),
        Check(
            "out-of-descriptors", step: 5, "lives on when it runs out of descriptors", points: 4, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "accept fails with EMFILE, and the client stays in the queue. What happens if you call accept again at once?",
                "Stop asking for new clients until one of yours has left, or a moment has passed.",
            ], SurvivalChecks.outOfDescriptors),
        Check(
            "bounded-memory", step: 5, "does not pile up what a client leaves unread", points: 3, needs: ["slow-client"],
            hints: [
                "If the client does not read, where do the bytes go that you have for it?",
                "Don't receive more from a client before you have sent back what you have. Then TCP slows the client down.",
            ], SurvivalChecks.boundedMemory),
    ]

    private static let limits: [Check] = [
        Check(
            "max-connections", step: 6, "lets --max-connections clients in, and the next one wait", points: 4, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "A client that you don't accept waits in the kernel's queue, connected but unserved.",
                "Count who is being served. At the limit, don't accept until one has left.",
            ], LimitChecks.maxConnections),
        Check(
            "places-come-free", step: 6, "counts who is there, not who ever came", points: 2, needs: ["max-connections"],
            startsProgram: true,
            hints: [
                "Each client that leaves makes room, however it leaves.",
                "Count down where the client's thread ends, on every way out of it.",
            ], LimitChecks.placesComeFree),
        Check(
            "idle-timeout", step: 6, "disconnects a client that is silent for --idle-timeout", points: 3, needs: ["second-message"],
            startsProgram: true,
            hints: [
                "receive waits for ever. poll(2) waits until a deadline.",
                "Wait for the socket to be readable until `idleDeadline`; if that comes first, let the client go.",
            ], LimitChecks.idleTimeout),
        Check(
            "idle-from-the-start", step: 6, "disconnects a client that never says anything", points: 1, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "When does the time begin for a client that never sends?",
                "The first deadline is set when the client is let in, not when its first byte comes.",
            ], LimitChecks.idleFromTheStart),
        Check(
            "idle-timer-restarts", step: 6, "keeps a client that goes on sending", points: 3, needs: ["idle-timeout"], startsProgram: true,
            hints: [
                "The time-out is for silence, not for the length of the conversation.",
                "Set a new deadline each time that bytes have come.",
            ], LimitChecks.idleTimerRestarts),
        Check(
            "idle-while-not-reading", step: 6, "disconnects a client that neither sends nor reads", points: 3,
            needs: ["idle-timeout", "max-connections", "short-writes"], startsProgram: true,
            hints: [
                "While you wait in send, nobody looks at the clock.",
                "Wait for room with the same deadline as for bytes: make the socket non-blocking, and poll before every send.",
            ], LimitChecks.idleWhileNotReading),
    ]

    private static let stopping: [Check] = [
        Check(
            "stops-on-signals", step: 7, "ends with exit code 0 at SIGTERM and SIGINT", points: 4, needs: ["ready-line"],
            startsProgram: true,
            hints: [
                "`termination.descriptor` becomes readable when the signal has come. Who waits for it?",
                "Poll it next to the listening socket, leave the loop when it is ready, and return from `run`.",
            ], StoppingChecks.signals),
        Check(
            "stops-with-silent-clients", step: 7, "closes silent clients when it ends", points: 3,
            needs: ["stops-on-signals", "silent-client"],
            startsProgram: true,
            hints: [
                "Each client's thread waits for its client. How does it learn that the program ends?",
                "Poll `termination.descriptor` there too; when it is ready and nothing more has come, say goodbye.",
            ], StoppingChecks.silentClients),
        Check(
            "answers-what-has-arrived", step: 7, "answers every byte that had arrived before the signal", points: 4,
            needs: ["stops-on-signals", "silent-client"], startsProgram: true,
            hints: [
                "The signal and the bytes may both be there when you look. Which goes first?",
                "Receive and echo as long as there is something to receive; only then shut down, and let the client close first.",
                "When `run` returns, the program ends with all its threads. So wait in `stop` until they are done: `countDepartures`.",
            ], StoppingChecks.answersEveryone),
        Check(
            "stops-despite-stubborn-clients", step: 7, "gives up on clients that would keep it for ever", points: 3,
            needs: ["stops-on-signals", "slow-client"], startsProgram: true,
            hints: [
                "One client never reads, another never stops. Two seconds is all they get.",
                "Wait for the clients' threads until a deadline, then return all the same.",
            ], StoppingChecks.stubbornClients),
        Check(
            "stops-accepting", step: 7, "lets nobody in once it is ending", points: 2, needs: ["stops-on-signals", "slow-client"],
            startsProgram: true,
            hints: [
                "As long as the listening socket is open, the kernel goes on saying yes to new clients.",
                "Close the listening socket first, then wait for the clients that are there.",
            ], StoppingChecks.stopsAccepting),
        Check(
            "restarts", step: 7, "can start again at once on the same port", points: 3, needs: ["stops-on-signals"], startsProgram: true,
            hints: [
                "After a close the connection lingers in TIME-WAIT (RFC 9293, 3.6), and with it the port.",
                "Set the option `reuseAddress` before bind.",
            ], StoppingChecks.restarts),
        Check(
            "port-in-use", step: 7, "reports a port that is in use", points: 3, needs: ["ready-line"], startsProgram: true,
            hints: [
                "`error: bind 127.0.0.1:7002: Address already in use (EADDRINUSE)`, exit code 1: operation, address, text, number.",
                "Let the SocketError of bind reach `runProgram`; it prints itself. And don't set `reusePort`: it lets two servers share a port.",
            ], StoppingChecks.portInUse),
        Check(
            "foreign-address", step: 7, "reports an address that is not this machine's", points: 1, needs: ["ready-line"],
            startsProgram: true,
            hints: [
                "The error names the address that was asked for, and why it can't be had.",
                "If no address could be bound, throw the error of the last one.",
            ], StoppingChecks.foreignAddress),
    ]
}
