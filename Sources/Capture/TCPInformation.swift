import CLinux
import Glibc
import Sockets

/// What the kernel tells anyone about its own end of a TCP connection, without any privilege: TCP_INFO in tcp(7).
public struct TCPInformation: Sendable {
    /// The state's name in RFC 9293, 3.3.2.
    public let state: String
    /// The smoothed round-trip time, in microseconds: RFC 6298.
    public let roundTripTime: Int
    /// How far the round-trip time strays, in microseconds: RFC 6298.
    public let roundTripVariation: Int
    /// The most payload bytes that this end puts into a segment.
    public let sendingMSS: Int
    /// The most payload bytes that the other end seems to put into a segment.
    public let receivingMSS: Int
    /// By how many bits the windows of each end are shifted, where both agreed to: RFC 7323.
    public let windowScale: (sending: Int, receiving: Int)?
    /// Whether both ends agreed to time stamps: RFC 7323.
    public let hasTimestamps: Bool
    /// Whether both ends agreed to selective acknowledgments: RFC 2018.
    public let hasSelectiveAcknowledgments: Bool
    /// How many segments were sent again so far.
    public let retransmissions: Int

    /// Asks about a stream socket.
    ///
    /// - Throws: `SocketError` with the operation `getsockopt`.
    public init(of socket: borrowing Socket) throws(SocketError) {
        var (state, options, sendScale, receiveScale): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var (sendMSS, receiveMSS, time, variation, again): (Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0)
        let result = unsafe clinux_tcp_info(
            socket.descriptor.number, &state, &options, &sendScale, &receiveScale, &sendMSS, &receiveMSS, &time, &variation, &again)
        guard result == 0 else { throw SocketError("getsockopt", code: errno) }
        self.state = Self.names.indices.contains(Int(state)) ? Self.names[Int(state)] : "state \(state)"
        (roundTripTime, roundTripVariation) = (Int(time), Int(variation))
        (sendingMSS, receivingMSS, retransmissions) = (Int(sendMSS), Int(receiveMSS), Int(again))
        hasTimestamps = options & 1 != 0
        hasSelectiveAcknowledgments = options & 2 != 0
        windowScale = options & 4 != 0 ? (Int(sendScale), Int(receiveScale)) : nil
    }

    /// Linux's numbers of the states, from 1 on.
    private static let names = [
        "", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK",
        "LISTEN", "CLOSING",
    ]
}
