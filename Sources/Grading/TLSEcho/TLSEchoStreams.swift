#if HAS_OPENSSL
    // The checks of lab 5, steps 2 to 4.
    extension TLSEchoSteps {
        static let echoing: [Check] = [
            Check(
                "echo-at-once", step: 2, "sends a message back as soon as it has come", points: 4, needs: ["handshake"],
                hints: [
                    "TLS carries bytes, as TCP does. What has come is all there is to wait for.",
                    "Receive first: the library may hold what came with the handshake. Only where `receive` says `wouldBlock`, wait for that.",
                ], overTLS(EchoChecks.atOnce)),
            Check(
                "unchanged", step: 2, "sends back exactly what came", points: 2, needs: ["echo-at-once"],
                hints: [
                    "Spaces and newlines are bytes like any other.", "Send as many bytes of the buffer as `receive` said, and no more.",
                ],
                overTLS(EchoChecks.unchanged)),
            Check(
                "quiet-output", step: 2, "writes nothing but the ready line to stdout", points: 1, needs: ["echo-at-once"],
                startsProgram: true,
                hints: ["Whoever starts the server reads its stdout.", "Use `report`, which writes to stderr."],
                overTLS(ListeningChecks.quietOutput)),
            Check(
                "second-message", step: 2, "goes on after the first message", points: 2, needs: ["echo-at-once"],
                hints: ["One receive gives one piece of the stream.", "Repeat until `receive` says `endOfStream`."],
                overTLS(EchoChecks.secondMessage)),
            Check(
                "binary-data", step: 2, "echoes any byte, NUL included", points: 2, needs: ["echo-at-once"],
                hints: ["Data is bytes, with a count.", "Never look for an end inside of the bytes."], overTLS(EchoChecks.binary)),
            Check(
                "large-record", step: 2, "echoes a record of the largest size", points: 2, needs: ["second-message"],
                hints: [
                    "A record holds up to 16,384 bytes. What if your buffer is smaller, or your send takes only a part?",
                    "Send again what `send` has not taken; receive again before you wait for the socket.",
                ], RecordChecks.large),
            Check(
                "joined-records", step: 2, "sees every record of a segment", points: 4, needs: ["second-message"],
                hints: [
                    "One segment can bring forty records. The socket is readable once, and then it is empty.",
                    "poll(2) does not know what the TLS library has read already. Receive first, and wait only when it says `wouldBlock`.",
                ], RecordChecks.joined),
            Check(
                "split-records", step: 2, "waits for the rest of a record", points: 2, needs: ["second-message"],
                hints: [
                    "The socket is readable, and yet there is no byte for you: half a record is no record.",
                    "`wouldBlock` after poll said `readable` is no error. Wait again.",
                ], RecordChecks.split),
            Check(
                "long-stream", step: 2, "echoes a million bytes, in order", points: 3, needs: ["second-message"],
                hints: [
                    "Receive as much as there is, send all of it.",
                    "`send` returns how many bytes it took; the rest is yours to send again.",
                ],
                overTLS(EchoChecks.longStream)),
            Check(
                "short-writes", step: 2, "loses nothing when the client reads slowly", points: 3, needs: ["long-stream"],
                hints: [
                    "When the socket has no room, `send` takes nothing, and says what to wait for.",
                    "At `wouldBlock`, wait, and send the very same bytes again.",
                ], overTLS(EchoChecks.slowReader)),
            Check(
                "still", step: 2, "uses no processor time while there is nothing to do", points: 2, needs: ["short-writes"],
                startsProgram: true,
                hints: [
                    "`wouldBlock` says what to wait for. What do you do until then?",
                    "At every `wouldBlock`: `wait(for: readiness)`, then the same call again.",
                ], RecordChecks.still),
            Check(
                "connect-at-once", step: 2, "sends what stdin has, and prints what comes, while both are open", points: 4,
                needs: ["connect-handshake"], startsProgram: true,
                hints: [
                    "The program waits for two things at a time: stdin and the socket.",
                    "Poll both, and write to stdout at once, without a buffer: `StandardStream.output.write`.",
                ], ConnectChecks.atOnce),
            Check(
                "connect-binary", step: 2, "carries any byte between stdin, the server and stdout", points: 2, needs: ["connect-at-once"],
                startsProgram: true,
                hints: ["No lines, no text: bytes.", "Read stdin with `StandardStream.input.read(upTo:)`; don't use `readLine`."],
                ConnectChecks.binary),
            Check(
                "connect-both-ways", step: 2, "receives while it still has much to send", points: 3, needs: ["connect-at-once"],
                startsProgram: true,
                hints: [
                    "An echo server that can't get rid of its answers takes no more questions. Who moves first?",
                    "Never wait for `send` alone: in each round receive what there is, send what there is room for, then wait for either.",
                ], ConnectChecks.bothWays),
            Check(
                "connect-still", step: 2, "uses no processor time while it waits for stdin and the server", points: 2,
                needs: ["connect-at-once"], startsProgram: true,
                hints: [
                    "Whatever says `wouldBlock` also says what to wait for: the handshake, `receive`, `send`.",
                    "Ask poll for `.writable` only while something waits to be sent: a socket nearly always has room.",
                ], ConnectChecks.still),
            Check(
                "connect-joined-records", step: 2, "prints every record of a segment", points: 2, needs: ["connect-at-once"],
                startsProgram: true,
                hints: [
                    "The socket is readable once, and holds forty records.",
                    "Receive until it says `wouldBlock`; only then poll.",
                ], ConnectChecks.joined),
        ]

        static let verifying: [Check] = [
            Check(
                "believes", step: 3, "accepts a server whose certificate is right", points: 3, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "Right means: a chain to a root of --ca, dates around now, and the name that was typed, or --name.",
                    "`.authorities(file:)` does the first two; the name goes to `SecureConnection(connecting:_:to:)`. DNS names have no case; addresses count as addresses.",
                ], VerificationChecks.believes),
            Check(
                "believes-ipv6", step: 3, "accepts a server at an IPv6 address", points: 1, needs: ["believes"], startsProgram: true,
                hints: [
                    "`[::1]:7005` is an address and a port. What is the name?",
                    "Without the brackets: ::1 stands in the certificate as an address.",
                ],
                VerificationChecks.ipv6),
            Check(
                "expired", step: 3, "refuses a certificate that has expired", points: 3, needs: ["connect-handshake"], startsProgram: true,
                hints: [
                    "`error: connect HOST:PORT: certificate verify failed: expired`, exit code 1, and nothing of stdin sent.",
                    "With `tls.trust = .authorities(file:)` the handshake fails by itself, and its error says why.",
                ], VerificationChecks.expired),
            Check(
                "not-yet-valid", step: 3, "refuses a certificate that is not valid yet", points: 2, needs: ["connect-handshake"],
                startsProgram: true,
                hints: ["The cause is `not yet valid`.", "The error of the handshake says it; let it through."],
                VerificationChecks.notYetValid),
            Check(
                "name-mismatch", step: 3, "refuses a certificate for somebody else", points: 3, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "A good certificate for elsewhere.workbook.test says nothing about localhost.",
                    "Only the alternative names count (RFC 9525), not the subject's CN. Say whom you expect: `to: settings.name`.",
                ], VerificationChecks.nameMismatch),
            Check(
                "wildcard", step: 3, "takes a wildcard for one label, and no more", points: 1, needs: ["believes", "name-mismatch"],
                startsProgram: true,
                hints: [
                    "*.workbook.test is www.workbook.test, but neither workbook.test nor a.b.workbook.test.",
                    "Leave the comparing to the library.",
                ],
                VerificationChecks.wildcard),
            Check(
                "address-mismatch", step: 3, "compares addresses, too", points: 2, needs: ["name-mismatch"], startsProgram: true,
                hints: [
                    "127.0.0.1 is a name like any other: it must stand in the certificate, as an address.",
                    "In OpenSSL an address needs X509_VERIFY_PARAM_set1_ip_asc; the given module does it.",
                ], VerificationChecks.address),
            Check(
                "untrusted-issuer", step: 3, "refuses certificates that lead to no trusted root", points: 3, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "Another root, no issuer at all, or a link that is missing: it all comes to `untrusted issuer`.",
                    "Trust the certificates in the file of --ca; the chain that the server sends must lead to one of them.",
                ], VerificationChecks.untrusted),
            Check(
                "trusts-ca-alone", step: 3, "trusts the file of --ca, and nobody else", points: 2, needs: ["untrusted-issuer"],
                startsProgram: true,
                hints: [
                    "The system has a list of roots, too. Was it asked for?",
                    "Don't load the default paths, and don't add --ca to them.",
                ], VerificationChecks.trustsNobodyElse),
            Check(
                "server-name", step: 3, "tells the server which name it looks for", points: 2, needs: ["believes"], startsProgram: true,
                hints: [
                    "A server with several names must know which one is wanted: SNI, RFC 6066, section 3.",
                    "Hand over the name of --name or HOST. An address is no name, and is not sent.",
                ], VerificationChecks.serverName),
        ]

        static let refusing: [Check] = [
            Check(
                "tls-1.2", step: 4, "serves clients that speak TLS 1.2", points: 2, needs: ["echo-at-once", "handshake-line"],
                hints: ["TLS 1.2 is old, but not broken.", "`versions` is a range: `.tls12 ... .tls13`."], TLSRefusalChecks.servesTLS12),
            Check(
                "connect-tls-1.2", step: 4, "connects to servers that speak TLS 1.2", points: 1, needs: ["connect-handshake"],
                startsProgram: true,
                hints: ["The client has the same versions to choose from.", "Leave the client's `versions` as they are."],
                TLSRefusalChecks.connectsTLS12),
            Check(
                "old-client", step: 4, "refuses clients that speak nothing newer than TLS 1.1", points: 3, needs: ["echo-at-once"],
                hints: [
                    "TLS 1.0 and 1.1 were given up in 2021: RFC 8996.",
                    "The lowest version is 1.2. And a handshake that fails is one client's affair: catch the error, report it, go on.",
                ], TLSRefusalChecks.oldClient),
            Check(
                "old-server", step: 4, "refuses servers that speak nothing newer than TLS 1.1", points: 2, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "What holds for the server holds for the client.",
                    "The lowest version is 1.2; the error of the handshake goes to stderr, exit code 1.",
                ],
                TLSRefusalChecks.oldServer),
            Check(
                "plain-text", step: 4, "drops a client that speaks plain text, and goes on", points: 3, needs: ["echo-at-once"],
                hints: [
                    "Somebody will type http:// instead of https://. Whose problem is that?",
                    "The handshake throws. Catch that where the client is served, and let only this client go.",
                ], TLSRefusalChecks.plainText),
            Check(
                "garbage", step: 4, "survives whatever else comes instead of a handshake", points: 2, needs: ["plain-text"],
                hints: ["Every error of a session ends that session.", "Catch all errors in `serve(_:)`, not only those you expect."],
                TLSRefusalChecks.garbage),
            Check(
                "silent-about-failures", step: 4, "writes no `tls:` line about a handshake that failed", points: 1,
                needs: ["plain-text", "handshake-line"],
                startsProgram: true,
                hints: ["The line says what was agreed on. Here nothing was.", "Write it after the handshake is done, not before."],
                TLSRefusalChecks.silentAboutFailures),
            Check(
                "plain-server", step: 4, "reports a server that speaks no TLS", points: 2, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "`error: connect HOST:PORT: ...`, exit code 1.", "The error of the handshake says it, with the operation `connect`.",
                ],
                TLSRefusalChecks.plainServer),
            Check(
                "nobody-there", step: 4, "reports a server that is not there, as it was typed", points: 1, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "A name has addresses; the user knows the name.",
                    "`error: connect localhost:7005: Connection refused (ECONNREFUSED)`: the given `connect` says it, if you let the error through.",
                ], TLSRefusalChecks.nobodyThere),
        ]
    }
#endif
