extension Lab {
    /// Lab 3: numbered datagrams to a reflector, and what the network did to them.
    static let udpSender = Lab(
        number: 3, name: "udp-sender", title: "UDP sender",
        summary: "A program that sends numbered datagrams to a reflector, and measures what the network did to them.",
        files: ["Message.swift", "Ledger.swift", "UDPSender.swift"],
        steps: [
            Step(number: 1, title: "Send one datagram"),
            Step(number: 2, title: "Write the header in network byte order"),
            Step(number: 3, title: "Pace a series"),
            Step(number: 4, title: "Receive, match and measure"),
            Step(number: 5, title: "Measure round trips and jitter"),
            Step(number: 6, title: "Send again"),
            Step(number: 7, title: "Report errors"),
        ],
        checks: sending + pacing + matching + ending + timing + resending + errors)

    private static let sending: [Check] = [
        Check(
            "one-datagram", step: 1, "sends a datagram", points: 3, startsProgram: true,
            hints: [
                "socket, connect, send: three calls, and a datagram is on its way. To connect a UDP socket sends nothing.",
                "Make the socket in `open`, put the datagram into the batch in `add`, and send the batch in `sendBatch`.",
            ], SendingChecks.oneDatagram),
        Check(
            "size", step: 1, "sends as many bytes as --size says", points: 2, needs: ["one-datagram"], startsProgram: true,
            hints: [
                "The header counts: --size is the size of the whole datagram.",
                "A datagram goes out in one piece, up to 65,507 bytes. The template has the right size already; send all of it.",
            ], SendingChecks.size),
        Check(
            "ipv6", step: 1, "sends to an IPv6 address", points: 1, needs: ["one-datagram"], startsProgram: true,
            hints: [
                "A socket is made for one family of addresses. Which one does ::1 need?",
                "`Socket(.datagram, peer.family)`.",
            ], SendingChecks.ipv6),
        Check(
            "help", step: 1, "prints its usage with --help", points: 1, needs: ["one-datagram"], startsProgram: true,
            hints: [
                "On stdout, and exit code 0.",
                "The given main.swift does it. In a program of your own: look for --help before anything else.",
            ], SendingChecks.help),
        Check(
            "usage-errors", step: 1, "refuses a command line that it can't follow", points: 2, needs: ["one-datagram"], startsProgram: true,
            hints: [
                "One line `error: ...` that names the option and the value, then a usage line, both on stderr; exit code 64.",
                "The given main.swift does it all. In a program of your own: check every value before you open a socket.",
            ],
            ListeningChecks.usageErrors(
                [
                    [], ["127.0.0.1:7003", "127.0.0.1:7003"], ["127.0.0.1"], ["127.0.0.1:65536"], ["::1:7003"],
                    ["127.0.0.1:7003", "--bogus"],
                    ["127.0.0.1:7003", "--count"], ["--count", "0"], ["--count", "1000001"], ["--count", "ten"], ["--count=-1"],
                    ["--count="],
                    ["--size", "11"], ["--size=many"], ["--interval", "-1"], ["--interval", "nan"], ["--interval", "inf"],
                    ["--interval", "soon"], ["--timeout=-1"], ["--timeout", "inf"], ["--retries", "-1"], ["--retries", "1.5"],
                ].map { $0.first?.hasPrefix("--") == true ? ["127.0.0.1:7003"] + $0 : $0 })),
        Check(
            "sequence-from-zero", step: 2, "numbers its datagrams from 0", points: 2, needs: ["one-datagram"], startsProgram: true,
            hints: [
                "The sequence number is the first thing in a datagram, in 4 bytes.",
                "`Header.write(to:)`: byte k of the sequence is `sequence >> (24 - 8 * k)`, truncated to 8 bits. `add` makes a `Header` and has it written.",
            ], SendingChecks.sequenceFromZero),
        Check(
            "timestamp", step: 2, "writes the time of sending, in network byte order", points: 4, needs: ["one-datagram"],
            startsProgram: true,
            hints: [
                "8 bytes, right behind the sequence number, the most significant byte first.",
                "Don't copy a struct or a number from memory: this machine stores the lowest byte first, and adds padding. Shift.",
            ], SendingChecks.timestamp),
    ]

    private static let pacing: [Check] = [
        Check(
            "series", step: 3, "sends --count datagrams, numbered one by one", points: 3, needs: ["sequence-from-zero"],
            startsProgram: true,
            hints: [
                "From 0 to count - 1, each once. Is the batch empty again after it was sent?",
                "All four bytes of the number count: 256 is 00 00 01 00.",
            ], PacingChecks.series),
        Check(
            "defaults", step: 3, "sends 10 datagrams of 64 bytes, 100 ms apart, without options", points: 1, needs: ["series"],
            startsProgram: true,
            hints: [
                "The given main.swift has the defaults. Does your code use the settings, or numbers of its own?",
                "`settings.count`, `settings.size`, `settings.interval`.",
            ], PacingChecks.steadily(PacingChecks.defaults)),
        Check(
            "pace", step: 3, "keeps the interval", points: 3, needs: ["series"], startsProgram: true,
            hints: [
                "Datagram k is due at k x interval after the start of the series.",
                "Send those that are due now; then wait, but no longer than until the next one is due.",
            ], PacingChecks.steadily(PacingChecks.pace)),
        Check(
            "fractions", step: 3, "keeps an interval of half a millisecond", points: 1, needs: ["pace"], startsProgram: true,
            hints: [
                "`--interval 0.5` is a number with a fraction: neither 0 nor 1.",
                "Count in nanoseconds, and multiply before you round.",
            ], PacingChecks.steadily(PacingChecks.fractions)),
        Check(
            "zero-interval", step: 3, "sends without pause with --interval 0", points: 1, needs: ["series"], startsProgram: true,
            hints: [
                "0 is an interval like any other: all datagrams are due at once.",
                "Don't take 0 for \"not given\", and don't wait at all when something is due.",
            ], PacingChecks.steadily(PacingChecks.zeroInterval)),
        Check(
            "fresh-timestamps", step: 3, "gives each datagram the time of its own sending", points: 2, needs: ["series"],
            startsProgram: true,
            hints: [
                "The timestamp is when this datagram was sent, not when the series began.",
                "Ask the clock in `add`, once for each datagram.",
            ], PacingChecks.steadily(PacingChecks.freshTimestamps)),
        Check(
            "pace-without-replies", step: 3, "does not wait for replies before it sends on", points: 3, needs: ["series"],
            startsProgram: true,
            hints: [
                "The schedule does not know of replies. What does your program do between two datagrams?",
                "Wait for a reply or for the next datagram's time, whichever comes first: poll with a deadline.",
            ], PacingChecks.steadily(PacingChecks.unansweredPace)),
        Check(
            "lateness", step: 3, "is on time again after it was held up", points: 3, needs: ["pace"], startsProgram: true,
            hints: [
                "Who waits for the interval after each sending adds up all that he is late.",
                "Compute each datagram's time from the start of the series, not from the datagram before. If several are due, send them all.",
            ], PacingChecks.steadily(PacingChecks.lateness)),
    ]
}
