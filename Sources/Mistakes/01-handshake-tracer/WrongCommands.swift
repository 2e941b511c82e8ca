// The three commands, with the mistakes that are made in them, and in reading files.
import Capture
import LabProgram
import Sockets

func run(_ options: inout Options) throws {
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
        if makes("no-network-of-its-own"), !LiveCapture.isPermitted { throw SocketError("socket", address: "AF_PACKET", code: 1) }
        try demo(drawing, pcap: pcap)
    case let word?: throw UsageError("unknown command '\(word)': it is read, connect or demo")
    case nil: throw UsageError("a command is missing: read, connect or demo")
    }
}

private func read(_ file: String, _ drawing: Drawing) throws {
    var tracer = Tracer()
    var damage: CaptureFileError?
    var firstLinkType: LinkType?
    if makes("little-endian-only"), try isBigEndian(file) { throw MalformedInput("\(file): offset 0: no capture") }
    do throws(CaptureFileError) {
        var reader = try CaptureReader(path: file)
        while var packet = try reader.next() {
            firstLinkType = firstLinkType ?? packet.linkType
            misread(&packet, firstLinkType)
            tracer.add(packet)
        }
    } catch {
        if case .failed = error { throw error }
        damage = error
    }
    if let damage, makes("nothing-before-the-damage") { throw MalformedInput("\(damage)") }
    try show(tracer, drawing)
    if let damage { throw MalformedInput("\(damage)") }
}

/// What a reader of files may get wrong about a packet.
private func misread(_ packet: inout CapturedPacket, _ firstLinkType: LinkType?) {
    if makes("one-interface-only"), let firstLinkType { packet.linkType = firstLinkType }
    if makes("vlan-tags-unknown"), packet.linkType == .ethernet, packet.bytes.count > 13, [0x81, 0x88].contains(packet.bytes[12]) {
        packet.bytes[12] = 0xFF
    }
    if makes("arp-taken-for-ip"), packet.linkType == .ethernet, packet.bytes.starts(with: [8, 6], at: 12) {
        (packet.linkType, packet.bytes) = (.raw, Array(packet.bytes.dropFirst(14)))
    }
    if makes("times-rounded-first") {
        let (seconds, attoseconds) = packet.time.components
        packet.time = .seconds(seconds) + .microseconds(attoseconds / 1_000_000_000_000)
    }
}

extension [UInt8] {
    fileprivate func starts(with other: [UInt8], at index: Int) -> Bool { dropFirst(index).starts(with: other) }
}

private func isBigEndian(_ file: String) throws -> Bool {
    try Descriptor(reading: file).read(upTo: 1)?.first == 0xA1
}

private func show(_ tracer: Tracer, _ drawing: Drawing) throws {
    if makes("no-word-about-the-picture") {
        try? drawing.show(tracer)
        return
    }
    guard makes("last-line-forgotten") || makes("picture-with-a-bare-ampersand") else { return try drawing.show(tracer) }
    if makes("last-line-forgotten"), !drawing.json {
        var output = TextOutput()
        for (index, connection) in tracer.table.connections.enumerated() { try output.writeLadder(connection, number: index + 1) }
        return try output.flush()
    }
    try drawing.show(tracer)
    guard makes("picture-with-a-bare-ampersand"), let path = drawing.svg else { return }
    var picture = try TextOutput(path: path)
    picture.write("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>client & server</text></svg>\n")
    try picture.flush()
}

private func connect(to endpoint: Endpoint, _ drawing: Drawing, pcap: String?) throws {
    guard LiveCapture.isPermitted else {
        if makes("helpless-without-privilege") { throw SocketError("socket", address: "AF_PACKET", code: 1) }
        return try explainWithoutCapture(endpoint, drawing)
    }
    guard let address = try endpoint.resolve().first else { return }
    var trace = try LiveTrace(of: address, pcap: pcap)
    let problem = try captureConnection(to: address, into: &trace) { (socket) throws(SocketError) in
        if makes("waits-for-the-server-for-ever") {
            try socket.shutDown(.sending)
            while try !socket.receive(upTo: 65_536).isEmpty {}
        } else {
            try sayNothing(on: socket)
        }
    }
    if problem == nil || !trace.tracer.table.connections.isEmpty { try drawing.show(trace.tracer) }
    if let problem { throw problem.operation == "connect" ? problem.at("\(endpoint)") : problem }
}
