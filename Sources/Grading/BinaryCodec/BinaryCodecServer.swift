/// The checks of lab 4's step 6, `serve`: its own, and those that all servers share.
enum BinaryCodecServer {
    static let all = conversing + listening + manyClients + stopping

    private static let conversing: [Check] = [
        Check(
            "ready-line", step: 6, "says where it listens, at once", points: 2,
            hints: [
                "The given `serveClients` listens and prints `listening on 127.0.0.1:PORT`; what is left is the conversation with one client.",
                "`converse`: while `waitForClient`, receive, `answer`, `sendAnswers`; and `sayGoodbye`. In a program of your own: socket, bind, listen, "
                    + "getsockname, print, flush.",
            ], ConversationChecks.readyLine),
        Check(
            "request", step: 6, "answers a request with a response of the same payload", points: 4, needs: ["ready-line"],
            hints: [
                "Receive, decode, answer, send: the codec's two halves meet in `FrameSession`.",
                "For each frame of type 1 that `next()` gives, append a frame of type 2 with the same payload to the answers, and send them.",
            ], ConversationChecks.request),
        Check(
            "ping", step: 6, "answers a ping with a pong of the same payload", points: 2, needs: ["request"],
            hints: [
                "Type 3 is answered with type 4.",
                "A ping may have a payload, and the pong has the same.",
            ], ConversationChecks.ping),
        Check(
            "other-types", step: 6, "ignores frames of other types", points: 2, needs: ["request"],
            hints: [
                "Legal and ignored: no answer, no error, and the conversation goes on.",
                "Responses, pongs and errors are among them: to answer an error with an error would never end. And 257 is not 1.",
            ], ConversationChecks.otherTypes),
        Check(
            "split-frames", step: 6, "puts a client's frames together, however they come", points: 3, needs: ["request"],
            hints: [
                "What receive gives has nothing to do with frames.",
                "One decoder for each connection, which keeps what has come of a frame until the rest is there.",
            ], ConversationChecks.split),
        Check(
            "joined-requests", step: 6, "answers all frames of one piece, in order", points: 2, needs: ["ping"],
            hints: [
                "One receive may give many frames; the last one may be cut.",
                "Take frames until `next()` gives nil, and only then wait for the client again.",
            ], ConversationChecks.joined),
        Check(
            "long-payload", step: 6, "answers a request of 1,048,576 bytes", points: 2, needs: ["split-frames"],
            hints: [
                "The longest legal request comes in many pieces, and its response leaves in many.",
                "send takes what there is room for, and says how much that was. Keep the rest.",
            ], ConversationChecks.longPayload),
        Check(
            "slow-reader", step: 6, "loses nothing when the client reads slowly", points: 3, needs: ["joined-requests"],
            hints: [
                "Answers that can't be sent yet must wait, and go out before the connection is closed.",
                "Send what fits, keep the rest, poll for room; leave the loop only when the client has ended and nothing waits any more.",
            ], ConversationChecks.slowReader),
        Check(
            "half-close", step: 6, "still answers when the client has sent its end of stream", points: 2, needs: ["ping"],
            hints: [
                "The client has stopped sending, but it still reads.",
                "The end of the stream comes after the bytes before it. Answer those first, then close.",
            ], ConversationChecks.halfClose),
        Check(
            "malformed-frame", step: 6, "answers a malformed frame with an error frame, and closes", points: 4, needs: ["ping"],
            hints: [
                "The answers to the good frames before it, then a frame of type 5 with the message as its payload, then the end.",
                "Catch the decoder's error in `answer(_:)`; append the error frame, and say that the conversation is over. The others' go on.",
            ], ConversationChecks.malformed),
        Check(
            "truncated-stream", step: 6, "closes when the client's stream ends within a frame", points: 1,
            needs: ["half-close", "malformed-frame"],
            hints: [
                "The rest of that frame will never come.",
                "At the end of the stream ask the decoder whether something is left, and close in either case.",
            ], ConversationChecks.truncated),
        Check(
            "serve-limit", step: 6, "takes --max-payload for its clients' frames", points: 1, needs: ["malformed-frame"],
            startsProgram: true,
            hints: [
                "The limit itself is legal, and what is over it is refused by the header alone.",
                "Make the session's decoder with `settings.maxPayload`.",
            ], ConversationChecks.limitOption),
        Check(
            "hostile-clients", step: 6, "survives clients that send random bytes", points: 2, needs: ["malformed-frame"],
            hints: [
                "Whatever a client sends, and however it leaves: the others must not see it.",
                "Errors of one connection end that connection.",
            ], ConversationChecks.hostile),
    ]

    private static let listening: [Check] = [
        Check(
            "ready-when-listening", step: 6, "says so only once clients can connect", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "Whoever reads the line connects at once. What must have happened by then?",
                "Clients are refused until listen(2) has returned. Print the line after it.",
            ], Service.frames.check(ListeningChecks.readyWhenListening)),
        Check(
            "port-option", step: 6, "takes --host and --port, in both spellings", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "`--port 7004` and `--port=7004` mean the same.",
                "Bind to the address that --host and --port name.",
            ], Service.frames.check(ListeningChecks.portOption)),
        Check(
            "default-port", step: 6, "listens on port 7004 without --port", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "The given main.swift has the default.",
                "Without --port it is 7004, whatever --host says.",
            ], Service.frames.check(ListeningChecks.defaultPort(7004))),
        Check(
            "ipv6", step: 6, "listens on an IPv6 address", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "A socket is made for one family of addresses. Which one does ::1 need?",
                "Make the socket with the family of the address that you bind it to.",
            ], Service.frames.check(ListeningChecks.ipv6)),
        Check(
            "host-name", step: 6, "takes a host name, too", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "A name must be turned into addresses first: getaddrinfo(3).",
                "Try each of its addresses in turn until one can be bound.",
            ], Service.frames.check(ListeningChecks.hostName)),
        Check(
            "quiet-output", step: 6, "writes nothing but the ready line to stdout", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "Whoever starts the program reads its stdout, and expects one line there.",
                "Use `report` (stderr) for what you want to see while you work; print writes to stdout.",
            ], Service.frames.check(ListeningChecks.quietOutput)),
        Check(
            "port-in-use", step: 6, "reports a port that is in use", points: 1, needs: ["ready-line"], startsProgram: true,
            hints: [
                "`error: bind 127.0.0.1:7004: Address already in use (EADDRINUSE)`, exit code 1.",
                "Let the error of bind end the program. And don't set SO_REUSEPORT: it lets two servers share a port.",
            ], Service.frames.check(StoppingChecks.portInUse)),
    ]

    private static let manyClients: [Check] = [
        Check(
            "two-peers", step: 6, "keeps two clients apart whose frames come in pieces", points: 2, needs: ["split-frames"],
            hints: [
                "Half a frame of one client must not meet half a frame of another.",
                "The decoder and the answers belong to the session, of which each client has its own.",
            ], ConversationChecks.twoPeers),
        Check(
            "silent-client", step: 6, "serves others while one client is silent", points: 2, needs: ["request"],
            hints: [
                "While a thread waits for one client, it can't serve another.",
                "The given `serveClients` starts a thread for each. In a program of your own: threads, or poll.",
            ], Service.frames.check(ConcurrencyChecks.silentClient)),
        Check(
            "slow-client", step: 6, "serves others while one client does not read", points: 2, needs: ["silent-client"],
            hints: [
                "A send to a client that does not read waits. Who waits with it?",
                "Nothing that clients share may be held while one of them is sent to.",
            ], Service.frames.check(ConcurrencyChecks.slowClient)),
        Check(
            "many-clients", step: 6, "keeps fifty clients apart", points: 1, needs: ["silent-client"],
            hints: [
                "What do the sessions share? A buffer, a decoder, the answers?",
                "Everything about one client lives in its session.",
            ], Service.frames.check(ConcurrencyChecks.manyClients)),
        Check(
            "client-reset", step: 6, "survives a client that resets the connection", points: 2, needs: ["silent-client"],
            hints: [
                "A reset makes receive or send fail with ECONNRESET. Whose problem is that?",
                "Let the error end that session, and no other.",
            ], Service.frames.check(SurvivalChecks.reset)),
        Check(
            "vanished-client", step: 6, "survives a client that leaves while it is being answered", points: 2, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "Writing to a connection that the other end has left raises SIGPIPE, and its default is to end the program: signal(7).",
                "Send with MSG_NOSIGNAL (the workbook's Socket does), or ignore SIGPIPE; then it is an error, EPIPE, like any other.",
            ], Service.frames.check(SurvivalChecks.vanished)),
        Check(
            "stopped-and-continued", step: 6, "goes on after it was stopped and continued", points: 1, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "SIGSTOP and SIGCONT can make a waiting call fail with EINTR: signal(7).",
                "EINTR says that nothing has happened. Make the call again.",
            ], Service.frames.check(SurvivalChecks.stoppedAndContinued)),
        Check(
            "no-leaks", step: 6, "holds nothing of the connections it has served", points: 2, needs: ["silent-client"], startsProgram: true,
            hints: [
                "Every connection costs a descriptor and perhaps a thread. Where do they go when the client leaves?",
                "Close the socket on every way out, errors included, and let the thread end.",
            ], Service.frames.check(SurvivalChecks.fewLeaks)),
        Check(
            "out-of-descriptors", step: 6, "lives on when it runs out of descriptors", points: 1, needs: ["silent-client"],
            startsProgram: true,
            hints: [
                "accept fails with EMFILE, and the client stays in the queue. What happens if you call accept again at once?",
                "Stop asking for new clients until one of yours has left, or a moment has passed.",
            ], Service.frames.check(SurvivalChecks.outOfDescriptors)),
        Check(
            "unread-answers", step: 6, "does not pile up what a client leaves unread", points: 2, needs: ["slow-client"],
            hints: [
                "If the client does not read, where do its answers go?",
                "Receive nothing more while answers wait to be taken. Then TCP slows the client down.",
            ], Service.frames.check(SurvivalChecks.boundedMemory)),
    ]

    private static let stopping: [Check] = [
        Check(
            "stops-on-signals", step: 6, "ends with exit code 0 at SIGTERM and SIGINT", points: 2, needs: ["ready-line"],
            startsProgram: true,
            hints: [
                "The given `serveClients` waits for the signal next to its clients.",
                "In a program of your own: a handler that only takes note, and a loop that looks.",
            ], Service.frames.check(StoppingChecks.signals)),
        Check(
            "stops-with-silent-clients", step: 6, "closes silent clients when it ends", points: 2,
            needs: ["stops-on-signals", "silent-client"], startsProgram: true,
            hints: [
                "Each session waits for its client. How does it learn that the program ends?",
                "The given `wait(for:until:)` says `.termination`: then the conversation is over.",
            ], Service.frames.check(StoppingChecks.silentClients)),
        Check(
            "answers-what-has-arrived", step: 6, "answers every frame that had arrived before the signal", points: 3,
            needs: ["stops-on-signals", "silent-client", "slow-reader"], startsProgram: true,
            hints: [
                "The signal and the bytes may both be there when you look. Which goes first?",
                "Receive and answer as long as there is something to receive; only then say goodbye.",
            ], Service.frames.check(StoppingChecks.answersEveryone)),
        Check(
            "stops-despite-stubborn-clients", step: 6, "gives up on clients that would keep it for ever", points: 2,
            needs: ["stops-on-signals", "silent-client"], startsProgram: true,
            hints: [
                "One client never reads, another never stops. Two seconds is all they get.",
                "The given `serveClients` gives the sessions 1.5 seconds. In a program of your own: a deadline for all of them.",
            ], Service.frames.check(StoppingChecks.stubbornClients)),
        Check(
            "stops-accepting", step: 6, "lets nobody in once it is ending", points: 1, needs: ["stops-on-signals", "silent-client"],
            startsProgram: true,
            hints: [
                "As long as the listening socket is open, the kernel goes on saying yes to new clients.",
                "Close the listening socket first, then wait for the clients that are there.",
            ], Service.frames.check(StoppingChecks.stopsAccepting)),
        Check(
            "restarts", step: 6, "can start again at once on the same port", points: 1, needs: ["stops-on-signals"], startsProgram: true,
            hints: [
                "After a close the connection lingers in TIME-WAIT (RFC 9293, 3.6), and with it the port.",
                "Set SO_REUSEADDR before bind.",
            ], Service.frames.check(StoppingChecks.restarts)),
    ]
}
