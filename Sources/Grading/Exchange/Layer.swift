import Sockets

/// What stands between a client's bytes and its socket: a protocol such as TLS, which has an opening and an end of its own.
///
/// It moves no bytes itself: the client carries them, so that everything it does over a socket it can do with a layer, too.
protocol Layer: AnyObject {
    /// Takes in bytes that came from the socket.
    func take(_ bytes: [UInt8])
    /// Takes in that the other end has closed the connection.
    func takeEnd()
    /// What is to go out through the socket, once.
    func outgoing() -> [UInt8]
    /// Goes on with the opening, and unwraps some of what has come. Never waits.
    func receive() -> Client.Arrival
    /// Wraps bytes. Before the opening is done, they are kept until it is.
    func send(_ bytes: ArraySlice<UInt8>)
    /// Wraps the end of the stream, and returns what that is called.
    func finishSending() -> String
    /// The bytes of the stream that one record holds at most: none of them can be read before all of them have come.
    var largestRecord: Int { get }
    /// Whether the opening is done.
    var isOpen: Bool { get }
    /// What the opening has come to, for the transcript.
    var summary: String { get }
}
