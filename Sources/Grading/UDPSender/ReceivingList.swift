// The checks of step 4, in the order in which they are shown.
extension Lab {
    static let matching: [Check] = [
        Check(
            "reply-lines", step: 4, "prints a line for each reply", points: 3, needs: ["series"], startsProgram: true,
            hints: [
                "While you wait for the next datagram's time, replies come. Receive them.",
                "`receive` waits for the socket and the termination signals, `receiveBatch` takes in what has come. If replies are ignored: "
                    + "`recordSent` must have been told of each datagram, with the time that its timestamp was made from.",
            ], OutputChecks.replyLines),
        Check(
            "json", step: 4, "prints one JSON object with --json", points: 2, needs: ["reply-lines"], startsProgram: true,
            hints: [
                "One object at the end, with all keys of the page, and nothing else on stdout.",
                "`Summary.json` makes it. Don't print the lines of replies when `settings.json` is set.",
            ], OutputChecks.json),
        Check(
            "loss", step: 4, "counts what is lost", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "A datagram is lost if no reply has come by the end.",
                "Keep for each sequence number whether it has been answered.",
            ], MatchingChecks.loss),
        Check(
            "duplicates", step: 4, "counts a reply once, and further copies as duplicates", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "The network may deliver a datagram twice. Which of the two is the reply?",
                "The first reply to a sequence number counts as received; every other one is a duplicate, and nothing else.",
            ], MatchingChecks.duplicates),
        Check(
            "reordering", step: 4, "counts replies that others have overtaken", points: 3, needs: ["json"], startsProgram: true,
            hints: [
                "Replies 3 0 1 2: three of them came after one with a higher number.",
                "Compare with the highest sequence number answered so far, not with the latest. Copies are never reordered.",
            ], MatchingChecks.reordering),
        Check(
            "gaps", step: 4, "does not take gaps for reordering", points: 1, needs: ["json"], startsProgram: true,
            hints: [
                "After 2 comes 6: 3 to 5 are lost. Nothing has been overtaken.",
                "Only a first reply with a lower number than an earlier one is reordered.",
            ], MatchingChecks.gaps),
        Check(
            "altered", step: 4, "ignores what was altered on the way", points: 3, needs: ["json"], startsProgram: true,
            hints: [
                "A reply equals what was sent, in every byte. Which of them does your program look at?",
                "The sequence must be known, the timestamp the one that it was sent with, and the filler the same to the end.",
            ], MatchingChecks.altered),
        Check(
            "wrong-sizes", step: 4, "ignores what was cut short, emptied or made longer", points: 3, needs: ["json"], startsProgram: true,
            hints: [
                "A datagram can have any size, 0 too. That is no end of anything: UDP has none.",
                "Compare sizes before you read a header. A buffer as small as your datagrams cuts longer ones, so that they look right.",
            ], MatchingChecks.wrongSizes),
        Check(
            "unknown-sequences", step: 4, "ignores sequence numbers that it never sent", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "The number in a datagram comes from outside. What if it is 4,294,967,295?",
                "Look whether there is such an entry before you index an array with it.",
            ], MatchingChecks.unknownSequences),
        Check(
            "strangers", step: 4, "does not count datagrams from another sender", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "Anybody can send to your port. Who decides what your socket hears?",
                "A connected UDP socket gets datagrams from its peer only, and the others are not even counted.",
            ], MatchingChecks.strangers),
        Check(
            "seeded-faults", step: 4, "keeps its books in a network with every fault", points: 3, needs: ["json"], startsProgram: true,
            hints: [
                "All faults at once: copies of altered replies, late copies of overtaken ones.",
                "Each datagram that comes is exactly one of: first reply, duplicate, ignored.",
            ], MatchingChecks.seededFaults),
    ]

    static let ending: [Check] = [
        Check(
            "summary", step: 4, "prints the summary", points: 2, needs: ["reply-lines"], startsProgram: true,
            hints: [
                "First replies have a line, in the order of their arrival; copies and what is ignored have none.",
                "Lost is a share of what was sent, with one decimal: 3 of 7 are 42.9%.",
            ], OutputChecks.summary),
        Check(
            "no-reply", step: 4, "says so when no reply came at all", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "The summary, then an error on stderr, and exit code 1.",
                "`finish` does it, once your series ends.",
            ], OutputChecks.noReply),
        Check(
            "ends-when-answered", step: 4, "ends as soon as all are answered", points: 2, needs: ["reply-lines"], startsProgram: true,
            hints: [
                "When the last datagram has its reply, there is nothing to wait for.",
                "`nextMoment` returns nil when all are sent and `ledger.isAllAnswered`.",
            ], OutputChecks.endsWhenAnswered),
        Check(
            "waits-for-late", step: 4, "waits for late replies, counted from the last datagram", points: 2, needs: ["json"],
            startsProgram: true,
            hints: [
                "When does the time-out begin: with the series, or with the last datagram of it?",
                "`ledger.end` is the time-out after the last sending.",
            ], PacingChecks.steadily(OutputChecks.waitsForLate)),
        Check(
            "waits-for-timeout", step: 4, "gives up when the time-out has passed", points: 2, needs: ["reply-lines"], startsProgram: true,
            hints: [
                "A reply that has not come yet may still come, until --timeout has passed since the last datagram.",
                "`nextMoment` gives `ledger.end` as the moment to wait for, and nil after it.",
            ], PacingChecks.steadily(OutputChecks.waitsForTimeout)),
        Check(
            "interrupted", step: 4, "prints the summary so far at SIGINT", points: 2, needs: ["json"], startsProgram: true,
            hints: [
                "SIGINT kills a program that does not care for it.",
                "`termination.descriptor` becomes readable; wait for it beside the socket, and return false from `receive`.",
            ], OutputChecks.interrupted),
        Check(
            "stopped-and-continued", step: 4, "goes on after SIGSTOP and SIGCONT", points: 1, needs: ["json"], startsProgram: true,
            hints: [
                "A waiting call may return early with EINTR, and nothing was wrong.",
                "The package's calls try again by themselves. In a program of your own: EINTR means once more.",
            ], OutputChecks.stoppedAndContinued),
    ]
}
