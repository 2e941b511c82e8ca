extension Mistake {
    /// Lab 2, in the order of its steps.
    static let echoServer = listening + echoing + serving + surviving + limiting + stopping

    private static func echo(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 2, id: id, title: title, check: check, words: words)
    }

    private static let listening = [
        echo("ready-line-not-flushed", "prints the ready line into a buffer", caughtBy: "ready-line", saying: "flush stdout"),
        echo(
            "ready-line-reworded", "says `Server started` instead of the ready line", caughtBy: "ready-line",
            saying: "first line on stdout must be", "Server started"),
        echo("port-zero-printed", "prints the port it was asked for, not the one it got", caughtBy: "ready-line", saying: "says port 0"),
        echo(
            "ready-before-listen", "prints the ready line between bind and listen", caughtBy: "ready-when-listening",
            saying: "before the socket listened"),
        echo(
            "equals-sign-unknown", "knows `--port 7002`, but not `--port=7002`", caughtBy: "port-option", saying: "ended with exit code 64"),
        echo("wrong-default-port", "listens on port 7000 by default", caughtBy: "default-port", saying: ":7002, not on"),
        echo("ipv4-only", "makes an IPv4 socket for every address", caughtBy: "ipv6", saying: "no ready line", "EAFNOSUPPORT"),
        echo("numbers-only", "takes addresses in numbers, but no names", caughtBy: "host-name", saying: "no ready line"),
        echo("help-on-stderr", "prints its help on stderr", caughtBy: "help", saying: "on stdout"),
        echo("usage-exit-code", "ends with exit code 1 at wrong usage", caughtBy: "usage-errors", saying: "exit code 64", "exit code 1"),
        echo(
            "usage-unnamed", "says that something is wrong with the options, but not what", caughtBy: "usage-errors",
            saying: "must name '--bogus'"),
    ]

    private static let echoing = [
        echo("waits-for-newline", "waits for a whole line", caughtBy: "echo-at-once", saying: "the server waits for a whole line"),
        echo("waits-for-end", "reads everything before it answers", caughtBy: "echo-at-once", saying: "reads everything before it answers"),
        echo("trims-line-ends", "trims white space, as one does with lines", caughtBy: "unchanged", saying: "at offset 0"),
        echo("adds-newline", "adds a newline to every answer", caughtBy: "unchanged", saying: "1 byte too many"),
        echo("chatty-stdout", "prints every client to stdout", caughtBy: "quiet-output", saying: "ready line alone"),
        echo("one-read-only", "reads once and closes", caughtBy: "second-message", saying: "message 2 of a connection"),
        echo(
            "one-byte-is-the-end", "takes a received count of 1 for the end of the stream", caughtBy: "byte-by-byte",
            saying: "sent byte by byte"),
        echo("stops-at-nul", "measures what came with strlen", caughtBy: "binary-data", saying: "stopped before the NUL byte at offset 3"),
        echo("decodes-as-text", "makes a String of what came", caughtBy: "not-text", saying: "U+FFFD"),
        echo("sixteen-bit-count", "keeps a connection's count of bytes in 16 bits", caughtBy: "long-stream", saying: "got back 65,535"),
        echo("short-write-ignored", "believes that send takes everything", caughtBy: "short-writes", saying: "at offset"),
        echo(
            "short-write-after-poll", "waits until there is room, and believes that send takes everything then", caughtBy: "short-writes",
            saying: "at offset"),
        echo(
            "full-buffer-is-an-error", "drops the client when there is no room for everything", caughtBy: "short-writes",
            saying: "did not read yet; then the program"),
        echo(
            "closes-at-half-close", "closes as soon as the client has sent its end of stream", caughtBy: "half-close",
            saying: "(half-close)", "got back 0"),
        echo(
            "drops-unsent-at-end", "closes at the end of the stream with bytes unsent", caughtBy: "half-close-unsent",
            saying: "(half-close)", "stopped before"),
        echo("never-closes", "leaves the socket open after the client's end of stream", caughtBy: "closes-at-end", saying: "CLOSE-WAIT"),
    ]

    private static let serving = [
        echo(
            "one-at-a-time", "serves one client after the other", caughtBy: "silent-client", saying: "is connected and silent",
            "got nothing back"),
        echo(
            "sends-under-a-lock", "holds a lock that all clients share while it sends", caughtBy: "slow-client", saying: "does not read",
            "got nothing back"),
        echo(
            "sends-without-waiting", "tries to send again and again while there is no room", caughtBy: "slow-client", saying: "it spins"),
        echo("pool-of-eight", "has eight threads for all clients", caughtBy: "many-clients", saying: "one of 50 clients"),
    ]

    private static let surviving = [
        echo(
            "dies-of-reset", "ends when a client resets its connection", caughtBy: "client-reset", saying: "reset the connection",
            "exit code 1"),
        echo("dies-of-sigpipe", "writes to a client that has left, and dies of SIGPIPE", caughtBy: "vanished-client", saying: "SIGPIPE"),
        echo("gives-up-at-eintr", "takes EINTR for an error", caughtBy: "stopped-and-continued", saying: "stopped and continued"),
        echo(
            "leaks-descriptors", "shuts connections down, but never closes them", caughtBy: "no-leaks",
            saying: "descriptors: something is not closed"),
        echo("leaks-threads", "leaves a thread waiting now and then when a client goes", caughtBy: "no-leaks", saying: "threads don't end"),
        echo("dies-of-emfile", "ends when accept fails", caughtBy: "out-of-descriptors", saying: "EMFILE", "exit code 1"),
        echo(
            "spins-after-emfile", "looks again and again whether there is room, when there is", caughtBy: "out-of-descriptors",
            saying: "when the others had left", "it spins"),
        echo("spins-at-emfile", "calls accept again at once when it fails", caughtBy: "out-of-descriptors", saying: "it spins"),
        echo(
            "deaf-after-emfile", "never accepts again after accept has failed", caughtBy: "out-of-descriptors", saying: "still not served"),
        echo(
            "piles-up-unread", "receives on while the client does not read", caughtBy: "bounded-memory",
            saying: "from a client that reads nothing"),
    ]

    private static let limiting = [
        echo("limit-ignored", "has no use for --max-connections", caughtBy: "max-connections", saying: "a third client was served"),
        echo("limit-one-more", "lets one client more in than it should", caughtBy: "max-connections", saying: "a third client was served"),
        echo("limit-one-less", "lets one client fewer in than it should", caughtBy: "max-connections", saying: "as one of 2 clients"),
        echo(
            "limit-of-one-ignored", "takes --max-connections 1 for no limit", caughtBy: "max-connections",
            saying: "a second client was served"),
        echo(
            "refuses-at-the-limit", "turns clients away instead of letting them wait", caughtBy: "max-connections",
            saying: "must wait, not be turned away"),
        echo(
            "reset-keeps-its-place", "counts a client that has reset its connection for ever", caughtBy: "places-come-free",
            saying: "one after the other"),
        echo("no-idle-timeout", "has no use for --idle-timeout", caughtBy: "idle-timeout", saying: "was still connected"),
        echo("idle-in-milliseconds", "takes the seconds of --idle-timeout for milliseconds", caughtBy: "idle-timeout", saying: "already"),
        echo("idle-after-first-byte", "starts the clock with the first byte", caughtBy: "idle-from-the-start", saying: "never sent a byte"),
        echo(
            "idle-timer-not-restarted", "limits the whole conversation instead of the silence", caughtBy: "idle-timer-restarts",
            saying: "start the time anew"),
        echo(
            "idle-only-while-receiving", "does not look at the clock while it waits in send", caughtBy: "idle-while-not-reading",
            saying: "stopped reading and sending"),
    ]

    private static let stopping = [
        echo("dies-of-sigterm", "leaves SIGTERM to the kernel", caughtBy: "stops-on-signals", saying: "SIGTERM"),
        echo("ignores-sigterm", "ignores SIGTERM", caughtBy: "stops-on-signals", saying: "was still running"),
        echo("ends-with-failure", "ends with exit code 1 at SIGTERM", caughtBy: "stops-on-signals", saying: "ended with exit code 1"),
        echo(
            "waits-for-silent-clients", "waits until the last client has left", caughtBy: "stops-with-silent-clients",
            saying: "three silent clients", "was still running"),
        echo(
            "drops-what-has-arrived", "ends without a look at what has arrived", caughtBy: "answers-what-has-arrived",
            saying: "must still be answered"),
        echo(
            "leaves-threads-behind", "ends without waiting for the threads that serve clients", caughtBy: "answers-what-has-arrived",
            saying: "to a client that reads slowly"),
        echo(
            "waits-for-one-client", "waits, when it ends, until the first of its clients has left, and not the last",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly"),
        echo(
            "closes-without-goodbye", "closes at once when it has answered, and does not let the client close first",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly", "reset"),
        echo("resets-at-the-end", "closes connections that still have unread bytes", caughtBy: "answers-what-has-arrived", saying: "reset"),
        echo(
            "waits-for-stubborn-clients", "has all the time in the world when it ends", caughtBy: "stops-despite-stubborn-clients",
            saying: "give up on them"),
        echo(
            "accepts-while-stopping", "keeps its listening socket until the last client has left", caughtBy: "stops-accepting",
            saying: "still had a listening socket"),
        echo("no-reuse-address", "binds without SO_REUSEADDR", caughtBy: "restarts", saying: "started again", "EADDRINUSE"),
        echo(
            "reuse-port", "sets SO_REUSEPORT, and shares a port with whoever has it", caughtBy: "port-in-use",
            saying: "must end with an error"),
        echo("error-without-words", "says `bind failed`, and no more", caughtBy: "port-in-use", saying: "must say on stderr", "EADDRINUSE"),
        echo(
            "binds-anyway", "listens on all addresses when it can't have the one it should", caughtBy: "foreign-address",
            saying: "must end with an error"),
    ]
}
