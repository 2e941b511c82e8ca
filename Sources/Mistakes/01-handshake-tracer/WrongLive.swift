// Step 7, with the mistakes that are made in it.
import Capture
import Sockets

func captureConnection(
    to address: SocketAddress, into trace: inout LiveTrace, converse: (borrowing Socket) throws(SocketError) -> Void
) throws(SocketError) -> SocketError? {
    var capture: LiveCapture? = makes("capture-after-connect") ? nil : try LiveCapture(toward: address)
    var problem: SocketError?
    do {
        let socket = try Socket(.stream, address.family)
        try socket.bind(to: address.family == .ipv4 ? SocketAddress(ipv4: 0) : SocketAddress(ipv6: 0))
        trace.ownPort = try socket.localAddress().port
        try socket.connect(to: address, until: .after(.seconds(5)))
        if makes("capture-after-connect") { capture = try LiveCapture(toward: address) }
        try converse(socket)
    } catch {
        problem = error
    }
    if makes("refusal-not-traced"), problem != nil { return problem }
    let deadline = Deadline.after(.seconds(1))
    var packets = 0
    while !trace.isOver, let packet = try capture?.next(until: deadline) {
        try trace.add(packet)
        packets += 1
        if makes("stops-after-the-handshake"), packets == 3 { break }
    }
    return problem
}
