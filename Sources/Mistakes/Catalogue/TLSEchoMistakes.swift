extension Mistake {
    /// Lab 5, in the order of its steps.
    static let tlsEcho = starting + shakingHands + echoing + verifying + refusing + askingClients + closing + serving + stopping + renewing

    private static func tls(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 5, id: id, title: title, check: check, words: words)
    }

    private static let starting = [
        tls(
            "ready-line-reworded", "says `Server started` instead of the ready line", caughtBy: "ready-line",
            saying: "first line on stdout must be"),
        tls(
            "ready-before-listen", "prints the ready line between bind and listen", caughtBy: "ready-when-listening",
            saying: "before the socket listened"),
        tls(
            "equals-sign-unknown", "knows `--port 7005`, but not `--port=7005`", caughtBy: "port-option", saying: "ended with exit code 64"),
        tls("wrong-default-port", "listens on port 7000 by default", caughtBy: "default-port", saying: ":7005, not on"),
        tls("ipv4-only", "makes an IPv4 socket for every address", caughtBy: "ipv6", saying: "no ready line"),
        tls("help-on-stderr", "prints its help on stderr", caughtBy: "help", saying: "on stdout"),
        tls("half-a-pair", "takes --cert without --key", caughtBy: "usage-errors", saying: "exit code 64", "exit code 1"),
    ]

    private static let shakingHands = [
        tls(
            "handshake-once", "calls the handshake once, and gives up if it is not done", caughtBy: "handshake", saying: "handshake failed"),
        tls(
            "leaf-only", "loads the first certificate of the file alone", caughtBy: "sends-chain", saying: "the intermediate as well",
            "untrusted issuer"),
        tls("line-reworded", "has words of its own for the handshake", caughtBy: "handshake-line", saying: "a line `tls: ...` must come"),
        tls("connect-speaks-plain", "sends stdin without any TLS", caughtBy: "connect-handshake", saying: "server: the TLS handshake"),
        tls(
            "connect-line-on-stdout", "prints the handshake's line to stdout", caughtBy: "connect-handshake-line",
            saying: "must come on stderr"),
        tls(
            "loads-at-the-first-client", "loads certificate and key when the first client comes", caughtBy: "key-of-another",
            saying: "must not start"),
        tls("files-unnamed", "says that a file is of no use, but not which", caughtBy: "useless-files", saying: "must name the file"),
        tls("starts-without-key", "starts although the key can't be read", caughtBy: "encrypted-key", saying: "must not start"),
    ]

    private static let echoing = [
        tls("waits-for-newline", "waits for a whole line", caughtBy: "echo-at-once", saying: "the server waits for a whole line"),
        tls("waits-for-end", "reads everything before it answers", caughtBy: "echo-at-once", saying: "reads everything before it answers"),
        tls("adds-newline", "adds a newline to every answer", caughtBy: "unchanged", saying: "1 byte too many"),
        tls("chatty-stdout", "prints every client to stdout", caughtBy: "quiet-output", saying: "ready line alone"),
        tls("one-read-only", "reads once and closes", caughtBy: "second-message", saying: "message 2 of a connection"),
        tls("stops-at-nul", "measures what came with strlen", caughtBy: "binary-data", saying: "stopped before the NUL byte at offset 3"),
        tls(
            "small-buffer", "reads a part of a record, and waits for the socket", caughtBy: "large-record",
            saying: "one record of 16,384 bytes"),
        tls(
            "polls-before-receiving", "waits for the socket before every receive", caughtBy: "joined-records",
            saying: "40 records in one segment", "waits in the TLS library"),
        tls(
            "half-a-record-is-the-end", "takes a record that has not come whole for the end", caughtBy: "split-records", saying: "in pieces"
        ),
        tls("sixteen-bit-count", "keeps a connection's count of bytes in 16 bits", caughtBy: "long-stream", saying: "got back 65,535"),
        tls("short-write-ignored", "believes that send takes everything", caughtBy: "short-writes", saying: "at offset"),
        tls("tries-again-at-once", "sends again at once what there was no room for", caughtBy: "still", saying: "does not wait"),
        tls(
            "handshake-without-waiting", "calls `handshake` again at once when it has to wait for the client", caughtBy: "still",
            saying: "half of its ClientHello", "does not wait"),
        tls("connect-reads-lines", "sends stdin line by line", caughtBy: "connect-at-once", saying: "\"no newline\"", "stays open"),
        tls("connect-decodes-text", "makes a String of what came", caughtBy: "connect-binary", saying: "U+FFFD"),
        tls("connect-sends-first", "sends everything before it receives", caughtBy: "connect-both-ways", saying: "on stdout"),
        tls(
            "connect-handshake-without-waiting", "calls `handshake` again at once when it has to wait for the server",
            caughtBy: "connect-still", saying: "does not answer its ClientHello", "does not wait"),
        tls(
            "connect-always-writable", "asks poll for room to send when it has nothing to send", caughtBy: "connect-still",
            saying: "neither stdin nor the server", "does not wait"),
        tls(
            "connect-waits-to-send", "waits until a piece of stdin is sent, and hears nothing meanwhile", caughtBy: "connect-both-ways",
            saying: "which had read nothing"),
        tls(
            "connect-polls-first", "waits for the socket before every receive, as a client", caughtBy: "connect-joined-records",
            saying: "40 records"),
    ]

    private static let verifying = [
        tls("name-option-ignored", "compares with HOST, whatever --name says", caughtBy: "believes", saying: "must accept", "wildcard"),
        tls("brackets-in-the-name", "compares with `[::1]`, brackets and all", caughtBy: "believes-ipv6", saying: "must accept"),
        tls("verifies-nothing", "believes whoever answers", caughtBy: "expired", saying: "must not send a byte", "secret"),
        tls(
            "all-is-expired", "says `expired` of every certificate that fails", caughtBy: "not-yet-valid",
            saying: "certificate verify failed: not yet valid"),
        tls("no-name-check", "verifies the chain, but not the name", caughtBy: "name-mismatch", saying: "must not send a byte"),
        tls("greedy-wildcard", "takes a wildcard for whatever ends like it", caughtBy: "wildcard", saying: "must not send a byte"),
        tls("addresses-not-compared", "compares names, but not addresses", caughtBy: "address-mismatch", saying: "must not send a byte"),
        tls(
            "openssl-words", "says what OpenSSL says, instead of the cause", caughtBy: "untrusted-issuer",
            saying: "failed: untrusted issuer", "unable to get"),
        tls(
            "trusts-the-system-too", "trusts the system's authorities as well", caughtBy: "trusts-ca-alone", saying: "must not send a byte"),
        tls("no-server-name", "does not say which server it looks for", caughtBy: "server-name", saying: "(SNI)", "none"),
    ]

    private static let refusing = [
        tls("tls13-only", "speaks TLS 1.3 alone", caughtBy: "tls-1.2", saying: "TLS handshake failed"),
        tls("connect-tls13-only", "speaks TLS 1.3 alone, as a client", caughtBy: "connect-tls-1.2", saying: "TLS handshake failed"),
        tls("old-versions", "still speaks TLS 1.0 and 1.1", caughtBy: "old-client", saying: "TLS 1.1 was greeted"),
        tls("connect-old-versions", "still speaks TLS 1.0 and 1.1, as a client", caughtBy: "old-server", saying: "agreed on TLSv1.1"),
        tls(
            "dies-of-plain-text", "ends when a client speaks plain text", caughtBy: "plain-text", saying: "a client that spoke plain text",
            "exit code 1"),
        tls("dies-of-garbage", "ends when a handshake breaks off", caughtBy: "garbage", saying: "exit code 1"),
        tls(
            "line-before-handshake", "writes the handshake's line before the handshake", caughtBy: "silent-about-failures",
            saying: "there must be one line"),
        tls(
            "connect-plain-unnoticed", "ends in good order when the server speaks no TLS", caughtBy: "plain-server", saying: "exit code 1",
            "exit code 0"),
        tls(
            "connect-names-the-address", "names the address that it tried, not what was typed", caughtBy: "nobody-there",
            saying: "error: connect localhost:"),
    ]

    private static let askingClients = [
        tls("client-ca-ignored", "has no use for --client-ca", caughtBy: "client-certificate", saying: "peer=\"CN=client\"", "peer=-"),
        tls(
            "certificate-optional", "asks for a certificate, and takes a client without", caughtBy: "client-without-certificate",
            saying: "was served"),
        tls("client-ca-missing", "starts without the file of --client-ca, too", caughtBy: "client-ca-file", saying: "must not start"),
        tls("any-client-certificate", "takes any certificate", caughtBy: "client-wrong-certificate", saying: "another root", "was served"),
        tls("name-unescaped", "writes a client's name as it is", caughtBy: "peer-name", saying: "control character"),
        tls("name-reversed", "turns the parts of a name round", caughtBy: "peer-name", saying: "certificate's order"),
        tls(
            "connect-hides-certificate", "has no use for --cert as a client", caughtBy: "connect-certificate",
            saying: "TLS handshake failed"),
        tls(
            "connect-refusal-unnoticed", "ends in good order when it was refused", caughtBy: "connect-refused", saying: "exit code 1",
            "exit code 0"),
    ]

    private static let closing = [
        tls(
            "drops-at-close-notify", "closes as soon as it sees the client's close_notify", caughtBy: "half-close", saying: "(half-close)",
            "got back 0"),
        tls(
            "drops-unsent-at-end", "closes at the end of the stream with bytes unsent", caughtBy: "half-close-unsent",
            saying: "(half-close)"),
        tls("no-close-notify", "closes the connection without a word", caughtBy: "close-notify", saying: "without close_notify"),
        tls("dies-of-cut", "ends when a client is cut off", caughtBy: "cut-client", saying: "cut off"),
        tls(
            "connect-waits-for-stdin", "waits for the end of stdin after the server's goodbye", caughtBy: "connect-ends",
            saying: "still running"),
        tls(
            "connect-no-close-notify", "says nothing at the end of stdin", caughtBy: "connect-half-close",
            saying: "must send a close_notify"),
        tls(
            "connect-asks-for-ended-stdin", "goes on asking stdin for more after its end", caughtBy: "connect-half-close",
            saying: "at the end of its stdin", "does not wait"),
        tls(
            "connect-quits-at-the-end-of-stdin", "ends when stdin does", caughtBy: "connect-half-close", saying: "must send a close_notify"),
        tls("truncation-is-the-end", "takes a cut for the end", caughtBy: "truncated", saying: "exit code 1", "exit code 0"),
        tls(
            "truncation-of-nothing-is-the-end", "takes a cut for the end if nothing has come", caughtBy: "truncated-in-record",
            saying: "exit code 0"),
    ]

    private static let serving = [
        tls("one-at-a-time", "serves one client after the other", caughtBy: "silent-client", saying: "TLS handshake"),
        tls("sends-under-a-lock", "holds a lock that all clients share while it sends", caughtBy: "slow-client", saying: "does not read"),
        tls("pool-of-eight", "has eight threads for all clients", caughtBy: "many-clients", saying: "TLS handshake"),
        tls("handshake-under-a-lock", "makes one handshake at a time", caughtBy: "stalled-handshake", saying: "stall in their handshakes"),
        tls("no-handshake-timeout", "has no use for --handshake-timeout", caughtBy: "handshake-timeout", saying: "was still connected"),
        tls("timeout-for-each-read", "starts the clock anew with every byte", caughtBy: "dripped-handshake", saying: "whole handshake"),
        tls(
            "timeout-for-everything", "limits the conversation, not the handshake", caughtBy: "timeout-for-handshake-only",
            saying: "sent nothing for a while"),
        tls("zero-is-at-once", "takes a time-out of 0 for no time at all", caughtBy: "no-timeout", saying: "--handshake-timeout 0"),
        tls("alpn-ignored", "has no use for --alpn", caughtBy: "alpn", saying: "it chose none"),
        tls(
            "goes-on-without-protocol", "goes on when there is no protocol to agree on", caughtBy: "alpn-refused",
            saying: "the handshake was done"),
        tls("alpn-demanded", "drops clients that don't know of ALPN", caughtBy: "alpn-not-offered", saying: "having offered no protocol"),
        tls("connect-alpn-ignored", "offers no protocol, whatever --alpn says", caughtBy: "connect-alpn", saying: "it offered none"),
        tls("dies-of-reset", "ends when a client resets its connection", caughtBy: "client-reset", saying: "exit code 1"),
        tls(
            "dies-of-reset-midway", "ends when a client resets its connection in the handshake", caughtBy: "reset-midway",
            saying: "middle of the handshake", "exit code 1"),
        tls("dies-of-sigpipe", "writes to a client that has left, and dies of SIGPIPE", caughtBy: "vanished-client", saying: "SIGPIPE"),
        tls("gives-up-at-eintr", "takes EINTR for an error", caughtBy: "stopped-and-continued", saying: "stopped and continued"),
        tls("leaks-descriptors", "shuts connections down, but never closes them", caughtBy: "no-leaks", saying: "something is not closed"),
        tls("dies-of-emfile", "ends when accept fails", caughtBy: "out-of-descriptors", saying: "exit code 1"),
        tls(
            "piles-up-unread", "receives on while the client does not read", caughtBy: "bounded-memory",
            saying: "from a client that reads nothing"),
    ]

    private static let stopping = [
        tls("ignores-sigterm", "ignores SIGTERM", caughtBy: "stops-on-signals", saying: "was still running"),
        tls(
            "no-goodbye-at-sigterm", "closes connections without close_notify when it ends", caughtBy: "stops-with-silent-clients",
            saying: "without close_notify"),
        tls(
            "drops-what-has-arrived", "ends without a look at what has arrived", caughtBy: "answers-what-has-arrived",
            saying: "must still be answered"),
        tls(
            "leaves-threads-behind", "ends without waiting for the threads that serve clients", caughtBy: "answers-what-has-arrived",
            saying: "to a client that reads slowly"),
        tls(
            "waits-for-one-client", "waits, when it ends, until the first of its clients has left, and not the last",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly"),
        tls(
            "closes-without-linger", "closes at once after its close_notify, and does not let the client close first",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly", "reset"),
        tls(
            "waits-for-stubborn-clients", "waits for clients that never leave", caughtBy: "stops-despite-stubborn-clients",
            saying: "give up on them"),
        tls(
            "accepts-while-stopping", "keeps the listening socket open while it ends", caughtBy: "stops-accepting",
            saying: "still had a listening socket"),
        tls("no-reuse-address", "binds without SO_REUSEADDR", caughtBy: "restarts", saying: "started again"),
        tls("reuse-port", "lets two servers share a port", caughtBy: "port-in-use", saying: "must end with an error"),
    ]

    private static let renewing = [
        tls("ignores-sighup", "does nothing at SIGHUP", caughtBy: "reload", saying: "still get CN=localhost"),
        tls("dies-of-sighup", "leaves SIGHUP to the kernel", caughtBy: "reload", saying: "SIGHUP"),
        tls(
            "reload-ends-connections", "ends all connections at SIGHUP", caughtBy: "reload-keeps-connections", saying: "must be left alone"),
        tls("reload-fails-in-silence", "says nothing when loading again has failed", caughtBy: "reload-fails", saying: "it says nothing"),
        tls(
            "reload-loses-the-old-one", "lets go of the old certificate before it has the new one", caughtBy: "reload-fails",
            saying: "TLS handshake failed"),
        tls("dies-of-a-failing-reload", "ends when loading again has failed", caughtBy: "reload-fails", saying: "exit code 1"),
    ]
}
