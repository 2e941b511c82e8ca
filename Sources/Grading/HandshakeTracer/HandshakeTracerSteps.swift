// The checks of lab 1's later steps: connections rather than single segments.
extension Lab {
    static let connections: [Check] = [
        Check(
            "handshake", step: 4, "follows a connection: who calls whom, relative numbers, the handshake's time", points: 4,
            needs: ["tcp-fields"],
            hints: [
                "A connection is two addresses and two ports, whichever way a segment goes. The client is who sent the first SYN.",
                "Relative numbers: minus the number of that direction's SYN, modulo 2^32 (`&-`). The handshake ends with the ACK of both SYNs.",
            ], ConnectionChecks.handshake),
        Check(
            "interleaved", step: 4, "tells connections apart that go on at the same time", points: 3,
            needs: ["handshake", "ipv6-segments"],
            hints: [
                "Two connections may have the same ports, or the same addresses, or the same of each the other way round.",
                "Look up by source and destination, address and port of both; put each connection into the table for both directions.",
            ], ConnectionChecks.interleaved),
        Check(
            "wrapping-numbers", step: 4, "copes with numbers that start again after 4,294,967,295", points: 3, needs: ["handshake"],
            hints: [
                "`a > b` says nothing about sequence numbers: 5 comes after 4,294,967,290.",
                "Subtract modulo 2^32 and look at the difference as a signed number: `Int32(bitPattern: a &- b) > 0`.",
            ], ConnectionChecks.wrapping),
        Check(
            "midstream-numbers", step: 4, "counts from 1 where the capture has no SYN", points: 2, needs: ["handshake"],
            hints: [
                "Without its SYN, nobody knows an end's first number. The first segment seen is taken for number 1.",
                "The initial number is one below the first that is seen: `sequence &- 1`.",
            ], ConnectionChecks.midstreamNumbers),
        Check(
            "both-ends-call", step: 4, "recognizes a handshake in which both ends call at the same time", points: 2, needs: ["handshake"],
            hints: [
                "Figure 7 of RFC 9293: two SYNs cross, and each is answered by a SYN,ACK.",
                "The handshake is complete once both SYNs are acknowledged, whoever sent what first.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "figure 7: simultaneous open", "simultaneous open that nobody acknowledges",
                    "a SYN,ACK of the wrong number opens nothing",
                ],
                step: 4)),
        Check(
            "times", step: 4, "tells times in whole microseconds, rounded down, from captures of any resolution", points: 2,
            needs: ["handshake", "pcapng-files"],
            hints: [
                "`time_us` counts from the connection's first segment. 1.9 µs are 1.",
                "Subtract first, round then. pcapng's option if_tsresol says how many ticks make a second: 10^n or 2^n.",
            ], ConnectionChecks.times),
    ]

    static let states: [Check] = [
        Check(
            "states-open", step: 5, "follows both ends through the opening", points: 3, needs: ["handshake", "both-ends-call"],
            hints: [
                "The row shows where both ends stand after the segment has left its sender and been taken by its receiver.",
                "A SYN,ACK makes its receiver ESTABLISHED; its sender is so only when the ACK has come. Two SYNs: both are SYN-RECEIVED.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "figure 6: three-way handshake", "figure 7: simultaneous open", "simultaneous open that nobody acknowledges",
                    "a SYN with data, and data with the ACK of the handshake", "half-open, the SYN,ACK sent again",
                    "a SYN,ACK of the wrong number opens nothing", "unanswered", "an answer that the capture does not show",
                    "the capture begins with the SYN,ACK", "midstream",
                ], step: 5)),
        Check(
            "states-close", step: 5, "follows both ends through the close, whoever begins it", points: 4, needs: ["states-open"],
            hints: [
                "Figure 12 of RFC 9293. A FIN takes a sequence number of its own, and is acknowledged like a byte.",
                "Sender of a FIN: ESTABLISHED to FIN-WAIT-1, CLOSE-WAIT to LAST-ACK. Its receiver: ESTABLISHED to CLOSE-WAIT, FIN-WAIT-2 to TIME-WAIT.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "figure 12: normal close", "the server closes first, in three segments", "one FIN, acknowledged",
                    "both FINs, the second not acknowledged", "a FIN before the server knows that it is established",
                    "midstream, closed", "the SYN,ACK comes again after a FIN",
                ], step: 5)),
        Check(
            "states-crossing", step: 5, "follows both ends when both close at the same time", points: 2, needs: ["states-close"],
            hints: [
                "Figure 13 of RFC 9293: a FIN that does not acknowledge the other one has crossed it.",
                "FIN-WAIT-1 that takes a FIN goes to CLOSING, not to TIME-WAIT; the ACK of its own FIN takes it there.",
            ],
            ConnectionChecks.scenarios(Scenario.closings.filter { $0.name.contains("figure 13") }, step: 5)),
        Check(
            "states-reset", step: 5, "closes both ends at a reset, at every point", points: 3, needs: ["states-close"],
            hints: [
                "An RST leaves both ends CLOSED. What comes after it changes nothing, except a new SYN.",
                "`close` is reset only if the RST came before both FINs were acknowledged.",
            ],
            ConnectionChecks.scenarios(
                Scenario.all.filter { $0.name.contains("reset") || $0.name.contains("RST") || $0.name.hasPrefix("refused three") },
                step: 5)),
        Check(
            "reused-ports", step: 5, "starts a new connection at a new SYN after a close, and at no other", points: 2,
            needs: ["states-close", "states-reset"],
            hints: [
                "Ports are used again. A SYN with a new number, after a close, is another connection; the same number is the same SYN again.",
                "`isFollowed` needs `hasEnded`: both FINs acknowledged, or both ends closed by an RST. Either end may be the new client.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "the same addresses and ports again, from the other end", "a SYN without a close before it starts nothing new",
                    "refused, then a new number", "refused three times with the same number",
                ], step: 5)),
        Check(
            "random-states", step: 5, "follows connections made at random, in every way there is", points: 3,
            needs: ["states-crossing", "states-reset", "interleaved"],
            hints: [
                "The ladder in the message is how it should be; the row with > is the first that differs.",
                "Go through the rules with that row: what does its ACK mean to its receiver? Then: does it have a FIN, and what does that mean to both?",
            ], ConnectionChecks.states),
    ]

    static let troubles: [Check] = [
        Check(
            "outcomes", step: 6, "says how each connection came about, or did not", points: 4, needs: ["states-reset"],
            hints: [
                "In this order: the handshake is complete; the capture begins without a SYN; a SYN,ACK was seen; an RST answers; nothing answers.",
                "An RST by the client takes its own SYN back; that is no refusal.",
            ],
            ConnectionChecks.scenarios(Scenario.openings, step: 6, readsNotes: false)),
        Check(
            "retransmissions", step: 6, "recognizes what was sent before", points: 3, needs: ["outcomes"],
            hints: [
                "Keep which numbers have been seen, not only the highest: a piece in the middle may be missing.",
                "All of a segment's numbers (payload, SYN, FIN) are in what was seen: a retransmission. Some are: out-of-order.",
                "The SYN,ACK of a simultaneous open (figure 7) has the number of a SYN that was seen, and yet it is new: `hasSentSYNACK`.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "figure 7: simultaneous open", "retransmission, whole and in part", "half-open, the SYN,ACK sent again", "unanswered",
                    "numbers around 2^32",
                    "the last ACK is lost: the FIN comes again",
                ], step: 6)),
        Check(
            "gaps", step: 6, "recognizes gaps, and what fills them", points: 3, needs: ["retransmissions"],
            hints: [
                "Beyond the next expected number is a gap. What then comes from below is new, and out of order: no retransmission.",
                "Merge the ranges that touch; the next expected number is the one after the highest seen.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "gap, then what was missing, then that again", "retransmissions that span two segments",
                    "a gap before an empty segment",
                ], step: 6)),
        Check(
            "keep-alives", step: 6, "tells keep-alives from retransmissions", points: 2, needs: ["retransmissions"],
            hints: [
                "A keep-alive starts one below the next expected number, to provoke an answer, with no byte or one.",
                "It goes before all other notes; a SYN, FIN or RST is none.",
            ],
            ConnectionChecks.scenarios(named: ["keep-alive, empty and with a byte"], step: 6)),
        Check(
            "zero-windows", step: 6, "notes windows that are closed", points: 2, needs: ["retransmissions"],
            hints: [
                "Window 0 says: send no more for now. An RST has no window to speak of.",
                "Only without SYN, FIN and RST.",
            ],
            ConnectionChecks.scenarios(named: ["zero window, and the probe of it"], step: 6)),
        Check(
            "duplicate-acks", step: 6, "notes duplicate acknowledgments", points: 3, needs: ["gaps"],
            hints: [
                "Nothing but an ACK, the same number and the same window as this end's last segment: and something must be missing.",
                "The other end has sent payload beyond that number. An ACK with data, or with another window, is no duplicate.",
            ],
            ConnectionChecks.scenarios(
                named: [
                    "duplicate acknowledgments", "duplicate acknowledgments while data is sent again",
                    "duplicate acknowledgments of all but a byte", "nothing but a FIN is unacknowledged",
                ], step: 6)),
        Check(
            "random-trouble", step: 6, "makes no mistake in conversations made at random, in which everything goes wrong", points: 4,
            needs: ["gaps", "keep-alives", "zero-windows", "duplicate-acks", "random-states", "wrapping-numbers"],
            hints: [
                "The ladder in the message shows what should be said of each segment; the row with > is the first that differs.",
                "The notes have an order: the first that fits counts. Look also at numbers that pass 2^32.",
            ], ConnectionChecks.everything),
        Check(
            "hostile-packets", step: 6, "takes 3,000 damaged packets without losing one", points: 2,
            needs: ["broken-options", "extension-headers", "outcomes"],
            hints: [
                "Each packet is a segment, or is counted as skipped. None may stop the program.",
                "A crash is an index past the end: compare with what was captured before every read.",
            ], ConnectionChecks.hostile),
        Check(
            "ladder", step: 6, "draws a ladder in text", points: 2, needs: ["outcomes", "zero-windows"],
            hints: [
                "Each segment has a line: its time, flags, relative numbers, options, and the states of both ends.",
                "Behind the segments comes a line with the outcome and the time of the handshake; the very last line counts what was skipped.",
            ], LadderChecks.ladder),
        Check(
            "picture", step: 6, "draws the same ladder as SVG", points: 1, needs: ["ladder"],
            hints: [
                "`--svg FILE` writes a picture next to what is printed. It must be well-formed XML.",
                "The numbers stand in <text> elements; & and < must be written as entities.",
            ], LadderChecks.picture),
        Check(
            "unwritable-picture", step: 6, "says so when the picture can't be written", points: 1, needs: ["picture"],
            hints: [
                "A file that can't be opened is an error that ends the program: with which exit code?",
                "One line on stderr: `error: open FILE: TEXT (ERRNO)`, and exit code 1.",
            ], LadderChecks.unwritablePicture),
    ]

    static let live: [Check] = [
        Check(
            "demo", step: 7, "captures and traces a connection of its own making", points: 4, needs: ["outcomes"], startsProgram: true,
            hints: [
                "A capture sees nothing of what was before it.",
                "Open the `LiveCapture`, then make the socket, bind it, remember its port in `trace.ownPort`, and only then connect.",
            ], LiveChecks.demo),
        Check(
            "demo-without-privilege", step: 7, "captures in a network of its own where it lacks the privilege", points: 1,
            needs: ["demo"], startsProgram: true,
            hints: [
                "In a user and network namespace of its own, a process may capture its own loopback interface: user_namespaces(7).",
                "`PrivateNetwork.enter()` before the first thread, and before the first socket.",
            ], LiveChecks.demoWithoutPrivilege),
        Check(
            "connect", step: 7, "traces its connection to a server, from the first segment to the last", points: 4, needs: ["demo"],
            startsProgram: true,
            hints: [
                "After the socket is closed, its last segments may still be on their way to you.",
                "Read the capture until the connection is over (`trace.isOver`), or nothing has come for a second.",
            ], LiveChecks.connect),
        Check(
            "connect-refused", step: 7, "traces a connection that is refused, and says so", points: 2, needs: ["demo"], startsProgram: true,
            hints: [
                "The trace comes first; then `error: connect HOST:PORT: Connection refused (ECONNREFUSED)`, exit code 1.",
                "Keep the error of `connect`, read the capture all the same, and return the error at the end.",
            ], LiveChecks.refused),
        Check(
            "connect-silent", step: 7, "gives up on a server that never closes", points: 1, needs: ["connect"], startsProgram: true,
            hints: [
                "Some servers never say goodbye.",
                "Wait with a deadline; what has been captured by then is shown.",
            ], LiveChecks.silentServer),
        Check(
            "without-privilege", step: 7, "shows the kernel's own account where it may not capture", points: 1, needs: ["outcomes"],
            startsProgram: true,
            hints: [
                "Without CAP_NET_RAW it says so in a line on stderr, shows TCP_INFO, and ends with exit code 0.",
                "`LiveCapture.isPermitted` tells before you try.",
            ], LiveChecks.withoutPrivilege),
    ]
}
