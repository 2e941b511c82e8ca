import LabProgram
import Reflector
import Sockets

extension Command {
    static let reflector = Command(
        name: "reflector", arguments: "[OPTION...]", summary: "echoes datagrams with the faults you ask for, for lab 3",
        details: [
            "--host H  where to listen; 127.0.0.1 by default",
            "--port P  7003 by default; 0 lets the kernel pick one",
            "--loss X  how often a datagram gets no reply: a probability, 0 to 1",
            "--duplicate X  how often the reply comes twice",
            "--reorder X  how often the reply is held until another one has overtaken it",
            "--corrupt X  how often a byte of the reply is altered",
            "--nack X  how often the datagram is asked for again instead (NACK)",
            "--stranger X  how often the reply comes from another port",
            "--delay MS  how long each reply is kept",
            "--jitter MS  how much longer at most, by chance",
            "--seed N  another number, other datagrams are hit; 0 by default",
            "Ctrl-C ends it. It then says what it did to each sender, in the words of the sender's own summary.",
        ]
    ) { options, context in
        var faults = Faults(seed: UInt64(try options.count("seed", default: 0)))
        faults.loss = try options.probability("loss")
        faults.duplication = try options.probability("duplicate")
        faults.reordering = try options.probability("reorder")
        faults.corruption = try options.probability("corrupt")
        faults.requests = try options.probability("nack")
        faults.strangers = try options.probability("stranger")
        faults.delay = try options.milliseconds("delay", default: 0)
        faults.delaySpread = try options.milliseconds("jitter", default: 0)
        let host = try options.value("host") ?? "127.0.0.1"
        let endpoint = Endpoint(host: host, port: try options.port("port", default: 7003))
        try options.finish()
        let termination = try TerminationSignals()
        let seeded = faults
        guard let address = try endpoint.resolve(.listening).first else { throw Failure("\(endpoint) has no address", code: 1) }
        do {
            var reflector = try Reflector(at: address) { seeded.fate(of: $0) }
            announceListening(on: reflector.address)
            try reflector.run(until: termination.descriptor)
            for (sender, tally) in reflector.tallies { context.console.print(["\(sender): \(tally)"]) }
        } catch { throw Failure("\(error)", code: 1) }
        return 0
    }
}

extension Options {
    /// A probability, 0...1; 0 where it is not given.
    fileprivate mutating func probability(_ name: String) throws(UsageError) -> Double {
        guard let text = try value(name) else { return 0 }
        guard let number = Double(text), (0...1).contains(number) else {
            throw UsageError("--\(name) must be a probability, 0 to 1, not '\(text)'")
        }
        return number
    }
}
