extension Mistake {
    /// Lab 3, in the order of its steps.
    static let udpSender = sendingOnce + pacing + counting + ending + timing + resending + reporting

    private static func udp(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 3, id: id, title: title, check: check, words: words)
    }

    private static let sendingOnce = [
        udp("sends-twice", "sends every datagram twice, to be sure", caughtBy: "one-datagram", saying: "one datagram must arrive; 2 did"),
        udp("size-without-header", "does not count the header in --size", caughtBy: "one-datagram", saying: "has 76"),
        udp("size-ignored", "always sends 64 bytes", caughtBy: "size", saying: "with --size 12", "it has 64"),
        udp("ipv4-only", "makes an IPv4 socket for every address", caughtBy: "ipv6", saying: "no datagram arrived", "EAFNOSUPPORT"),
        udp("help-on-stderr", "prints its help on stderr", caughtBy: "help", saying: "on stdout"),
        udp("usage-exit-code", "ends with exit code 1 at wrong usage", caughtBy: "usage-errors", saying: "exit code 64", "exit code 1"),
        udp("starts-at-one", "numbers its datagrams from 1", caughtBy: "sequence-from-zero", saying: "begins with 00 00 00 01"),
        udp(
            "timestamp-little-endian", "copies the timestamp from memory", caughtBy: "timestamp", saying: "the lowest one comes first"),
        udp("padded-struct", "sends a struct as it lies in memory", caughtBy: "timestamp", saying: "4 bytes of padding"),
        udp("milliseconds-timestamp", "sends milliseconds", caughtBy: "timestamp", saying: "the time in milliseconds"),
        udp("uptime-timestamp", "sends the monotonic clock's time", caughtBy: "timestamp", saying: "seconds off"),
    ]

    private static let pacing = [
        udp(
            "sequence-little-endian", "copies the sequence number from memory", caughtBy: "series",
            saying: "datagram 1", "01 00 00 00", "lowest byte first"),
        udp("count-ignored", "always sends 10 datagrams", caughtBy: "series", saying: "so many datagrams must arrive; 10 did"),
        udp("five-by-default", "sends 5 datagrams by default", caughtBy: "defaults", saying: "it were 5"),
        udp("no-pause", "sends all datagrams at once", caughtBy: "pace", saying: "too fast"),
        udp("whole-milliseconds", "takes 0.5 ms for 0", caughtBy: "fractions", saying: "too fast"),
        udp("zero-is-default", "takes an interval of 0 for none given", caughtBy: "zero-interval", saying: "without pause"),
        udp(
            "one-timestamp", "gives all datagrams the time of the start", caughtBy: "fresh-timestamps", saying: "only 0 microseconds later"),
        udp(
            "waits-for-replies", "waits for each reply before it sends the next", caughtBy: "pace-without-replies",
            saying: "at the end they were"
        ),
        udp("lateness-adds-up", "waits for the interval after each sending", caughtBy: "lateness", saying: "lateness must not add up"),
    ]

    private static let counting = [
        udp("line-reworded", "prints lines of its own form", caughtBy: "reply-lines", saying: "none of the forms"),
        udp("lines-with-json", "prints lines with --json too", caughtBy: "json", saying: "one JSON object and nothing else"),
        udp("key-misspelled", "misspells a key", caughtBy: "json", saying: "no key 'retransmitted'"),
        udp("duration-in-seconds", "gives the duration in seconds", caughtBy: "json", saying: "'duration_ms' is 0."),
        udp("never-waits", "ends with its last datagram", caughtBy: "waits-for-late", saying: "8 of 9 received"),
        udp("copies-are-received", "counts copies as received", caughtBy: "duplicates", saying: "'received' is 13, but 9"),
        udp("copies-uncounted", "drops copies without counting them", caughtBy: "duplicates", saying: "'duplicates' is 0, but 4"),
        udp("compares-with-latest", "compares with the latest reply only", caughtBy: "reordering", saying: "'reordered' is 2, but 4"),
        udp("copies-are-reordered", "counts copies as reordered, too", caughtBy: "reordering", saying: "'reordered' is 5, but 4"),
        udp("gaps-are-reordered", "takes a gap for reordering", caughtBy: "gaps", saying: "'reordered' is 1, but 0"),
        udp("sequence-only", "looks at the sequence number only", caughtBy: "altered", saying: "'ignored' is 2, but 4"),
        udp("filler-unchecked", "does not look at the filler", caughtBy: "altered", saying: "'ignored' is 2, but 4"),
        udp("ignored-uncounted", "does not count what it ignores", caughtBy: "altered", saying: "'ignored' is 0, but 4"),
        udp("buffer-too-small", "receives into a buffer of --size bytes", caughtBy: "wrong-sizes", saying: "'received' is"),
        udp("size-unchecked-in-replies", "takes whatever has a header", caughtBy: "wrong-sizes", saying: "'received' is"),
        udp("empty-is-the-end", "takes an empty datagram for the end", caughtBy: "wrong-sizes", saying: "'ignored' is 3"),
        udp("crashes-at-short", "reads a header where there is none", caughtBy: "wrong-sizes", saying: "was ended by signal"),
        udp("crashes-at-unknown", "indexes an array with what has come", caughtBy: "unknown-sequences", saying: "was ended by signal"),
        udp(
            "reply-one-too-far", "takes the number behind the last one for one that it sent", caughtBy: "unknown-sequences",
            saying: "was ended by signal"),
        udp("unknown-uncounted", "does not count unknown sequence numbers", caughtBy: "unknown-sequences", saying: "'ignored' is 0, but 5"),
        udp("hears-strangers", "does not connect its socket", caughtBy: "strangers", saying: "'received' is 6, but 4"),
        udp("equal-junk-once", "counts equal ones that it ignores once", caughtBy: "seeded-faults", saying: "'ignored' is"),
    ]

    private static let ending = [
        udp("lost-are-unknown", "counts as lost only what was asked for again", caughtBy: "loss", saying: "'lost' is 0, but 3"),
        udp("whole-percents", "rounds the share of what is lost", caughtBy: "summary", saying: "42.9% lost", "42% lost"),
        udp("silent-without-replies", "says nothing when no reply came", caughtBy: "no-reply", saying: "error: no reply from"),
        udp("success-without-replies", "ends with exit code 0 without replies", caughtBy: "no-reply", saying: "exit code 1"),
        udp("zeros-without-replies", "gives zeros for round trips that there were not", caughtBy: "no-reply", saying: "must be null"),
        udp("retries-by-default", "sends again without --retries", caughtBy: "no-reply", saying: "0 retransmitted", "3 retransmitted"),
        udp("always-waits", "waits for the time-out though all is answered", caughtBy: "ends-when-answered", saying: "still running"),
        udp(
            "timeout-from-the-start", "counts the time-out from the first datagram", caughtBy: "waits-for-late",
            saying: "8 of 9 received"),
        udp("waits-for-ever", "waits for replies without end", caughtBy: "waits-for-timeout", saying: "still running"),
        udp("dies-of-sigint", "does not care for SIGINT", caughtBy: "interrupted", saying: "no summary came"),
        udp("gives-up-at-eintr", "takes EINTR for the end", caughtBy: "stopped-and-continued", saying: "SIGCONT"),
    ]

    private static let timing = [
        udp("half-the-round-trip", "halves the round trip", caughtBy: "round-trips", saying: "the reflector kept the reply"),
        udp("microseconds-as-milliseconds", "prints microseconds as milliseconds", caughtBy: "round-trips", saying: "ms too long"),
        udp("rtt-from-the-start", "measures from the start of the series", caughtBy: "round-trips", saying: "ms too long"),
        udp("deviation-of-a-sample", "divides by n - 1", caughtBy: "statistics", saying: "have stddev"),
        udp("average-of-extremes", "takes the middle for the average", caughtBy: "statistics", saying: "have avg"),
        udp(
            "jitter-is-the-mean", "takes the mean of the differences for jitter", caughtBy: "jitter", saying: "the mean of the differences"),
        udp("jitter-by-sequence", "goes by sequence numbers", caughtBy: "jitter", saying: "in the order of the sequence numbers"),
        udp("jitter-is-the-deviation", "takes the standard deviation for jitter", caughtBy: "jitter", saying: "by RFC 3550"),
        udp("json-in-milliseconds", "gives milliseconds in JSON", caughtBy: "json-times", saying: "in microseconds"),
    ]

    private static let resending = [
        udp("retries-ignored", "sends nothing again", caughtBy: "timeouts", saying: "were not sent again"),
        udp("half-the-timeout", "sends again too early", caughtBy: "timeouts", saying: "sent again after"),
        udp("other-filler-again", "fills it in another way the second time", caughtBy: "resent-datagram", saying: "another filler"),
        udp("stale-timestamp", "keeps the first timestamp", caughtBy: "resent-datagram", saying: "must have a fresh one"),
        udp("one-retry-more", "sends once too often", caughtBy: "retry-limit", saying: "it arrived 5 times"),
        udp("holds-up-others", "waits for the reply to what it sent again", caughtBy: "others-go-on", saying: "late"),
        udp("resends-at-the-end", "sends again after the series only", caughtBy: "others-go-on", saying: "only after the last datagram"),
        udp(
            "forgets-transmissions", "knows only the latest timestamp", caughtBy: "any-transmission", saying: "'received' is 0, but 1"),
        udp("rtt-of-the-latest", "measures from the latest transmission", caughtBy: "any-transmission", saying: "450 ms by the timestamp"),
        udp(
            "rtt-of-the-first", "measures from the first transmission", caughtBy: "resent-round-trip", saying: "from the first transmission"
        ),
        udp("late-copy-ignored", "ignores replies to what is answered", caughtBy: "late-copy", saying: "'duplicates' is 0, but 1"),
        udp("nack-unknown-word", "does not know NACK", caughtBy: "nack", saying: "only"),
        udp("nack-first-only", "reads the first number of a NACK", caughtBy: "nack", saying: "datagram 2 was sent again only"),
        udp("nack-little-endian", "reads the numbers as they lie in memory", caughtBy: "nack", saying: "only"),
        udp("nack-waits-for-timeout", "leaves it to the time-out", caughtBy: "nack", saying: "it must be at once"),
        udp("nack-is-free", "does not count NACKs as retries", caughtBy: "nack-limit", saying: "must be sent 3 times in all"),
        udp(
            "timeout-of-the-first", "lets the first transmission expire after a NACK", caughtBy: "nack-timeout",
            saying: "must count from the second"),
        udp(
            "nack-batch-only", "sends no more than a batch of what a NACK asks for", caughtBy: "long-nack", saying: "64 arrived within 2 s"),
        udp("resends-answered", "sends what was answered", caughtBy: "needless-nack", saying: "datagram 0 was sent again"),
        udp("crashes-at-unknown-nack", "indexes an array with it", caughtBy: "needless-nack", saying: "was ended by signal"),
        udp(
            "nack-one-too-far", "takes the number behind the last one in a NACK for one that it sent", caughtBy: "broken-nack",
            saying: "was ended by signal"),
        udp(
            "nack-word-unchecked", "takes whatever is shorter than a header for a NACK", caughtBy: "broken-nack",
            saying: "'ignored' is"),
        udp("broken-nack-accepted", "takes any NACK", caughtBy: "broken-nack", saying: "'ignored' is"),
        udp("wishes-counted", "counts what is asked for as sent again", caughtBy: "seeded-retries", saying: "'retransmitted' is"),
    ]

    private static let reporting = [
        udp("refusal-unheard", "does not connect its socket, and hears of no refusal", caughtBy: "refused", saying: "no reply from"),
        udp("refusal-at-next-send", "hears of a refusal with the next sending only", caughtBy: "refused", saying: "ECONNREFUSED"),
        udp("error-without-words", "says that something failed", caughtBy: "refused", saying: "could not send"),
        udp("no-summary-at-error", "forgets the summary when the network fails", caughtBy: "stops-listening", saying: "is missing"),
        udp("numbers-only", "takes addresses in numbers only", caughtBy: "host-name", saying: "localhost"),
        udp("error-exit-code", "ends with 0 where there is no address", caughtBy: "unresolvable", saying: "exit code 1"),
        udp("size-unchecked", "takes any size", caughtBy: "too-large", saying: "65508"),
    ]
}
