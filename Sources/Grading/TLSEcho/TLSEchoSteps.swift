#if HAS_OPENSSL
    /// The checks of lab 5, from step 5 on.
    enum TLSEchoSteps {
        /// In the order in which they are shown.
        static let checks = clientCertificates + closing + manyClients + departures + stopping + renewing

        private static let clientCertificates: [Check] = [
            Check(
                "client-certificate", step: 5, "lets a client in whose certificate is good, and names it", points: 3,
                needs: ["echo-at-once", "handshake-line"], startsProgram: true,
                hints: [
                    "A server asks for a certificate only if it is told whom to trust.",
                    "With --client-ca, `tls.trust = .authorities(file:)`. The line then ends in peer=\"CN=client\".",
                ], ClientCertificateChecks.accepted),
            Check(
                "client-without-certificate", step: 5, "refuses a client that presents no certificate", points: 3,
                needs: ["client-certificate"],
                startsProgram: true,
                hints: [
                    "To ask is not enough: a client may answer with nothing.",
                    "In OpenSSL: SSL_VERIFY_PEER together with SSL_VERIFY_FAIL_IF_NO_PEER_CERT. The given module sets both.",
                ], ClientCertificateChecks.without),
            Check(
                "client-ca-file", step: 5, "refuses to start with a --client-ca file that is of no use", points: 1, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "A server that asks for certificates, and knows nobody who issues any, lets nobody in; or everybody.",
                    "`TLSContext` throws an error that names the file; let it through to `runProgram`.",
                ], HandshakeChecks.uselessAuthorities),
            Check(
                "client-wrong-certificate", step: 5, "refuses clients whose certificates are not good", points: 3,
                needs: ["client-certificate"],
                startsProgram: true,
                hints: [
                    "From another root, expired, signed by itself: whoever takes those takes everybody.",
                    "Trust the file of --client-ca and nothing else, and don't override what the library finds.",
                ], ClientCertificateChecks.wrong),
            Check(
                "peer-name", step: 5, "writes a client's name in its order, and without its control characters", points: 2,
                needs: ["client-certificate"], startsProgram: true,
                hints: [
                    "A name can hold a newline, and then a line of its own making stands in your log.",
                    "`connection.details` escapes them. In OpenSSL: X509_NAME_print_ex with ASN1_STRFLGS_ESC_CTRL, and without XN_FLAG_DN_REV.",
                ], ClientCertificateChecks.names),
            Check(
                "connect-certificate", step: 5, "presents its certificate to a server that asks", points: 2, needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "`--cert` and `--key` of connect say who the client is.", "`tls.identity = identity`, in the client's context, too.",
                ],
                ClientCertificateChecks.presents),
            Check(
                "connect-refused", step: 5, "reports a server that wants a certificate and gets none", points: 1,
                needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "In TLS 1.3 the client is done before the server has looked at its certificate. When does it learn that it was refused?",
                    "When it reads. That error ends the program as well: `error: read HOST:PORT: ...`, exit code 1.",
                ], ClientCertificateChecks.refused),
        ]

        private static let closing: [Check] = [
            Check(
                "half-close", step: 6, "still answers when the client has sent its close_notify", points: 4, needs: ["echo-at-once"],
                hints: [
                    "The client has stopped sending, but it still reads. So it is in TLS 1.3 (RFC 8446, 6.1), and so it is to be here in 1.2, too.",
                    "close_notify comes behind the bytes before it. Echo those first, then say goodbye yourself.",
                ], inBothVersions(ClosingChecks.halfClose)),
            Check(
                "half-close-unsent", step: 6, "sends everything it owes before it closes", points: 3,
                needs: ["half-close", "short-writes"],
                hints: [
                    "The end of the stream may come while you still have bytes to send.",
                    "Leave the loop only at the end of the stream, and only after all bytes before it were taken by `send`.",
                ], inBothVersions(ClosingChecks.halfCloseUnsent)),
            Check(
                "close-notify", step: 6, "ends its own stream with a close_notify", points: 3, needs: ["echo-at-once"],
                hints: [
                    "A connection that just ends may have been cut by anybody. How does the client know that it has everything?",
                    "`closeSending()` before the socket closes; and call it again if it has to wait.",
                ], ClosingChecks.closesWithNotify),
            Check(
                "cut-client", step: 6, "lets a client go that was cut off", points: 2, needs: ["echo-at-once", "plain-text"],
                hints: ["A FIN without a close_notify is an error of that one connection.", "Catch it in `serve(_:)`, as every other."],
                ClosingChecks.cutClient),
            Check(
                "connect-ends", step: 6, "ends when the server has said goodbye, with everything printed", points: 2,
                needs: ["connect-at-once"],
                startsProgram: true,
                hints: ["The server's close_notify ends the program, whatever stdin is doing.", "Return at `endOfStream`; exit code 0."],
                ConnectChecks.endsWithServer),
            Check(
                "connect-half-close", step: 6, "sends a close_notify at the end of stdin, and goes on listening", points: 3,
                needs: ["connect-at-once"], startsProgram: true,
                hints: [
                    "At the end of stdin there is nothing more to say, but there may be more to hear.",
                    "`closeSending()`, and back to receiving until the server's `endOfStream`.",
                ], ConnectChecks.halfClose),
            Check(
                "truncated", step: 6, "tells a connection that was cut from one that has ended", points: 4, needs: ["connect-at-once"],
                startsProgram: true,
                hints: [
                    "A FIN can come from anybody on the way. Only a close_notify comes from the server.",
                    "`receive` throws `.truncated`. Let it through: `error: read HOST:PORT: truncated: the peer closed without close_notify`, exit code 1.",
                ], ConnectChecks.truncated),
            Check(
                "truncated-in-record", step: 6, "believes no part of a record whose rest is missing", points: 2, needs: ["truncated"],
                startsProgram: true,
                hints: [
                    "Half a record can't be verified: its tag is at the end.",
                    "Print only what `receive` has returned; here it returns nothing, and throws `.truncated`.",
                ], ConnectChecks.truncatedInRecord),
        ]

        private static let manyClients: [Check] = [
            Check(
                "silent-client", step: 7, "serves others while one client is silent", points: 2, needs: ["second-message"],
                hints: [
                    "While a thread waits for one client, it can't serve another.",
                    "`serveClients` gives each a thread; wait only in there.",
                ],
                overTLS(ConcurrencyChecks.silentClient)),
            Check(
                "slow-client", step: 7, "serves others while one client does not read", points: 2, needs: ["silent-client"],
                hints: ["A send to a client that does not read waits. Who waits with it?", "Hold no lock while you send or receive."],
                overTLS(ConcurrencyChecks.slowClient)),
            Check(
                "many-clients", step: 7, "keeps fifty clients apart", points: 2, needs: ["silent-client"],
                hints: ["What do the sessions share?", "The buffer and the connection belong to one session alone."],
                overTLS(ConcurrencyChecks.manyClients)),
            Check(
                "stalled-handshake", step: 7, "serves others while handshakes stall", points: 4, needs: ["silent-client"],
                hints: [
                    "A client that connects and says nothing costs nobody anything, unless somebody waits for it.",
                    "The handshake belongs into the client's own thread, not into the one that accepts.",
                ], StallChecks.delaysNobody),
            Check(
                "handshake-timeout", step: 7, "drops a client that stalls for --handshake-timeout", points: 4, needs: ["handshake"],
                startsProgram: true,
                hints: [
                    "Whoever is not done by then never will be.",
                    "Wait with a deadline: `wait(for: readiness, until: handshakeDeadline)`; if it says false, `throw SocketError.timedOut(\"accept\")`.",
                ], StallChecks.timeout),
            Check(
                "dripped-handshake", step: 7, "allows that time for the whole handshake, not for each byte", points: 3,
                needs: ["handshake-timeout"], startsProgram: true,
                hints: [
                    "A byte every second keeps a time-out for each read from ever running out.",
                    "A deadline is a moment, set once when the client has connected.",
                ], StallChecks.drip),
            Check(
                "timeout-for-handshake-only", step: 7, "lets a client think that is done with its handshake", points: 2,
                needs: ["handshake-timeout", "second-message"], startsProgram: true,
                hints: ["The time is for the handshake alone.", "Once it is done, wait without that deadline."],
                StallChecks.onlyTheHandshake),
            Check(
                "no-timeout", step: 7, "has no such limit with --handshake-timeout 0", points: 1, needs: ["handshake-timeout"],
                startsProgram: true,
                hints: ["0 means none, not at once.", "`settings.newHandshakeDeadline()` is `.never` then."], StallChecks.noTimeout),
            Check(
                "alpn", step: 7, "agrees on the protocol of --alpn", points: 2, needs: ["echo-at-once", "handshake-line"],
                startsProgram: true,
                hints: ["The client offers names, the server picks one: RFC 7301.", "`tls.applicationProtocols`, on both sides."],
                ProtocolChecks.agreed),
            Check(
                "alpn-refused", step: 7, "refuses a client that offers other protocols only", points: 3, needs: ["alpn", "plain-text"],
                startsProgram: true,
                hints: [
                    "A server that goes on without agreement will talk past its client.",
                    "In OpenSSL the callback returns SSL_TLSEXT_ERR_ALERT_FATAL, not NOACK. The given module does.",
                ], ProtocolChecks.refused),
            Check(
                "alpn-not-offered", step: 7, "serves a client that offers no protocol", points: 1, needs: ["alpn"], startsProgram: true,
                hints: ["Not every client knows of ALPN.", "Refuse only those that offer something, and not this."],
                ProtocolChecks.notOffered),
            Check(
                "connect-alpn", step: 7, "offers the protocol of --alpn", points: 1, needs: ["connect-handshake-line"], startsProgram: true,
                hints: ["The client offers; the line says what was agreed on.", "`tls.applicationProtocols` in the client's context."],
                ProtocolChecks.offers),
        ]

        private static let departures: [Check] = [
            Check(
                "client-reset", step: 7, "survives a client that resets the connection", points: 2, needs: ["silent-client", "plain-text"],
                hints: ["A reset is an error of one connection.", "Catch it where the client is served."], overTLS(SurvivalChecks.reset)),
            Check(
                "reset-midway", step: 7, "survives a reset in the middle of a record or a handshake", points: 2, needs: ["client-reset"],
                hints: [
                    "TLS is in the middle of something; its error is another one.", "Catch every error of a session, whatever its type.",
                ],
                DepartureChecks.resetMidway),
            Check(
                "vanished-client", step: 7, "survives a client that leaves while it is being answered", points: 3, needs: ["silent-client"],
                startsProgram: true,
                hints: [
                    "OpenSSL writes with write(2), and that raises SIGPIPE where the other end has left.",
                    "Ignore SIGPIPE, or send with MSG_NOSIGNAL below TLS; the given module does.",
                ], overTLS(SurvivalChecks.vanished)),
            Check(
                "stopped-and-continued", step: 7, "goes on after it was stopped and continued", points: 1, needs: ["second-message"],
                startsProgram: true,
                hints: [
                    "SIGSTOP and SIGCONT can make a waiting call fail with EINTR.",
                    "EINTR says that nothing has happened. Make the call again.",
                ],
                overTLS(SurvivalChecks.stoppedAndContinued)),
            Check(
                "no-leaks", step: 7, "holds nothing of the connections it has served", points: 3, needs: ["silent-client", "plain-text"],
                startsProgram: true,
                hints: [
                    "Sockets, threads, and what the TLS library keeps of a connection: where do they go?",
                    "Let go of the connection on every way out, a failed handshake included.",
                ], DepartureChecks.leaks),
            Check(
                "out-of-descriptors", step: 7, "lives on when it runs out of descriptors", points: 2, needs: ["silent-client"],
                startsProgram: true,
                hints: ["accept fails with EMFILE, and the client stays in the queue.", "`serveClients` takes care of it."],
                overTLS(SurvivalChecks.outOfDescriptors)),
            Check(
                "bounded-memory", step: 7, "does not pile up what a client leaves unread", points: 2, needs: ["slow-client"],
                hints: [
                    "If the client does not read, where do the bytes go that you have for it?",
                    "Don't receive more before you have sent back what you have.",
                ], overTLS(SurvivalChecks.boundedMemory)),
        ]

        private static let stopping: [Check] = [
            Check(
                "stops-on-signals", step: 7, "ends with exit code 0 at SIGTERM and SIGINT", points: 2, needs: ["ready-line"],
                startsProgram: true,
                hints: ["`serveClients` stops accepting by itself.", "Delete the line with `unsolved(step: 7)` in `run()`."],
                overTCP(StoppingChecks.signals)),
            Check(
                "stops-with-silent-clients", step: 7, "says goodbye to silent clients when it ends", points: 3,
                needs: ["stops-on-signals", "silent-client", "close-notify"], startsProgram: true,
                hints: [
                    "Each session waits for its client. How does it learn that the program ends?",
                    "Poll `termination.descriptor` there as well; when it is ready and nothing more has come, say goodbye, with a close_notify.",
                ], overTLS(StoppingChecks.silentClients)),
            Check(
                "answers-what-has-arrived", step: 7, "answers every byte that had arrived before the signal", points: 3,
                needs: ["stops-on-signals", "silent-client", "short-writes", "close-notify"], startsProgram: true,
                hints: [
                    "The signal and the bytes may both be there when you look. Which goes first?",
                    "Receive as long as there is something; only when `receive` says `wouldBlock` and poll finds no more, say goodbye.",
                    "After the close_notify, let the client close first: `linger()`. Who closes while bytes are unread resets the connection, and what was sent last is lost.",
                ], overTLS(StoppingChecks.answersEveryone)),
            Check(
                "stops-despite-stubborn-clients", step: 7, "gives up on clients that would keep it for ever", points: 2,
                needs: ["stops-on-signals", "slow-client"], startsProgram: true,
                hints: [
                    "One client never reads, another never stops.",
                    "`serveClients` returns after 1.5 seconds; then end, whoever is still there.",
                ],
                overTLS(StoppingChecks.stubbornClients)),
            Check(
                "stops-accepting", step: 7, "lets nobody in once it is ending", points: 1, needs: ["stops-on-signals", "slow-client"],
                startsProgram: true,
                hints: ["As long as the listening socket is open, the kernel says yes to new clients.", "`serveClients` closes it first."],
                overTLS(StoppingChecks.stopsAccepting)),
            Check(
                "restarts", step: 7, "can start again at once on the same port", points: 1, needs: ["stops-with-silent-clients"],
                startsProgram: true,
                hints: ["After a close the port lingers in TIME-WAIT.", "The option `reuseAddress` before bind; `serveClients` sets it."],
                overTLS(StoppingChecks.restarts)),
            Check(
                "port-in-use", step: 7, "reports a port that is in use", points: 1, needs: ["ready-line"], startsProgram: true,
                hints: [
                    "`error: bind 127.0.0.1:7005: Address already in use (EADDRINUSE)`, exit code 1.",
                    "Let the error of `serveClients` reach `runProgram`.",
                ], overTCP(StoppingChecks.portInUse)),
        ]

        private static let renewing: [Check] = [
            Check(
                "reload", step: 8, "shows new clients the new certificate after SIGHUP", points: 4, needs: ["echo-at-once"],
                startsProgram: true,
                hints: [
                    "A certificate lives for some weeks, a server for years. Nobody wants to stop it for that.",
                    "Make a new context from the same files, and put it where new connections get theirs.",
                ], ReloadChecks.renews),
            Check(
                "reload-keeps-connections", step: 8, "leaves the clients that are there alone", points: 3, needs: ["reload"],
                startsProgram: true,
                hints: [
                    "Who is connected has verified the old certificate, and needs no other.",
                    "Never change a context that is in use; replace it.",
                ],
                ReloadChecks.keepsConnections),
            Check(
                "reload-fails", step: 8, "keeps the old certificate if the new one is of no use, and says so", points: 4, needs: ["reload"],
                startsProgram: true,
                hints: [
                    "The files may be half written when the signal comes.",
                    "Make the new context first. Only if that succeeds, put it in place; else report the error.",
                ], ReloadChecks.keepsOldOnes),
        ]
    }
#endif
