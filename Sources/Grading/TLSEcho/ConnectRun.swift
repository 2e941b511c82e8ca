#if HAS_OPENSSL
    import SecureSockets
    import Sockets

    /// The program as a client (`connect`), and the grader as the server that it connects to.
    final class ConnectRun {
        let program: Program
        /// The server, as it was typed.
        let endpoint: String
        private let trial: Trial
        private let listener: Listener

        /// Starts the program. It is fed by the check, and has an open stdin until the check closes that.
        ///
        /// - Parameters:
        ///   - host: What is typed for the host.
        ///   - authorities: What `--ca` names, of the set.
        init(_ trial: Trial, _ options: [String] = [], host: String = "localhost", authorities: String = "root") throws {
            self.trial = trial
            let isIPv6 = host.contains(":")
            guard let address = isIPv6 ? SocketAddress(numeric: "::1", port: 0) : .loopback(port: 0) else {
                throw Finding.notRun("\(host) is no address here")
            }
            do { listener = try Listener(at: address) } catch let error as SocketError where isIPv6 {
                throw Finding.notRun("this machine has no IPv6 loopback (\(error))")
            }
            endpoint = "\(Endpoint(host: host, port: try listener.socket.localAddress().port))"
            trial.service.words = []
            program = try trial.start(["connect", endpoint, "--ca", trial.certificate(authorities)] + options, isFed: true)
        }

        private final class Listener {
            let socket: Socket
            init(at address: SocketAddress) throws {
                socket = try Socket(.stream, address.family)
                try socket.bind(to: address)
                try socket.listen()
                try socket.descriptor.setNonBlocking(true)
            }
        }

        /// Waits until the program connects.
        ///
        /// - Parameter context: What the grader's TLS is set to; nil speaks none.
        func accept(_ context: TLSContext?) throws -> Client {
            var entries = [PollEntry(listener.socket, .readable)]
            let deadline = Deadline.after(Trial.startingTime)
            while try trial.wait(for: &entries, until: deadline, unless: { self.program.hasSaidAll }) {
                if let socket = try listener.socket.accept() {
                    let layer = try context.map { context throws(TLSError) in try TLSLayer(context) }
                    return try Client(trial, accepted: socket, as: "server", layer: layer)
                }
                if program.hasSaidAll { break }
            }
            let ending = program.ending.map { "it \($0.description)\(program.lastWords)" } ?? "it did not connect"
            throw fail("`connect \(endpoint)` must connect to \(endpoint), but \(ending)")
        }

        /// Waits until the program connects, and for the end of the handshake.
        func acceptOpen(_ context: TLSContext) throws -> Client {
            let server = try accept(context)
            try server.open()
            return server
        }

        /// Waits until so many bytes stand on the program's stdout, and compares.
        func expectOutput(_ expected: [UInt8], when circumstances: String) throws {
            try trial.wait(until: .after(Trial.patience)) { program.output.count >= expected.count || program.hasSaidAll }
            guard program.output != expected else { return }
            if let ending = program.ending, program.output.count < expected.count {
                throw fail(
                    "\(circumstances), \(counted(expected.count, "byte")) must come on stdout; there came \(grouped(program.output.count)), and the program \(ending.description)\(program.lastWords)"
                )
            }
            let comparison = Comparison(expected: expected, received: program.output)
            throw fail("\(circumstances), stdout must hold what came from the server: \(comparison.description)")
        }

        /// Waits for the end of the program, which must be this one.
        func expectEnd(_ code: Int32, when circumstances: String) throws {
            let ending = try trial.waitForEnd(of: program, within: Trial.startingTime, after: circumstances)
            guard ending == .exited(code) else {
                throw fail(
                    "\(circumstances), the program must end with exit code \(code); it \(ending.description)\(program.lastWords)"
                )
            }
        }

        /// Waits for the end, with an error line that begins with `error: WORDS` and exit code 1.
        func expectError(_ words: String, when circumstances: String) throws {
            try expectEnd(1, when: circumstances)
            let line = program.errorLines.last { $0.hasPrefix("error: ") } ?? ""
            guard line.lowercased().hasPrefix("error: \(words)".lowercased()) else {
                let said = program.errorLines.isEmpty ? "nothing" : program.errorLines.joined(separator: "\n  ")
                throw fail("\(circumstances), stderr must say\n  error: \(words)\nit says\n  \(said)")
            }
        }
    }
#endif
