/// The checks of lab 4's steps about what is wrong, what it costs, and who is silent: 4, 5 and 7.
enum BinaryCodecSteps {
    static let refusing: [Check] = [
        Check(
            "bad-magic", step: 4, "refuses a wrong magic", points: 3, needs: ["joined-frames"], startsProgram: true,
            hints: [
                "The first four bytes of every frame are CA FE BA BE. What else begins with them?",
                "`error: offset N: bad magic 0xDEADBEEF`: N is where this frame begins in the stream; eight digits, upper case. Exit code 65, and no search for the next frame.",
            ], RefusalChecks.magic),
        Check(
            "bad-version", step: 4, "refuses another version", points: 2, needs: ["joined-frames"], startsProgram: true,
            hints: [
                "What stands behind the version is only known for version 1.",
                "`error: offset N: unsupported version 2`, exit code 65.",
            ], RefusalChecks.version),
        Check(
            "magic-early", step: 4, "needs no fifth byte to refuse a magic", points: 2, needs: ["bad-magic", "split-anywhere"],
            startsProgram: true,
            hints: [
                "Whoever waits for the whole header waits for ever if no more comes.",
                "Judge the magic as soon as 4 bytes are there, before you ask whether there are 11.",
            ], RefusalChecks.magicEarly),
        Check(
            "version-early", step: 4, "judges the version as soon as its byte is there", points: 1,
            needs: ["bad-version", "split-anywhere"],
            startsProgram: true,
            hints: [
                "A header is judged field by field, as its bytes arrive.",
                "With 5 bytes the version is known.",
            ], RefusalChecks.versionEarly),
        Check(
            "truncated-header", step: 4, "says how much of a header there was at the end", points: 3, needs: ["joined-frames"],
            startsProgram: true,
            hints: [
                "A stream that ends within a frame is damaged: somebody was cut off. Between two frames it is not.",
                "At the end of the input, look at what is left: none is right, fewer than 11 is `truncated frame: K of 11 header bytes`.",
            ], RefusalChecks.truncatedHeader),
        Check(
            "truncated-payload", step: 4, "says how much of a payload there was at the end", points: 2, needs: ["truncated-header"],
            startsProgram: true,
            hints: [
                "The header has come, so the length is known.",
                "`truncated frame: 3 of 5 payload bytes`: what is left, less the 11 of the header. 0 of 5 is possible.",
            ], RefusalChecks.truncatedPayload),
        Check(
            "damaged-streams", step: 4, "finds the damage in random streams", points: 3, needs: ["joined-frames"], startsProgram: true,
            hints: [
                "A length that is wrong by one makes the next magic wrong: the error is where the decoder finds it, not where it was made.",
                "Judge in the order of the fields: magic, version, length. The first that is wrong is named, and the others say nothing.",
            ], RefusalChecks.damaged),
    ]

    static let bounding: [Check] = [
        Check(
            "standard-limit", step: 5, "takes 1,048,576 bytes of payload, and none that is longer", points: 3,
            needs: ["bad-magic", "long-frames"],
            startsProgram: true,
            hints: [
                "The limit itself is legal.",
                "`payload of 1048577 bytes exceeds the limit of 1048576`: compare with >, and print both numbers without commas.",
            ], MemoryChecks.standardLimit),
        Check(
            "limit-option", step: 5, "takes another limit from --max-payload", points: 3, needs: ["bad-magic", "long-frames"],
            startsProgram: true,
            hints: [
                "The limit is for each payload; 0 is a limit too, and lets empty payloads pass.",
                "Compare the header's length with `maxPayload`, not with a number of your own.",
            ], MemoryChecks.limitOption),
        Check(
            "claim", step: 5, "refuses a claim of 4 GiB before any of it has come", points: 4, needs: ["standard-limit"],
            startsProgram: true,
            hints: [
                "A length is a claim, and claims cost their sender nothing. What do they cost you?",
                "Judge the length as soon as it is there: before memory is taken, and before you wait for the payload. And it has 32 bits, without a sign.",
            ], MemoryChecks.claim),
        Check(
            "bounded-memory", step: 5, "needs no more memory for a long stream than for a short one", points: 4, needs: ["long-frames"],
            startsProgram: true,
            hints: [
                "What was decoded and printed is not needed any more.",
                "Before you append the next piece, drop what lies before the next frame. What stays is less than one frame.",
            ], MemoryChecks.boundedMemory),
    ]

    static let heartbeats: [Check] = [
        Check(
            "pings-when-silent", step: 7, "pings a client after --heartbeat seconds of silence", points: 4,
            needs: ["request", "ready-line"],
            startsProgram: true,
            hints: [
                "Who only waits for bytes does not see the time go by.",
                "Wait with a deadline, one interval after the client's last byte. If the deadline comes first, send a frame of type 3.",
            ], HeartbeatChecks.check { try $0.pings() }),
        Check(
            "disconnects-when-silent", step: 7, "disconnects a client after three times that", points: 4, needs: ["pings-when-silent"],
            startsProgram: true,
            hints: [
                "A ping of ours is no sign of life of the client's: it does not end the silence.",
                "Deadlines at one, two and three intervals after its last byte; each follows from the one before, so that delays don't add up.",
            ], HeartbeatChecks.check { try $0.disconnects() }),
        Check(
            "silent-from-the-start", step: 7, "counts the silence of a client that never said anything", points: 1,
            needs: ["pings-when-silent"], startsProgram: true,
            hints: [
                "When does the silence begin for a client that never sends?",
                "With its connection. The first deadline is set before the first byte.",
            ], HeartbeatChecks.check { try $0.fromTheStart() }),
        Check(
            "pongs-keep-alive", step: 7, "keeps a client that answers with pongs, and pings it again", points: 3,
            needs: ["pings-when-silent"],
            startsProgram: true,
            hints: [
                "A pong is ignored, but it was heard.",
                "Every byte from the client starts the silence anew: both the pings and the time to the end.",
            ], HeartbeatChecks.check { try $0.pongs() }),
        Check(
            "slow-is-not-silent", step: 7, "does not ping a client that sends a frame slowly", points: 2, needs: ["pings-when-silent"],
            startsProgram: true,
            hints: [
                "Silence is the time without a byte, not the time without a whole frame.",
                "Set the deadline anew whenever receive has returned bytes.",
            ], HeartbeatChecks.check { try $0.drip() }),
        Check(
            "own-clocks", step: 7, "has a clock for each client", points: 2, needs: ["pings-when-silent", "silent-client"],
            startsProgram: true,
            hints: [
                "One client's bytes say nothing about another.",
                "The deadline belongs to the session, not to the server.",
            ], HeartbeatChecks.check { try $0.ownClocks() }),
        Check(
            "no-heartbeat", step: 7, "pings nobody without --heartbeat", points: 1, needs: ["request"], startsProgram: true,
            hints: [
                "Without the option there are no heartbeats at all.",
                "If `settings.heartbeat` is nil, wait without a deadline.",
            ], HeartbeatChecks.notByDefault),
        Check(
            "pings-between-answers", step: 7, "puts no ping into the middle of an answer", points: 2,
            needs: ["pings-when-silent"],
            startsProgram: true,
            hints: [
                "An answer may be half sent when the time for a ping has come.",
                "A ping goes behind what waits to be sent, or is left out. It never overtakes the rest of a frame.",
            ], HeartbeatChecks.check { try $0.betweenAnswers() }),
        Check(
            "silent-and-not-reading", step: 7, "disconnects a client that neither reads nor sends", points: 2,
            needs: ["pings-when-silent"], startsProgram: true,
            hints: [
                "While you wait in send, nobody looks at the clock.",
                "Wait for room with the same deadlines as for bytes. `client.descriptor.setNonBlocking(true)` keeps `send` from waiting by itself.",
            ], HeartbeatChecks.check { try $0.notReading() }),
    ]
}
