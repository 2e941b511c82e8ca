/// The checks of lab 6, from step 5 on.
extension MultiplexedServer {
    static let silence: [Check] = [
        echo(
            "idle-timeout", 5,
            hints: [
                "The wait ends at a deadline, too. Whose?",
                "The client that has been silent longest is the next one to go: `poller.wait(until:)` its deadline.",
            ]),
        echo(
            "idle-from-the-start", 5,
            hints: [
                "When does the time begin for a client that never sends?",
                "A client stands in the idle list from its first moment, not from its first byte.",
            ]),
        echo(
            "idle-timer-restarts", 5,
            hints: [
                "The time-out is for silence, not for the length of the conversation.",
                "Each time that bytes have come, the client goes to the end of the list, with a new deadline.",
            ]),
        Check(
            "idle-exact", step: 5, "disconnects each of many clients at its own time", points: 3, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "Time-outs are exact to 100 ms. Do you look at the clock often enough, and at the right moment?",
                "Wait until the first deadline in the list, no longer and no shorter. Looking around once a second is too coarse.",
            ], SilenceChecks.exactness),
        Check(
            "idle-despite-others", step: 5, "disconnects a silent client while another one talks", points: 3, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "With a busy client, does the wait ever end by its deadline?",
                "Look at the idle list after every wait, however it ended.",
            ], SilenceChecks.despiteOthers),
        Check(
            "idle-of-the-next", step: 5, "does not hold a client's silence against the next one", points: 2, needs: ["idle-timeout"],
            startsProgram: true,
            hints: [
                "Who leaves takes the time-out along. The next client may have the same descriptor and the same place.",
                "Take a client out of the idle list when its connection closes.",
            ], SilenceChecks.nextClient),
        Check(
            "idle-while-not-reading", step: 5, "disconnects a client that neither sends nor reads", points: 2,
            needs: ["idle-timeout", "short-writes"], startsProgram: true,
            hints: [
                "A client for which bytes wait can be idle, too.",
                "Every connection stands in the idle list, whatever it waits for; only bytes from the client move it.",
            ], SilenceChecks.notReading),
        Check(
            "still-with-time-outs", step: 5, "is not woken before a time-out is due", points: 2,
            needs: ["still-in-a-crowd", "idle-timeout"],
            startsProgram: true,
            hints: [
                "A clock that ticks for every client, or every millisecond, costs processor time though nothing happens.",
                "One deadline at a time: that of the first in the list. Sleep until then.",
            ], StillnessChecks.timeouts),
    ]

    static let fairness: [Check] = [
        echo(
            "out-of-descriptors", 6,
            hints: [
                "accept fails with EMFILE, and the client stays in the queue: the listening socket stays readable.",
                "Ask nothing of the listening socket (`poller.change(..., [])`) until one of yours has left, or a second has passed.",
            ]),
        echo(
            "max-connections", 6,
            hints: [
                "A client that you don't accept waits in the kernel's queue, connected but unserved.",
                "At the limit, ask nothing of the listening socket until somebody has left; otherwise it is ready all the time.",
            ]),
        echo(
            "places-come-free", 6,
            hints: [
                "Each client that leaves makes room, however it leaves.",
                "Give the place back in `drop`, the one way out of the slab.",
            ]),
        Check(
            "still-at-the-limit", step: 6, "uses no processor time while a client waits for a place", points: 2,
            needs: ["max-connections", "still-while-silent"], startsProgram: true,
            hints: [
                "The listening socket is readable as long as somebody waits there. Who asks?",
                "Ask nothing of it while there is no place: `closeDoor()`; and open it again when somebody leaves. The bell is readable until `answer()`.",
            ], StillnessChecks.waitingClient),
        Check(
            "fair-in-a-flood", step: 6, "does not let those who send a lot keep the others waiting", points: 4,
            needs: ["out-of-descriptors", "slow-client"], startsProgram: true,
            hints: [
                "Who reads until nothing more comes reads for ever if it comes fast enough.",
                "One piece for each client that is ready, then the next client. The poller says again what is left.",
            ], FairnessChecks.flood),
    ]

    static let stopping: [Check] = [
        echo(
            "stops-on-signals", 7,
            hints: [
                "`termination.descriptor` becomes readable when the signal has come. Who waits for it?",
                "Watch it with the poller, under a token of its own, and leave the loop when everybody has been served.",
            ]),
        echo(
            "stops-with-silent-clients", 7,
            hints: [
                "A client that has nothing more to get can be told so at once: shutdown(2).",
                "`finish()` for every connection in the slab; whoever is owed nothing leaves.",
            ]),
        echo(
            "answers-what-has-arrived", 7,
            hints: [
                "The signal and the bytes may both be there when you look. What had arrived by then?",
                "`unreadBytes()` says how much lies in the socket. Receive and echo that much, then shut down, and let the client close first.",
            ]),
        Check(
            "answers-who-was-paused", step: 7, "answers clients that it had stopped reading from", points: 3,
            needs: ["stops-on-signals", "short-writes"], startsProgram: true,
            hints: [
                "Bytes wait in your buffer and in the socket. Both had arrived.",
                "A connection leaves when nothing is owed *and* nothing waits; until then it goes on as before.",
            ], LoopChecks.pausedClient),
        echo(
            "stops-despite-stubborn-clients", 7,
            hints: [
                "One client never reads, another never stops. Two seconds is all they get.",
                "Set the deadline when the signal comes, let `poller.wait` end by it, and return all the same.",
            ]),
        echo("stops-accepting", 7), echo("restarts", 7),
        echo(
            "port-in-use", 7,
            hints: [
                "`error: bind 127.0.0.1:7006: Address already in use (EADDRINUSE)`, exit code 1: operation, address, text, number.",
                "Let the SocketError of bind reach `runProgram`; it prints itself. With one loop, don't set `reusePort`.",
            ]),
        echo("foreign-address", 7),
    ]

    static let loops: [Check] = [
        Check(
            "loops-share-clients", step: 8, "shares its clients out among --loops threads", points: 4, needs: ["many-clients"],
            startsProgram: true,
            hints: [
                "One listening socket for each loop, all bound to one address: SO_REUSEPORT in socket(7).",
                "A thread for each further loop, with a poller and a slab of its own. They share nothing that a message needs.",
            ], LoopChecks.spread),
        Check(
            "loops-share-the-limit", step: 8, "counts --max-connections over all loops", points: 3,
            needs: ["max-connections", "loops-share-clients"], startsProgram: true,
            hints: [
                "A client may leave one loop while the next one waits at another.",
                "One count for all, behind a lock, and a bell for each loop that waits: whoever gives a place back rings for all.",
            ], LoopChecks.limit),
        Check(
            "loops-stop", step: 8, "answers what had arrived in every loop before it ends", points: 3,
            needs: ["answers-who-was-paused", "loops-share-clients"], startsProgram: true,
            hints: [
                "The signal stays pending: every loop that watches `termination.descriptor` sees it.",
                "Wait for the other loops before the program ends.",
            ], LoopChecks.stopping),
        Check(
            "loops-port-in-use", step: 8, "reports a port in use with several loops, too", points: 2,
            needs: ["port-in-use", "loops-share-clients"], startsProgram: true,
            hints: [
                "SO_REUSEPORT lets any program of the same user share the port, also one that was started by mistake.",
                "Bind the first socket without the option, and set it afterwards, before the others are bound.",
            ], LoopChecks.portInUse),
    ]
}
