// The checks of steps 6 and 7, in the order in which they are shown.
extension Lab {
    static let resending: [Check] = [
        Check(
            "timeouts", step: 6, "sends again what is not answered in time", points: 4, needs: ["json"], startsProgram: true,
            hints: [
                "Each datagram has a time-out of its own, counted from when it was last sent.",
                "All time-outs are equally long, so they expire in the order of sending: look at the first transmission that is still open.",
            ], PacingChecks.steadily(ResendingChecks.timeouts)),
        Check(
            "resent-datagram", step: 6, "sends it with the same sequence and filler, and a fresh timestamp", points: 2, needs: ["timeouts"],
            startsProgram: true,
            hints: [
                "What goes out again is the same datagram, but for the time of sending.",
                "`add(sequence)` makes a datagram with the time now. Use it for the second transmission as well.",
            ], PacingChecks.steadily(ResendingChecks.resentDatagram)),
        Check(
            "retry-limit", step: 6, "sends nothing more often than --retries says", points: 2, needs: ["timeouts"], startsProgram: true,
            hints: [
                "--retries 3 means four transmissions at most.",
                "Count the retries of each datagram on its own; and wait for the reply to the last one, too.",
            ], ResendingChecks.limit),
        Check(
            "others-go-on", step: 6, "goes on with the series meanwhile", points: 3, needs: ["timeouts"], startsProgram: true,
            hints: [
                "One datagram that is never answered must not hold up the others, nor wait for the end of the series.",
                "The next moment is whichever comes first: the next datagram's time, or the next expiry.",
            ], PacingChecks.steadily(ResendingChecks.othersGoOn)),
        Check(
            "any-transmission", step: 6, "takes a reply to any transmission of a datagram", points: 3, needs: ["timeouts"],
            startsProgram: true,
            hints: [
                "The reply to the first transmission may come after the second was sent. It has the first one's timestamp.",
                "Remember when and with which timestamp each transmission was sent. The timestamp in the reply says which one it answers.",
            ], PacingChecks.steadily(ResendingChecks.anyTransmission)),
        Check(
            "resent-round-trip", step: 6, "measures from the transmission that was answered", points: 2, needs: ["timeouts"],
            startsProgram: true,
            hints: [
                "A reply at once to the second transmission was no slow reply to the first.",
                "Take the time from the transmission whose timestamp is in the reply (TCP can't tell: Karn's algorithm).",
            ], PacingChecks.steadily(ResendingChecks.roundTripOfResent)),
        Check(
            "late-copy", step: 6, "counts the reply to another transmission as a duplicate", points: 1, needs: ["timeouts"],
            startsProgram: true,
            hints: [
                "Both transmissions can be answered. How many datagrams were received?",
                "What is answered is answered: every further reply, to whichever transmission, is a duplicate.",
            ], ResendingChecks.lateCopy),
        Check(
            "nack", step: 6, "sends at once what a NACK asks for", points: 3, needs: ["timeouts"], startsProgram: true,
            hints: [
                "`NACK`, then one or more sequence numbers of 4 bytes, big-endian. There can be several in one datagram.",
                "`isRequest` and `requestedSequences` tell what is asked for; `sendAgain` puts it on the list of what is due now.",
            ], PacingChecks.steadily(ResendingChecks.nack)),
        Check(
            "nack-limit", step: 6, "counts a NACK as one of the retries", points: 2, needs: ["nack"], startsProgram: true,
            hints: [
                "Whoever asks for ever must not be answered for ever.",
                "Time-outs and NACKs go through the same function, which looks at the retries left.",
            ], ResendingChecks.nackLimit),
        Check(
            "nack-timeout", step: 6, "counts the time-out anew after a NACK", points: 1, needs: ["nack"], startsProgram: true,
            hints: [
                "Every transmission of a datagram starts its time-out again, whatever caused it.",
                "Only the latest transmission of a datagram (`entries[...].latest`) can expire; pass over those before it.",
            ], PacingChecks.steadily(ResendingChecks.nackTimeout)),
        Check(
            "long-nack", step: 6, "sends all that a long NACK asks for", points: 1, needs: ["nack"], startsProgram: true,
            hints: [
                "A NACK can ask for more datagrams than go out together.",
                "Add what fits into a batch, send it, remove as many from the list; the others are due at once.",
            ], ResendingChecks.longNack),
        Check(
            "needless-nack", step: 6, "sends neither what was answered nor what was never sent", points: 2, needs: ["nack"],
            startsProgram: true,
            hints: [
                "The numbers in a NACK come from outside, and may be anything.",
                "Leave out those that are unknown before you look them up, and those that are answered before you send.",
            ], ResendingChecks.needlessNack),
        Check(
            "broken-nack", step: 6, "ignores a NACK that asks for nothing", points: 1, needs: ["nack"], startsProgram: true,
            hints: [
                "Four letters alone are no request; neither are bytes that make no whole number.",
                "At least 8 bytes, a multiple of 4, and one known number at least; else count it as ignored.",
            ], ResendingChecks.brokenNack),
        Check(
            "seeded-retries", step: 6, "keeps its books while it repairs a network with every fault", points: 3, needs: ["nack"],
            startsProgram: true,
            hints: [
                "Altered replies to first transmissions, copies of second ones, NACKs for what is answered meanwhile.",
                "`retransmitted` counts datagrams that went out, not those that were wished for.",
            ], ResendingChecks.seededFaults),
    ]

    static let errors: [Check] = [
        Check(
            "refused", step: 7, "reports a port where nobody listens", points: 3, needs: ["json"], startsProgram: true,
            hints: [
                "The kernel gets an ICMP message, and hands it to the next call on the socket, if that is connected.",
                "Wait for the socket even after the last datagram, and let the error of `receive` through; say `send HOST:PORT` in its place.",
            ], ErrorChecks.refused),
        Check(
            "stops-listening", step: 7, "prints the summary when the peer goes away", points: 2, needs: ["refused"], startsProgram: true,
            hints: [
                "What was measured until then is worth something.",
                "Keep the ledger when `run` throws: the summary first, then the error.",
            ], ErrorChecks.stopsListening),
        Check(
            "host-name", step: 7, "takes a host name, and tries its addresses in turn", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "localhost may be ::1 and 127.0.0.1. If nobody listens at the first, the next may answer.",
                "`settings.endpoint.resolve()` gives all addresses. An error before the first reply belongs to one address only.",
            ], ErrorChecks.hostName),
        Check(
            "unresolvable", step: 7, "reports a host that has no address", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "The resolver's error is an error like any other: one line on stderr, exit code 1.",
                "`resolve()` throws what is to be said. Don't catch it, or report it as it is.",
            ], ErrorChecks.unresolvable),
        Check(
            "too-large", step: 7, "sends 65,507 bytes, and refuses to try more", points: 1, needs: ["json"], startsProgram: true,
            hints: [
                "65,535 bytes are the longest IPv4 packet; 20 are the IP header, 8 the UDP header.",
                "The given main.swift checks --size. What comes back is as large: is your buffer?",
            ], ErrorChecks.tooLarge),
    ]
}
