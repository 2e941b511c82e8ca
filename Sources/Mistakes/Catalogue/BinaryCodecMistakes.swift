extension Mistake {
    /// Lab 4, in the order of its steps.
    static let binaryCodec = encodingFrames + decodingFrames + decodingStreams + refusing + bounding + speaking + servingFrames + heartbeats

    private static func codec(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 4, id: id, title: title, check: check, words: words)
    }

    private static let encodingFrames = [
        codec("newline-after-frame", "writes a newline after each frame", caughtBy: "encode-frame", saying: "1 byte too many"),
        codec(
            "magic-little-endian", "copies the magic from memory", caughtBy: "encode-frame", saying: "the magic", "BE BA FE CA",
            "the lowest byte comes first"),
        codec(
            "length-little-endian", "copies the length from memory", caughtBy: "encode-frame", saying: "the length", "05 00 00 00",
            "the lowest byte comes first"),
        codec(
            "length-counts-header", "counts the header in the length", caughtBy: "encode-frame",
            saying: "must be 00 00 00 05, but it is 00 00 00 10"),
        codec("struct-padding", "writes a C struct, with its padding", caughtBy: "encode-frame", saying: "the length (bytes 5 to 8)"),
        codec(
            "length-in-16-bits", "has a length of 16 bits in mind", caughtBy: "encode-numbers", saying: "00 01 00 00, but it is 00 00 00 00"
        ),
        codec("type-in-8-bits", "has types of 8 bits in mind", caughtBy: "encode-numbers", saying: "the type", "01 02, but it is 00 02"),
        codec("payload-as-text", "makes a String of the payload", caughtBy: "encode-payloads", saying: "of the payload"),
        codec("upper-case-refused", "knows lower-case digits only", caughtBy: "encode-payloads", saying: "nothing was written"),
        codec(
            "last-line-lost", "forgets a last line without a newline", caughtBy: "encode-lines", saying: "frame 3", "it ends in the magic"),
        codec("message-a-read", "takes what one read gives for whole lines", caughtBy: "encode-lines", saying: "byte by byte"),
        codec("encode-limit-exclusive", "refuses the longest legal payload", caughtBy: "encode-longest", saying: "nothing was written"),
        codec(
            "encode-without-limit", "takes payloads of any length", caughtBy: "encode-longest",
            saying: "stderr must say `error: line 2: ...`"),
        codec("lines-from-zero", "counts lines from 0", caughtBy: "encode-errors", saying: "`error: line 1: ...`; it says: error: line 0"),
        codec(
            "bad-lines-skipped", "skips lines that it does not understand", caughtBy: "encode-errors", saying: "stderr must say",
            "it says nothing"),
        codec(
            "bad-line-exit-code", "ends with exit code 1 at a bad line", caughtBy: "encode-errors",
            saying: "exit code 65, but it ended with exit code 1"),
        codec("type-wraps", "cuts a type to 16 bits", caughtBy: "encode-errors", saying: "a type of 65536"),
        codec(
            "odd-digit-dropped", "drops the last digit of an odd number", caughtBy: "encode-errors", saying: "an odd number of hex digits"),
        codec("spaces-in-hex", "takes spaces between hex digits", caughtBy: "encode-errors", saying: "a payload with spaces"),
        codec(
            "crashes-at-nesting", "calls itself for each bracket", caughtBy: "encode-hostile", saying: "50,000 opening brackets",
            "was ended by signal"),
        codec("help-on-stderr", "prints its help on stderr", caughtBy: "help", saying: "on stdout"),
        codec("usage-exit-code", "ends with exit code 1 at wrong usage", caughtBy: "usage-errors", saying: "exit code 64", "exit code 1"),
    ]

    private static let decodingFrames = [
        codec("keys-in-another-order", "prints the keys in an order of its own", caughtBy: "decode-frame", saying: "not the form"),
        codec("spaces-in-lines", "prints spaces between keys and values", caughtBy: "decode-frame", saying: "not the form"),
        codec(
            "reads-little-endian", "copies numbers into memory", caughtBy: "decode-frame",
            saying: "is missing"),
        codec(
            "type-signed", "reads the type as a number with a sign", caughtBy: "decode-numbers",
            saying: "the type must be 65535, but it is -1"),
        codec(
            "empty-payloads-skipped", "prints nothing for a frame without a payload", caughtBy: "decode-payloads",
            saying: "the offset must be 0, but it is 11"),
        codec("digits-unpadded", "prints 0A as a", caughtBy: "decode-payloads", saying: "the payload must be"),
        codec("upper-case-digits", "prints upper-case digits", caughtBy: "decode-frame", saying: "hex digits must be lower-case"),
        codec("lines-not-flushed", "prints into a buffer", caughtBy: "decode-at-once", saying: "only after the end of the input"),
        codec("fills-its-buffer", "reads until its buffer is full", caughtBy: "decode-at-once", saying: "only after the end of the input"),
        codec("dies-of-broken-pipe", "dies of SIGPIPE", caughtBy: "broken-pipe", saying: "SIGPIPE never ends a program"),
    ]

    private static let decodingStreams = [
        codec("frame-a-read", "takes one frame of what a read gives", caughtBy: "joined-frames", saying: "line 2 of 4 is missing"),
        codec(
            "split-is-truncated", "takes an incomplete frame for a truncated one", caughtBy: "split-anywhere", saying: "frame 2",
            "exit code 65"),
        codec(
            "waits-for-next-byte", "prints a frame when the next one begins", caughtBy: "decode-frame", saying: "line 1 of 1 is missing"),
        codec("one-byte-is-the-end", "takes a count of 1 for the end of the input", caughtBy: "byte-by-byte", saying: "comes byte by byte"),
        codec("buffer-of-64k", "has a buffer of a fixed size", caughtBy: "long-frames", saying: "line 1 of 4"),
        codec(
            "thousand-frames-a-read", "takes no more than a thousand frames of a read", caughtBy: "thousands-joined",
            saying: "line 1001 of 5000 is missing"),
        codec("offset-in-16-bits", "keeps the offset in 16 bits", caughtBy: "round-trip", saying: "the offset must be 65"),
    ]

    private static let refusing = [
        codec("magic-unchecked", "does not look at the magic", caughtBy: "bad-magic", saying: "bad magic 0xDEADBEEF"),
        codec("resyncs", "looks for the next magic", caughtBy: "bad-magic", saying: "bad magic 0xDEADBEEF", "it says\n  nothing"),
        codec("magic-unpadded", "prints the magic without leading zeros", caughtBy: "bad-magic", saying: "0x00FEBABE", "0xFEBABE"),
        codec(
            "malformed-exit-code", "ends with exit code 1 at malformed input", caughtBy: "bad-magic",
            saying: "exit code 65, but it ended with exit code 1"),
        codec(
            "offset-of-the-fault", "names the offset of the field", caughtBy: "bad-magic", saying: "offset 27: bad magic",
            "offset 31: bad magic"),
        codec("version-unchecked", "does not look at the version", caughtBy: "bad-version", saying: "unsupported version 0"),
        codec(
            "waits-for-header", "judges nothing before it has the whole header", caughtBy: "magic-early",
            saying: "only with more of the header"),
        codec(
            "version-with-length", "judges the version with the length", caughtBy: "version-early", saying: "only with more of the header"),
        codec(
            "truncation-unnoticed", "takes any end for a good one", caughtBy: "truncated-header", saying: "1 of 11 header bytes",
            "exit code 0"),
        codec(
            "truncation-counts-header", "counts the header with the payload", caughtBy: "truncated-payload", saying: "0 of 5 payload bytes",
            "11 of 5 payload bytes"),
        codec(
            "lines-lost-at-error", "forgets what it has not printed when it meets an error", caughtBy: "bad-magic",
            saying: "line 1 of 2 is missing"),
        codec(
            "offset-of-the-piece", "counts the offset from the last piece", caughtBy: "magic-early", saying: "offset 27: bad magic",
            "offset 0: bad magic"),
        codec("version-before-magic", "judges the version first", caughtBy: "damaged-streams", saying: "bad magic", "unsupported version"),
    ]

    private static let bounding = [
        codec(
            "limit-exclusive", "refuses the longest legal payload", caughtBy: "standard-limit",
            saying: "1,048,576 bytes, which is no more than the limit"),
        codec("limit-decimal", "takes a million for the limit", caughtBy: "standard-limit", saying: "no more than the limit"),
        codec(
            "limit-option-ignored", "has no use for --max-payload", caughtBy: "limit-option",
            saying: "payload of 101 bytes exceeds the limit of 100"),
        codec(
            "zero-is-no-limit", "takes a limit of 0 for none", caughtBy: "limit-option", saying: "payload of 1 bytes exceeds the limit of 0"
        ),
        codec("limit-after-payload", "judges the length when the payload is there", caughtBy: "claim", saying: "the program still waits"),
        codec("length-signed", "reads the length as a number with a sign", caughtBy: "claim", saying: "4294967295", "was ended by signal"),
        codec("keeps-everything", "keeps all that it has read", caughtBy: "bounded-memory", saying: "it keeps what it has decoded"),
    ]

    private static let speaking = [
        codec(
            "echoes-requests", "answers a request with a request", caughtBy: "request", saying: "must be sent a response",
            "it was sent a request"),
        codec("waits-for-end", "answers when the client has sent everything", caughtBy: "request", saying: "it was sent nothing within"),
        codec(
            "pongs-empty", "answers a ping with an empty pong", caughtBy: "ping", saying: "a pong with a payload",
            "a pong without a payload"),
        codec(
            "unknown-types-refused", "answers other types with an error", caughtBy: "other-types", saying: "which must be ignored",
            "error frame"),
        codec(
            "receive-is-a-frame", "takes what one receive gives for whole frames", caughtBy: "split-frames", saying: "requests cut in two",
            "truncated frame"),
        codec("one-answer-a-receive", "answers the first frame of a receive", caughtBy: "joined-requests", saying: "answer 2"),
        codec("smaller-limit", "has a limit of its own", caughtBy: "long-payload", saying: "a request of 1,048,576 bytes"),
        codec("short-write-ignored", "believes that send takes everything", caughtBy: "slow-reader", saying: "after the buffers were full"),
        codec(
            "drops-unsent-at-end", "closes at the end of the stream with answers unsent", caughtBy: "slow-reader",
            saying: "after the buffers were full"),
        codec(
            "closes-at-half-close", "closes at once when the client has sent its end", caughtBy: "half-close",
            saying: "the end of the client's stream"),
        codec(
            "closes-without-a-word", "closes at a malformed frame", caughtBy: "malformed-frame", saying: "must be sent an error frame",
            "the program closed the connection"),
        codec(
            "error-as-response", "sends the error as a response", caughtBy: "malformed-frame", saying: "must be sent an error frame",
            "it was sent a response"),
        codec(
            "error-frame-reworded", "says only that a frame is malformed", caughtBy: "malformed-frame", saying: "\"bad magic 0xDEADBEEF\"",
            "malformed frame"),
        codec("open-after-error", "goes on after a malformed frame", caughtBy: "malformed-frame", saying: "the connection must be closed"),
        codec("dies-of-malformed-frame", "ends with the connection at fault", caughtBy: "malformed-frame", saying: "exit code 65"),
        codec(
            "open-after-truncation", "waits for the rest of a frame whose stream has ended", caughtBy: "truncated-stream",
            saying: "stayed open"),
        codec(
            "serve-limit-ignored", "has no use for --max-payload in serve", caughtBy: "serve-limit",
            saying: "payload of 101 bytes exceeds the limit of 100"),
        codec(
            "gives-up-after-ten-errors", "ends after ten malformed frames", caughtBy: "hostile-clients", saying: "sent random bytes",
            "exit code 1"),
        codec("shared-decoder", "has one decoder for all clients", caughtBy: "two-peers", saying: "in pieces, in turn"),
    ]

    /// Those of lab 2's server that fit this one.
    private static let servingFrames = [
        codec("ready-line-not-flushed", "prints the ready line into a buffer", caughtBy: "ready-line", saying: "flush stdout"),
        codec("port-zero-printed", "prints the port it was asked for", caughtBy: "ready-line", saying: "says port 0"),
        codec(
            "ready-before-listen", "prints the ready line between bind and listen", caughtBy: "ready-when-listening",
            saying: "before the socket listened"),
        codec(
            "equals-sign-unknown", "knows `--port 7004`, but not `--port=7004`", caughtBy: "port-option", saying: "ended with exit code 64"),
        codec("wrong-default-port", "listens on port 7000 by default", caughtBy: "default-port", saying: ":7004, not on"),
        codec("ipv4-only", "makes an IPv4 socket for every address", caughtBy: "ipv6", saying: "no ready line", "EAFNOSUPPORT"),
        codec("numbers-only", "takes addresses in numbers, but no names", caughtBy: "host-name", saying: "no ready line"),
        codec("chatty-stdout", "prints every client to stdout", caughtBy: "quiet-output", saying: "ready line alone"),
        codec("error-without-words", "says `bind failed`, and no more", caughtBy: "port-in-use", saying: "EADDRINUSE"),
        codec("one-at-a-time", "serves one client after the other", caughtBy: "silent-client", saying: "is connected and silent"),
        codec("sends-under-a-lock", "holds a lock that all clients share while it sends", caughtBy: "slow-client", saying: "does not read"),
        codec("pool-of-eight", "has eight threads for all clients", caughtBy: "many-clients", saying: "one of 50 clients"),
        codec(
            "dies-of-reset", "ends when a client resets its connection", caughtBy: "client-reset", saying: "reset the connection",
            "exit code 1"),
        codec("dies-of-sigpipe", "writes to a client that has left, and dies of SIGPIPE", caughtBy: "vanished-client", saying: "SIGPIPE"),
        codec("gives-up-at-eintr", "takes EINTR for an error", caughtBy: "stopped-and-continued", saying: "stopped and continued"),
        codec(
            "leaks-descriptors", "shuts connections down, but never closes them", caughtBy: "no-leaks", saying: "something is not closed"),
        codec("dies-of-emfile", "ends when accept fails", caughtBy: "out-of-descriptors", saying: "EMFILE", "exit code 1"),
        codec(
            "piles-up-unread", "receives on while the client does not read", caughtBy: "unread-answers",
            saying: "from a client that reads nothing"),
        codec("dies-of-sigterm", "leaves SIGTERM to the kernel", caughtBy: "stops-on-signals", saying: "SIGTERM"),
        codec(
            "waits-for-silent-clients", "waits until the last client has left", caughtBy: "stops-with-silent-clients",
            saying: "was still running"),
        codec(
            "drops-what-has-arrived", "ends without a look at what has arrived", caughtBy: "answers-what-has-arrived",
            saying: "must still be answered"),
        codec(
            "leaves-threads-behind", "ends without waiting for the threads that serve clients", caughtBy: "answers-what-has-arrived",
            saying: "to a client that reads slowly"),
        codec(
            "waits-for-one-client", "waits, when it ends, until the first of its clients has left, and not the last",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly"),
        codec(
            "closes-without-goodbye", "closes at once when it has answered, and does not let the client close first",
            caughtBy: "answers-what-has-arrived", saying: "to a client that reads slowly", "reset"),
        codec(
            "waits-for-stubborn-clients", "has all the time in the world when it ends", caughtBy: "stops-despite-stubborn-clients",
            saying: "give up on them"),
        codec(
            "accepts-while-stopping", "keeps its listening socket until the last client has left", caughtBy: "stops-accepting",
            saying: "still had a listening socket"),
        codec("no-reuse-address", "binds without SO_REUSEADDR", caughtBy: "restarts", saying: "EADDRINUSE"),
    ]

    private static let heartbeats = [
        codec("heartbeat-ignored", "has no use for --heartbeat", caughtBy: "pings-when-silent", saying: "was not pinged"),
        codec(
            "heartbeat-in-milliseconds", "takes the seconds of --heartbeat for milliseconds", caughtBy: "pings-when-silent",
            saying: "that must be after 1.2 s"),
        codec(
            "disconnects-unasked", "disconnects without a ping", caughtBy: "pings-when-silent", saying: "was not pinged",
            "closed the connection"),
        codec("never-disconnects", "pings a silent client for ever", caughtBy: "disconnects-when-silent", saying: "was still connected"),
        codec(
            "ping-ends-silence", "takes its own ping for a sign of life", caughtBy: "disconnects-when-silent", saying: "was still connected"
        ),
        codec(
            "disconnects-at-two", "disconnects after two intervals", caughtBy: "disconnects-when-silent", saying: "was disconnected after",
            "that must be after 3.6 s"),
        codec(
            "silence-from-first-byte", "starts the clock with the first byte", caughtBy: "silent-from-the-start",
            saying: "was still connected"),
        codec("pongs-unheard", "does not take a pong for a sign of life", caughtBy: "pongs-keep-alive", saying: "answered"),
        codec(
            "whole-frames-only", "starts the clock anew with whole frames only", caughtBy: "slow-is-not-silent",
            saying: "never silent for 1.2 s"),
        codec("shared-clock", "has one clock for all clients", caughtBy: "own-clocks", saying: "while another talked"),
        codec("heartbeat-by-default", "pings without being asked to", caughtBy: "no-heartbeat", saying: "without --heartbeat"),
        codec("ping-in-the-middle", "puts a ping in front of the answers that wait", caughtBy: "pings-between-answers", saying: "no frame"),
        codec(
            "clock-only-while-receiving", "does not look at the clock while it waits to send", caughtBy: "silent-and-not-reading",
            saying: "neither read nor sent"),
    ]
}
