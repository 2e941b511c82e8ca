// Step 7: your own handshake, as it happens.
import Capture
import LabProgram
import Sockets

/// Step 7: opens a connection to an address, uses it, closes it, and captures all of it from the first segment to the last.
///
/// - Parameters:
///   - trace: Wants to know our own port before the connection is opened (``LiveTrace/ownPort``), and then every packet.
///   - converse: What to do with the connection while it is open; it ends our direction (a FIN) and waits for the other's.
/// - Returns: What went wrong with the connection, or nil; what was captured of it is in `trace` either way.
/// - Throws: What went wrong with the capture.
func captureConnection(
    to address: SocketAddress, into trace: inout LiveTrace, converse: (borrowing Socket) throws(SocketError) -> Void
) throws(SocketError) -> SocketError? {
    // step 7 begins
    // Before the first SYN leaves: a capture does not see what was.
    var capture = try LiveCapture(toward: address)
    var problem: SocketError?
    do {
        let socket = try Socket(.stream, address.family)
        // Bound by hand, so that we know the port even if the connection never comes about.
        try socket.bind(to: address.family == .ipv4 ? SocketAddress(ipv4: 0) : SocketAddress(ipv6: 0))
        trace.ownPort = try socket.localAddress().port
        try socket.connect(to: address, until: .after(.seconds(5)))
        try converse(socket)
    } catch {
        problem = error
    }
    // The socket is closed by now; its last segments may still be on their way.
    let deadline = Deadline.after(.seconds(1))
    while !trace.isOver, let packet = try capture.next(until: deadline) { try trace.add(packet) }
    return problem
    // step 7 ends
}
