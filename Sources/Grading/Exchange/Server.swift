import Foundation
import Sockets

/// A server under test that accepts connections.
struct Server {
    /// The process, or nil where the server was running before.
    let program: Program?
    /// Where it listens.
    let address: SocketAddress
    private let trial: Trial

    init(_ trial: Trial, program: Program?, address: SocketAddress) {
        self.trial = trial
        self.program = program
        self.address = address
    }

    /// Connects a new client.
    ///
    /// - Parameters:
    ///   - receiveBuffer: How many bytes may wait for the client in the kernel; nil is as many as usual.
    ///   - segmentSize: How many bytes a segment may have. The kernel gives a socket room for so many *segments* to be sent, so with small
    ///     ones the program has little room for what it sends. nil is as many as the network takes.
    ///   - opens: Whether to wait for the opening of the layer that the trial's clients speak, if they speak any.
    func connect(receiveBuffer: Int32? = nil, segmentSize: Int32? = nil, opens: Bool = true) throws -> Client {
        let client = try Client(
            trial, to: address, receiveBuffer: receiveBuffer, segmentSize: segmentSize, layer: trial.makeLayer?())
        if opens { try client.open() }
        return client
    }

    /// Waits until the program has received everything that a client has sent, as far as the kernel shows it: so what is sent next is
    /// received by itself.
    func waitUntilRead(_ client: Client) throws {
        try trial.watch(until: .after(Trial.patience), every: .microseconds(200)) {
            if client.end != nil || program?.ending != nil { return true }
            guard (try? client.unacknowledgedBytes()) == 0 else { return false }
            // Of a server elsewhere the kernel shows nothing.
            guard let connection = try? client.otherEnd() else { return true }
            return connection.isAccepted && connection.unread == 0
        }
    }

    /// The process, for checks that look at it.
    func process() throws -> Program {
        guard let program else { throw Finding.notRun("this check must watch the process (use --program instead of --connect)") }
        return program
    }
}

extension Trial {
    /// Starts a server, waits until it says that it listens, and believes it.
    ///
    /// - Parameter options: In addition to `--port 0`, unless they name a port.
    /// - Throws: A ``Finding`` that says what is wrong with the ready line.
    func startServer(_ options: [String] = [], limits: Limits = Limits()) throws -> Server {
        if case .server(let host, let port) = subject {
            guard options.isEmpty else {
                throw Finding.notRun("this check needs the options \(options.joined(separator: " ")) (use --program instead of --connect)")
            }
            return Server(self, program: nil, address: try address(of: Endpoint(host: host, port: port)))
        }
        let hasPort = options.contains { $0.hasPrefix("--port") }
        let program = try start(options + (hasPort ? [] : ["--port", "0"]), limits: limits)
        return Server(self, program: program, address: try readyAddress(of: program))
    }

    private func address(of endpoint: Endpoint) throws -> SocketAddress {
        guard let address = try endpoint.resolve().first else { throw Finding.notRun("\(endpoint) has no address") }
        return address
    }

    /// Waits for the line `listening on ADDRESS:PORT`, and takes the address out of it.
    func readyAddress(of program: Program) throws -> SocketAddress {
        try wait(until: .after(Trial.startingTime)) { !program.outputLines.isEmpty || program.ending != nil || !program.outputIsOpen }
        guard let line = program.outputLines.first else { throw try explainSilence(of: program) }
        let prefix = "listening on "
        let wanted = "`listening on 127.0.0.1:PORT`"
        guard line.hasPrefix(prefix), let endpoint = Endpoint(String(line.dropFirst(prefix.count))) else {
            throw fail("the first line on stdout must be \(wanted), not \(readable(Array(line.utf8), limit: 80))")
        }
        guard let address = SocketAddress(numeric: endpoint.host, port: endpoint.port) else {
            throw fail("the ready line must name the address in numbers, as in \(wanted), not '\(endpoint.host)'")
        }
        guard address.port != 0 else {
            throw fail("the ready line says port 0; it must name the port that the kernel picked (getsockname(2))")
        }
        return address
    }

    private func explainSilence(of program: Program) throws -> Finding {
        let missing = "no ready line came on stdout"
        // Who ends closes its stdout first, and its last words may be on their way even then.
        if !program.outputIsOpen || program.ending != nil { _ = try becomes { program.hasSaidAll } }
        if let ending = program.ending { return fail("\(missing): the program \(ending.description)\(program.lastWords)") }
        if !program.output.isEmpty { return fail("\(missing) in full: \(readable(program.output)) has no newline at its end") }
        if !program.outputIsOpen { return fail("\(missing): the program has closed its stdout") }
        let seconds = Int(Trial.startingTime / .seconds(1))
        guard let port = program.facts.tcpSockets.first(where: { $0.state == .listen })?.localPort else {
            return fail("\(missing) within \(seconds) seconds, and the program has no listening socket")
        }
        return fail(
            "\(missing) within \(seconds) seconds, though the program listens on port \(port): "
                + "the line was not written, or is still in a buffer (flush stdout after the line)")
    }

    /// Waits until a program has ended.
    ///
    /// - Throws: A ``Finding`` if it has not by the deadline.
    func waitForEnd(of program: Program, within time: Duration, after what: String) throws -> Program.Ending {
        try wait(until: .after(time)) { program.hasSaidAll }
        guard let ending = program.ending else {
            throw fail("\(what), the program was still running after \(seconds(time))")
        }
        return ending
    }
}

/// `2 s`, `0.5 s`.
func seconds(_ duration: Duration) -> String {
    let milliseconds = Int(duration / .milliseconds(1))
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
    if rest == 0 { return "\(whole) s" }
    var digits = String(1_000 + rest).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits) s"
}
