/// A plausible mistake in a lab's program: what it is, and what the grader must say of it.
public struct Mistake: Sendable {
    /// The lab's number.
    public let lab: Int
    /// A stable name: the first argument of the lab's `-mistakes` program.
    public let id: String
    /// What the author did, as the end of the sentence "The program ...".
    public let title: String
    /// The check that must catch it.
    public let check: String
    /// Words that must stand in that check's message.
    public let words: [String]

    /// All mistakes of all labs.
    public static let all: [Mistake] = handshakeTracer + echoServer + udpSender + binaryCodec + tlsEcho + multiplexedServer

    /// The mistakes of one lab.
    public static func of(lab: Int) -> [Mistake] { all.filter { $0.lab == lab } }

    /// What a lab's `-mistakes` program can be told to do: one of its mistakes, or none.
    public static func choices(lab: Int) -> [String] { of(lab: lab).map(\.id) + ["none"] }
}
