// Given: what connect and demo do besides capturing.
import Capture
import LabProgram
import Sockets

import class Foundation.Thread

/// Traces the one connection that the program has opened itself, and writes its packets into a file if that is wanted.
struct LiveTrace: ~Copyable {
    private let peer: SocketAddress
    private let writer: CaptureWriter?
    /// The trace so far.
    private(set) var tracer = Tracer()
    /// Our own port. Packets from or to another belong to somebody else.
    var ownPort: UInt16 = 0
    /// More packets of a connection than this are not traced: its other end may send without end.
    private var packetsLeft = 10_000

    /// A trace of a connection to that address; makes the file, if there is to be one.
    init(of peer: SocketAddress, pcap: String?) throws(SocketError) {
        self.peer = peer
        if let pcap {
            writer = try CaptureWriter(path: pcap, linkType: LiveCapture.linkType, format: .init(path: pcap))
        } else {
            writer = nil
        }
    }

    /// Adds a packet if it belongs to the connection.
    mutating func add(_ packet: CapturedPacket) throws(SocketError) {
        guard case .segment(let segment) = examine(packet), packetsLeft > 0 else { return }
        let ports = (segment.source == peer, segment.destination == peer)
        guard ports.0 && segment.destination.port == ownPort || ports.1 && segment.source.port == ownPort else { return }
        packetsLeft -= 1
        tracer.add(packet)
        switch writer {
        case .some(let writer): try writer.write(packet)
        case nil: break
        }
    }

    /// Whether nothing more will come: the connection was closed by both ends, or reset, or refused.
    var isOver: Bool { tracer.table.connections.last?.hasEnded ?? false }
}

/// Ends our direction at once, and reads until the other end has ended its own; but not for ever.
func sayNothing(on socket: borrowing Socket) throws(SocketError) {
    try socket.shutDown(.sending)
    let deadline = Deadline.after(.seconds(2))
    while try !socket.descriptor.wait(for: .readable, until: deadline).isEmpty {
        if try socket.receive(upTo: 65_536).isEmpty { return }
    }
}

/// Asks a question, reads the answer, and says goodbye.
private func ask(on socket: borrowing Socket) throws(SocketError) {
    _ = try socket.send(Array("hello\n".utf8).span)
    _ = try socket.receive(upTo: 100)
    try sayNothing(on: socket)
}

/// Traces a connection between a client and a server of the program's own.
func demo(_ drawing: Drawing, pcap: String?) throws {
    // Without the privilege: a network of our own, in which we have it. Before any thread is started.
    var obstacle: SocketError?
    if !LiveCapture.isPermitted {
        do { try PrivateNetwork.enter() } catch { obstacle = error }
    }
    let listener = try Socket(.stream, .ipv4)
    try listener.bind(to: .loopback(port: 0))
    try listener.listen()
    let address = try listener.localAddress()
    Thread.detachNewThread { [listener = consume listener] in
        do {
            guard let client = try listener.accept() else { return }
            let question = try client.receive(upTo: 100)
            _ = try client.send(question.span)
            try sayNothing(afterTheOther: client)
        } catch {
            report("demo server: \(error)")
        }
    }
    if let obstacle {
        report("no network of its own either: \(obstacle)")
        return try explainWithoutCapture(Endpoint(host: address.numericHost, port: address.port), drawing)
    }
    var trace = try LiveTrace(of: address, pcap: pcap)
    let problem = try captureConnection(to: address, into: &trace, converse: ask)
    try drawing.show(trace.tracer)
    if let problem { throw problem }
}

/// Reads until the other end has ended its direction; then there is nothing left to say.
private func sayNothing(afterTheOther socket: borrowing Socket) throws(SocketError) {
    while try !socket.receive(upTo: 100).isEmpty {}
}

/// Opens a connection, and shows what the kernel tells anyone about its own end of it.
func explainWithoutCapture(_ endpoint: Endpoint, _ drawing: Drawing) throws {
    report("no capture without CAP_NET_RAW (run it with sudo, or once: sudo setcap cap_net_raw+ep PROGRAM); the kernel's own account:")
    let socket: Socket
    do { socket = try Socket.connected(to: endpoint, until: .after(.seconds(5))) } catch {
        throw error.operation == "connect" ? error.at("\(endpoint)") : error
    }
    let (own, peer) = (try socket.localAddress(), try socket.peerAddress())
    try drawing.show(try TCPInformation(of: socket), own: own, peer: peer)
    try sayNothing(on: socket)
}
