/// The checks of lab 2, from step 5 on.
enum EchoServerSteps {
    /// In the order in which they are shown.
    static let checks = survival + limits + stopping

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
            needs: ["stops-on-signals", "silent-client", "short-writes"], startsProgram: true,
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
