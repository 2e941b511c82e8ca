// Given: the three commands. Your part is in Headers.swift (steps 1 to 3), Connections.swift (4 and 5), Trouble.swift (6)
// and Live.swift (7).
import Capture
import LabProgram
import Sockets

let usage = "handshake-tracer read FILE | connect HOST:PORT [--pcap FILE] | demo [--pcap FILE]   [--json] [--svg FILE]"

runProgram(usage: usage) { options in
    let drawing = Drawing(json: try options.flag("json"), svg: try options.value("svg"))
    switch options.argument() {
    case "read":
        guard let file = options.argument() else { throw UsageError("read needs a FILE") }
        try options.finish()
        try read(file, drawing)
    case "connect":
        let pcap = try options.value("pcap")
        let endpoint = try options.endpoint()
        try options.finish()
        try connect(to: endpoint, drawing, pcap: pcap)
    case "demo":
        let pcap = try options.value("pcap")
        try options.finish()
        try demo(drawing, pcap: pcap)
    case let word?: throw UsageError("unknown command '\(word)': it is read, connect or demo")
    case nil: throw UsageError("a command is missing: read, connect or demo")
    }
}

/// Traces every connection in a capture file.
func read(_ file: String, _ drawing: Drawing) throws {
    var tracer = Tracer()
    var damage: CaptureFileError?
    do throws(CaptureFileError) {
        var reader = try CaptureReader(path: file)
        while let packet = try reader.next() { tracer.add(packet) }
    } catch {
        if case .failed = error { throw error }
        // What came before the damage is worth showing.
        damage = error
    }
    try drawing.show(tracer)
    if let damage { throw MalformedInput("\(damage)") }
}

/// Traces a connection of its own to somebody's server.
func connect(to endpoint: Endpoint, _ drawing: Drawing, pcap: String?) throws {
    guard LiveCapture.isPermitted else { return try explainWithoutCapture(endpoint, drawing) }
    var failure = SocketError(operation: "connect", address: "\(endpoint)", cause: .noAddress)
    let addresses = try endpoint.resolve()
    for (index, address) in addresses.enumerated() {
        var trace = try LiveTrace(of: address, pcap: pcap)
        let problem: SocketError?
        do { problem = try captureConnection(to: address, into: &trace, converse: sayNothing) } catch { problem = error }
        // One connection is traced: the first that could be opened, or the last that could not.
        guard problem == nil || index == addresses.count - 1 else { continue }
        // Where no packet left the machine (no route, say), there is nothing to show.
        if problem == nil || !trace.tracer.table.connections.isEmpty { try drawing.show(trace.tracer) }
        guard let problem else { return }
        failure = problem.operation == "connect" ? problem.at("\(endpoint)") : problem
    }
    throw failure
}
