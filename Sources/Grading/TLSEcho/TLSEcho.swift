#if HAS_OPENSSL
    extension Lab {
        /// Lab 5: lab 2's service over TLS, and a client for it.
        static let tlsEcho = Lab(
            number: 5, name: "tls-echo", title: "TLS echo",
            summary: "Lab 2's echo over TLS, both ends: certificates, close_notify, and peers that are up to no good.",
            files: ["Contexts.swift", "EchoServer.swift", "EchoSession.swift", "EchoClient.swift"],
            steps: [
                Step(number: 1, title: "A handshake"),
                Step(number: 2, title: "Echo over TLS"),
                Step(number: 3, title: "Verify the server"),
                Step(number: 4, title: "Refuse old versions and plain text"),
                Step(number: 5, title: "Ask clients who they are"),
                Step(number: 6, title: "Tell an end from a cut"),
                Step(number: 7, title: "Many clients, and those that stall"),
                Step(number: 8, title: "Renew certificates"),
            ],
            checks: TLSEchoSteps.start + TLSEchoSteps.checks)
    }

    extension TLSEchoSteps {
        /// The checks of steps 1 to 4.
        static let start = starting + handshakes + echoing + verifying + refusing

        private static let starting: [Check] = [
            Check(
                "handshake", step: 1, "completes a handshake as a server, with its certificate", points: 4,
                hints: [
                    "A handshake takes several messages in each direction. One call may not be enough.",
                    "`while let readiness = try connection.handshake()` wait until the socket is ready for that, and call it again.",
                ], HandshakeChecks.serves),
            Check(
                "ready-line", step: 1, "says where it listens, at once", points: 2, needs: ["handshake"],
                hints: [
                    "The certificate and the key are loaded first; then the server listens, and says so.",
                    "`serveClients(at:until:)` listens and prints the line. Call it once you have a context.",
                ], overTCP(ListeningChecks.readyLine)),
            Check(
                "ready-when-listening", step: 1, "says so only once clients can connect", points: 1, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "Whoever reads the line connects at once. What must have happened by then?",
                    "Clients are refused until listen(2) has returned. Print the line after it.",
                ], overTCP(ListeningChecks.readyWhenListening)),
            Check(
                "port-option", step: 1, "takes --host and --port, in both spellings", points: 1, needs: ["ready-line"], startsProgram: true,
                hints: ["`--port 7005` and `--port=7005` mean the same.", "The settings hold the endpoint: hand it to `serveClients`."],
                overTCP(ListeningChecks.portOption)),
            Check(
                "default-port", step: 1, "listens on port 7005 without --port", points: 1, needs: ["ready-line"], startsProgram: true,
                hints: [
                    "The given main.swift has the default. Does your code use the settings?",
                    "Listen at `settings.endpoint`, which has the port from the command line, or 7005.",
                ], overTCP(ListeningChecks.defaultPort(7005))),
            Check(
                "ipv6", step: 1, "listens on an IPv6 address", points: 1, needs: ["ready-line"], startsProgram: true,
                hints: ["A socket is made for one family of addresses. Which one does ::1 need?", "`serveClients` takes care of it."],
                overTCP(ListeningChecks.ipv6)),
            Check(
                "help", step: 1, "prints its usage with --help", points: 1, needs: ["ready-line"], startsProgram: true,
                hints: [
                    "The usage goes to stdout, and the exit code is 0.", "The given main.swift does it; leave `runProgram` in charge.",
                ],
                ListeningChecks.help(naming: "--handshake-timeout")),
            Check(
                "usage-errors", step: 1, "refuses a command line that it can't follow", points: 2, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "One line `error: ...` that names the option and the value, then a usage line, both on stderr; exit code 64.",
                    "The given main.swift does it all. In a program of your own: look at every option before you open a file.",
                ], ListeningChecks.usageErrors(naming: wrongCommandLines)),
        ]

        /// Each with the words that its error must name.
        private static let wrongCommandLines: [(words: [String], culprits: [String])] = {
            let serve = ["serve", "--cert", "c.pem", "--key", "k.pem"]
            let connect = ["connect", "localhost:7005", "--ca", "ca.pem"]
            return [
                (["listen"], ["listen"]), (["serve", "--cert", "c.pem"], ["--key"]), (["serve", "--key", "k.pem"], ["--cert"]),
                (["serve"], ["--cert"]), (serve + ["--bogus"], ["--bogus"]), (serve + ["--port", "65536"], ["--port", "65536"]),
                (serve + ["--alpn="], ["--alpn"]), (serve + ["--handshake-timeout", "soon"], ["--handshake-timeout", "soon"]),
                (serve + ["--handshake-timeout=-1"], ["--handshake-timeout", "-1"]),
                (serve + ["--handshake-timeout", "nan"], ["--handshake-timeout", "nan"]),
                (["connect", "localhost:7005"], ["--ca"]), (["connect", "--ca", "ca.pem"], []),
                (["connect", "localhost", "--ca", "ca.pem"], ["localhost"]),
                (connect + ["--cert", "c.pem"], ["--key"]), (connect + ["--key", "k.pem"], ["--cert"]), (connect + ["--name="], ["--name"]),
                (connect + ["--client-ca", "x.pem"], ["--client-ca"]),
            ]
        }()

        private static let handshakes: [Check] = [
            Check(
                "sends-chain", step: 1, "sends the intermediate with its certificate", points: 2, needs: ["handshake"],
                hints: [
                    "Clients know the root. How do they get from your certificate to it?",
                    "The file of --cert holds the whole chain. In OpenSSL: SSL_CTX_use_certificate_chain_file, not SSL_CTX_use_certificate_file.",
                ], HandshakeChecks.sendsChain),
            Check(
                "handshake-line", step: 1, "says in a line what the handshake came to", points: 2, needs: ["handshake"],
                startsProgram: true,
                hints: [
                    "`tls: VERSION CIPHER alpn=NAME peer=\"NAME\"` on stderr, with a dash for what is not there.",
                    "`report(\"tls: \\(connection.details)\")`, once the handshake is done.",
                ], HandshakeChecks.serverLine),
            Check(
                "connect-handshake", step: 1, "completes a handshake as a client", points: 4, needs: ["ready-line"], startsProgram: true,
                hints: [
                    "The client begins: its first call of handshake() sends the ClientHello.",
                    "The same loop as in the server: call `handshake()`, wait for what it returns, until it returns nil.",
                ], HandshakeChecks.connects),
            Check(
                "connect-handshake-line", step: 1, "says as a client, too, what the handshake came to", points: 1,
                needs: ["connect-handshake"],
                startsProgram: true,
                hints: [
                    "The peer of the client is the server: its certificate has a name.",
                    "`report(\"tls: \\(connection.details)\")` on stderr; stdout is for what the server sends.",
                ], HandshakeChecks.clientLine),
            Check(
                "key-of-another", step: 1, "notices at its start that a key does not fit the certificate", points: 2, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "If nobody looks, the first client finds out. Who should, and when?",
                    "Make the context before you listen; it compares them. The error must reach `runProgram`.",
                ], HandshakeChecks.keyOfAnother),
            Check(
                "useless-files", step: 1, "refuses to start with files that are missing or hold no PEM", points: 2, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "An error that does not name the file helps nobody.",
                    "`TLSContext` throws an error that names the file; let it through to `runProgram`: a line on stderr, exit code 1.",
                ], HandshakeChecks.uselessFiles),
            Check(
                "encrypted-key", step: 1, "refuses to start with a key that is encrypted", points: 1, needs: ["ready-line"],
                startsProgram: true,
                hints: [
                    "A library may ask the terminal for a password, and wait for ever. Nobody is there to type it.",
                    "Give the library a password callback that says no (the given module does), and report the error.",
                ], HandshakeChecks.encryptedKey),
        ]
    }
#endif
