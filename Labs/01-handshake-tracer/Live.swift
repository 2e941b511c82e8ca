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
    unsolved(step: 7)
}
