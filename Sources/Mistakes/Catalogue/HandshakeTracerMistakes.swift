extension Mistake {
    /// Lab 1, in the order of its steps.
    static let handshakeTracer = tracerHeaders + tracerFiles + optionLists + connections + states + trouble + tracerLive

    private static func tracer(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 1, id: id, title: title, check: check, words: words)
    }

    private static let tracerHeaders = [
        tracer("protocol-ignored", "takes every IPv4 packet for TCP", caughtBy: "other-protocols", saying: "must be counted as not TCP"),
        tracer(
            "total-length-trusted", "believes an IPv4 total length that is beyond the end of the packet", caughtBy: "broken-ip",
            saying: "must be counted as malformed", "total length of 41"),
        tracer(
            "length-read-unasked", "reads IPv4's total length before it knows that so many bytes are there", caughtBy: "broken-ip",
            saying: "1 byte of an IPv4 header"),
        tracer(
            "snap-length-is-damage", "calls a packet malformed that the snap length cut short", caughtBy: "snapped-ip",
            saying: "must be counted as cut short"),
        tracer(
            "version-read-unasked", "reads the IP version of a packet of which not a byte was captured", caughtBy: "snapped-ip",
            saying: "the snap length left nothing"),
        tracer(
            "extension-read-unasked", "reads an IPv6 extension header before it knows that it was captured", caughtBy: "snapped-ip",
            saying: "the first header alone"),
        tracer(
            "nothing-behind-is-damage", "calls an IPv4 packet malformed that is nothing but a header", caughtBy: "other-protocols",
            saying: "nothing behind it", "must be counted as not TCP"),
        tracer("dont-fragment-is-a-fragment", "takes \"don't fragment\" for a fragment", caughtBy: "fragments", saying: "don't fragment"),
        tracer(
            "first-fragment-traced", "takes a packet with offset 0 for whole, though more fragments follow", caughtBy: "fragments",
            saying: "the first IPv4 fragment"),
        tracer(
            "extension-headers-forgotten", "knows no IPv6 extension headers", caughtBy: "extension-headers",
            saying: "must be counted as IP fragment"),
        tracer(
            "authentication-in-eights", "counts the authentication header in eight bytes, as the others", caughtBy: "extension-headers",
            saying: "authentication header"),
        tracer(
            "window-byte-order", "reads the window with the least significant byte first", caughtBy: "tcp-fields", saying: "expected window"
        ),
        tracer("ports-swapped", "takes the source port for the destination port", caughtBy: "tcp-fields", saying: "expected sender"),
        tracer("six-flags", "knows only the six flags of RFC 793", caughtBy: "flags", saying: "expected flags", "ECE"),
        tracer(
            "padding-counted", "counts the padding of an Ethernet frame as payload", caughtBy: "payload-length",
            saying: "expected length 1, got"),
        tracer(
            "data-offset-ignored", "takes every TCP header for 20 bytes long", caughtBy: "payload-length",
            saying: "expected length 7, got 19"),
        tracer(
            "ip-options-ignored", "takes every IPv4 header for 20 bytes long", caughtBy: "payload-length",
            saying: "the JSON 1: number 2"),
        tracer(
            "extension-headers-are-payload", "counts extension headers as payload", caughtBy: "ipv6-segments",
            saying: "expected length 11, got 19"),
        tracer(
            "length-from-capture", "counts the payload bytes that were captured", caughtBy: "snap-length",
            saying: "expected length 1000, got"),
        tracer("data-offset-trusted", "believes a data offset below 5", caughtBy: "malformed-tcp", saying: "a TCP header of 16 bytes"),
    ]

    private static let tracerFiles = [
        tracer("vlan-tags-unknown", "knows no VLAN tags", caughtBy: "link-types", saying: "VLAN tag", "is missing"),
        tracer(
            "arp-taken-for-ip", "takes whatever an Ethernet frame carries for IP", caughtBy: "other-frames", saying: "ARP",
            "must be counted as not TCP"),
        tracer("little-endian-only", "reads captures of its own byte order only", caughtBy: "pcap-files", saying: "exit code 65"),
        tracer(
            "one-interface-only", "takes the link type of the first interface for that of all", caughtBy: "pcapng-files",
            saying: "expected sender", "pcapng"),
        tracer(
            "nothing-before-the-damage", "reports the damage and shows nothing", caughtBy: "damaged-files",
            saying: "what is before the damage must be traced"),
        tracer(
            "damage-is-a-failure", "ends with exit code 1 where the file is damaged", caughtBy: "damaged-files", saying: "exit code 65",
            "exit code 1"),
        tracer("missing-file-is-damage", "ends with exit code 65 where there is no file", caughtBy: "missing-file", saying: "exit code 65"),
    ]

    private static let optionLists = [
        tracer("mss-little-endian", "reads the MSS with the least significant byte first", caughtBy: "options", saying: "\"mss\":1460"),
        tracer("time-stamps-swapped", "takes the echo for the value", caughtBy: "options", saying: "ts_ecr"),
        tracer(
            "unknown-option-ends-list", "stops at the first option that it does not know", caughtBy: "options-any-order",
            saying: "expected options"),
        tracer("end-of-options-ignored", "reads on behind the end of the list", caughtBy: "options-any-order", saying: "expected options"),
        tracer("option-length-zero", "stays for ever at an option of length 0", caughtBy: "broken-options", saying: "still running"),
        tracer(
            "snapped-options-are-damage", "calls options malformed that the snap length cut", caughtBy: "snapped-options",
            saying: "expected options"),
    ]

    private static let connections = [
        tracer(
            "handshake-ends-with-syn-ack", "takes the SYN,ACK for the end of the handshake", caughtBy: "handshake",
            saying: "expected handshake_us"),
        tracer("syn-is-number-one", "counts the SYN as number 1", caughtBy: "handshake", saying: "expected rel_seq 0, got 1"),
        tracer(
            "ports-only", "looks for the connection by its ports, whatever the addresses", caughtBy: "interleaved", saying: "connection"),
        tracer("compared-without-modulo", "compares sequence numbers with >", caughtBy: "wrapping-numbers", saying: "connection"),
        tracer(
            "midstream-from-zero", "counts from 0 where there is no SYN", caughtBy: "midstream-numbers", saying: "expected rel_seq 1, got 0"
        ),
        tracer("crossing-syns-forgotten", "knows the handshake of figure 6 only", caughtBy: "both-ends-call", saying: "figure 7"),
        tracer("times-rounded-first", "rounds times before it subtracts them", caughtBy: "times", saying: "expected time_us 1, got 2"),
    ]

    private static let states = [
        tracer(
            "syn-ack-establishes-both", "takes the sender of a SYN,ACK for ESTABLISHED", caughtBy: "states-open",
            saying: "expected server_state", "SYN-RECEIVED"),
        tracer("time-wait-forgotten", "closes the end that closed first at once", caughtBy: "states-close", saying: "TIME-WAIT"),
        tracer(
            "last-ack-for-ever", "leaves the other end in LAST-ACK", caughtBy: "states-close", saying: "expected server_state", "CLOSED"),
        tracer(
            "fin-takes-no-number", "takes the ACK of the last byte for the ACK of the FIN", caughtBy: "states-crossing", saying: "CLOSING"),
        tracer("closing-forgotten", "knows no CLOSING", caughtBy: "states-crossing", saying: "CLOSING"),
        tracer("rst-ignored", "leaves the states as they are at an RST", caughtBy: "states-reset", saying: "CLOSED"),
        tracer("rst-closes-its-receiver-only", "closes only the end that takes the RST", caughtBy: "states-reset", saying: "CLOSED"),
        tracer(
            "reused-ports-merged", "takes everything between the same ports for one connection", caughtBy: "reused-ports",
            saying: "connection"),
        tracer("every-syn-is-new", "begins a connection with every new SYN", caughtBy: "reused-ports", saying: "connection"),
        tracer("closing-ends-closed", "goes from CLOSING to CLOSED", caughtBy: "random-states", saying: "TIME-WAIT"),
    ]

    private static let trouble = [
        tracer("half-open-forgotten", "calls a connection unanswered whose SYN,ACK was", caughtBy: "outcomes", saying: "half-open"),
        tracer("taken-back-is-refused", "calls a connection refused that its client gave up", caughtBy: "outcomes", saying: "unanswered"),
        tracer("syn-takes-no-number", "does not see that a SYN was sent again", caughtBy: "retransmissions", saying: "retransmission"),
        tracer("highest-number-only", "calls all below the highest number a retransmission", caughtBy: "gaps", saying: "out-of-order"),
        tracer("gaps-missed", "does not see that something is missing", caughtBy: "gaps", saying: "gap"),
        tracer("keep-alive-missed", "knows no keep-alives", caughtBy: "keep-alives", saying: "keep-alive"),
        tracer(
            "keep-alive-of-any-length", "takes whatever begins one below the next number for a keep-alive", caughtBy: "keep-alives",
            saying: "out-of-order"),
        tracer(
            "neighbours-kept-apart", "merges ranges of numbers that overlap, but not those that only touch", caughtBy: "gaps",
            saying: "span two segments", "retransmission"),
        tracer("zero-window-in-rst", "takes the window of an RST for one", caughtBy: "zero-windows", saying: "got \"zero-window\""),
        tracer(
            "every-same-ack-is-a-duplicate", "calls every repeated ACK a duplicate", caughtBy: "duplicate-acks", saying: "duplicate-ack"),
        tracer(
            "fin-counts-as-data", "counts a FIN as payload that is unacknowledged", caughtBy: "duplicate-acks",
            saying: "nothing but a FIN", "got \"duplicate-ack\""),
        tracer(
            "resent-data-is-the-last", "takes data that is sent again for the last that was sent", caughtBy: "duplicate-acks",
            saying: "duplicate-ack"),
        tracer(
            "syn-ack-opens-again", "opens a connection again when the SYN,ACK comes once more", caughtBy: "states-close",
            saying: "FIN-WAIT-1"),
        tracer("numbers-never-wrap", "keeps numbers as they are, below 2^32", caughtBy: "random-trouble", saying: "expected note"),
        tracer(
            "option-length-unread", "looks for the length of an option behind the end", caughtBy: "hostile-packets",
            saying: "was ended by signal"),
        tracer("last-line-forgotten", "does not say what was skipped", caughtBy: "ladder", saying: "nothing was skipped"),
        tracer(
            "no-word-about-the-picture", "goes on where the picture can't be written", caughtBy: "unwritable-picture",
            saying: "must end with exit code 1"),
        tracer("picture-with-a-bare-ampersand", "writes & into the picture as it is", caughtBy: "picture", saying: "not well-formed"),
    ]

    private static let tracerLive = [
        tracer("capture-after-connect", "opens the capture when it is connected", caughtBy: "demo", saying: "must begin with SYN"),
        tracer(
            "no-network-of-its-own", "gives up on capturing without the privilege", caughtBy: "demo-without-privilege",
            saying: "exit code 1"),
        tracer("stops-after-the-handshake", "stops capturing after three packets", caughtBy: "connect", saying: "close must be fin"),
        tracer(
            "refusal-not-traced", "shows nothing of a refused connection", caughtBy: "connect-refused",
            saying: "must trace its one connection"),
        tracer(
            "waits-for-the-server-for-ever", "waits until the server closes, however long that takes", caughtBy: "connect-silent",
            saying: "still running"),
        tracer("helpless-without-privilege", "fails where it may not capture", caughtBy: "without-privilege", saying: "exit code 1"),
        tracer("usage-exit-code", "ends with exit code 1 at wrong usage", caughtBy: "usage-errors", saying: "exit code 64", "exit code 1"),
        tracer("help-on-stderr", "prints its help on stderr", caughtBy: "help", saying: "on stdout"),
    ]
}
