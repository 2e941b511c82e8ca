extension Mistake {
    /// Lab 6: what any echo server can do wrong, and what only an event loop can.
    static let multiplexedServer = inherited + waiting + buffering + crowding + timing + sharing

    /// One of lab 2's mistakes for each of its checks that this lab makes, too. The others are caught there.
    private static let inherited: [Mistake] = {
        let own = ["default-port", "idle-while-not-reading"]
        var proved: Set<String> = []
        return echoServer.filter { !own.contains($0.check) && proved.insert($0.check).inserted }
            .map { Mistake(lab: 6, id: $0.id, title: $0.title, check: $0.check, words: $0.words) }
    }()

    private static func loop(_ id: String, _ title: String, caughtBy check: String, saying words: String...) -> Mistake {
        Mistake(lab: 6, id: id, title: title, check: check, words: words)
    }

    private static let waiting = [
        loop("wrong-default-port", "listens on lab 2's port", caughtBy: "default-port", saying: ":7006, not on"),
        loop(
            "spins-on-would-block", "tries to receive again and again", caughtBy: "still-while-silent", saying: "with one client",
            "does not wait"),
        loop(
            "always-asks-for-writable", "watches every socket for room, which there always is", caughtBy: "still-while-silent",
            saying: "does not wait"),
        loop(
            "one-token-for-all", "watches all connections under the same token", caughtBy: "silent-client",
            saying: "after another client was served", "got nothing back"),
        loop(
            "edge-reads-once", "is told by edge, and leaves the rest of a long message unread", caughtBy: "long-stream",
            saying: "sent 1,048,576 bytes, got back"),
    ]

    private static let buffering = [
        loop(
            "tries-again-at-once", "sends until everything is sent, while all others wait", caughtBy: "slow-client",
            saying: "does not read", "got nothing back"),
        loop(
            "max-buffer-ignored", "has a limit of its own, of 256 KiB", caughtBy: "max-buffer", saying: "no more than 4,096 bytes may wait",
            "grew by"),
        loop(
            "keeps-what-is-sent", "gives memory back only when nothing waits", caughtBy: "max-buffer", saying: "sent as fast as it read",
            "it keeps what it has sent"),
        loop("pauses-at-once", "stops reading as soon as anything waits", caughtBy: "max-buffer-used", saying: "it reads on until"),
        loop(
            "open-after-the-rest", "closes only if nothing waits when the client's end of stream comes", caughtBy: "half-close-unsent",
            saying: "has not closed its side"),
        loop(
            "never-reads-again", "asks for bytes again only when there is room for 64 KiB of them", caughtBy: "reads-again",
            saying: "with --max-buffer 1000", "stopped before"),
        loop(
            "asks-for-room-when-full", "asks for room to send only when it reads no more", caughtBy: "reads-again",
            saying: "less than may wait for it", "stopped before"),
        loop(
            "asks-while-paused", "asks for bytes that it does not want", caughtBy: "still-while-stuck", saying: "sent more than it reads",
            "does not wait"),
        loop(
            "asks-after-the-end", "asks for bytes after the end of the stream", caughtBy: "still-while-stuck",
            saying: "sent its end of stream", "does not wait"),
    ]

    private static let crowding = [
        loop(
            "usual-limit", "lives with the descriptors that the shell allows", caughtBy: "thousand-clients", saying: "with 1,000 clients",
            "got nothing back"),
        loop("thread-for-each", "starts a thread for each client all the same", caughtBy: "threads", saying: "with 300 it has"),
        loop(
            "buffer-for-each", "gives each client a buffer of 16 KiB for as long as it stays", caughtBy: "memory-per-client",
            saying: "1,024 is the limit"),
        loop("ticks", "looks around every millisecond", caughtBy: "still-in-a-crowd", saying: "with 300 clients", "was woken"),
    ]

    private static let timing = [
        loop("sweeps-every-second", "looks for idle clients once a second", caughtBy: "idle-exact", saying: "one after the other"),
        loop(
            "clock-only-when-quiet", "looks at the clock only when a wait has ended by its deadline", caughtBy: "idle-despite-others",
            saying: "while another one sent on and on"),
        loop(
            "time-outs-outlive-clients", "forgets to take the time-out back when a client leaves", caughtBy: "idle-of-the-next",
            saying: "had left by then"),
        loop(
            "paused-is-never-idle", "takes a client for which bytes wait for a busy one", caughtBy: "idle-while-not-reading",
            saying: "stopped reading and sending"),
        loop(
            "ticks-with-time-outs", "looks at its time-outs every millisecond", caughtBy: "still-with-time-outs",
            saying: "with --idle-timeout 30", "was woken"),
    ]

    private static let sharing = [
        loop(
            "empties-each-socket", "reads from a client until nothing more comes", caughtBy: "fair-in-a-flood",
            saying: "had still not answered the 5 bytes"),
        loop(
            "asks-at-the-limit", "watches the door though it lets nobody in", caughtBy: "still-at-the-limit",
            saying: "waits for a place", "does not wait"),
        loop(
            "never-answers-the-bell", "opens the door when the bell rings, and lets it ring on", caughtBy: "still-at-the-limit",
            saying: "after the first client has left", "does not wait"),
        loop(
            "forgets-who-was-paused", "ends without the bytes that wait for clients", caughtBy: "answers-who-was-paused",
            saying: "when SIGTERM came"),
        loop("loops-ignored", "has no use for --loops", caughtBy: "loops-share-clients", saying: "each loop runs on a thread of its own"),
        loop(
            "one-loop-takes-all", "starts all loops, and lets one have all clients", caughtBy: "loops-share-clients",
            saying: "with --loops 4"),
        loop(
            "limit-per-loop", "counts each loop's clients by themselves", caughtBy: "loops-share-the-limit",
            saying: "with --loops 4 --max-connections 3", "at a time"),
        loop(
            "rings-at-home-only", "tells nobody but its own loop that a place is free", caughtBy: "loops-share-the-limit",
            saying: "those that wait got nothing"),
        loop(
            "others-just-close", "lets only the first loop end in good order", caughtBy: "loops-stop", saying: "arrived when SIGTERM came"),
        loop(
            "ends-with-its-first-loop", "ends when its first loop has, and not when the last one has", caughtBy: "loops-stop",
            saying: "which another loop served", "then it read"),
        loop(
            "shares-the-port-with-anybody", "sets SO_REUSEPORT for the first socket, too", caughtBy: "loops-port-in-use",
            saying: "must end with an error"),
    ]
}
