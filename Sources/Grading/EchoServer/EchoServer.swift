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
        checks: listening + messages + streams + manyClients + EchoServerSteps.checks)

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
}
