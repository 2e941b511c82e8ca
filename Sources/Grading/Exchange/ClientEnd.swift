extension Client {
    /// How the other end ended a connection.
    enum End: Equatable {
        case closed
        case reset
        /// Closed below the layer, without the layer's own end.
        case cut
        /// The layer could not go on, and why.
        case broken(String)
    }

    /// What a receiving call found.
    enum Arrival: Equatable {
        case bytes([UInt8])
        case end(End)
        case nothing
    }
}

extension Client.End {
    /// As the end of a sentence.
    var words: String {
        switch self {
        case .closed: "the program closed the connection"
        case .reset: "the program reset the connection (RST)"
        case .cut: "the program closed the connection without close_notify"
        case .broken(let reason): reason
        }
    }

    /// As a line of the transcript.
    func event(in layer: (any Layer)?) -> String {
        switch self {
        case .closed: "received the end of the stream (\(layer == nil ? "FIN" : "close_notify"))"
        case .reset: "was reset (RST)"
        case .cut: "received the end of the connection (FIN), without a close_notify"
        case .broken(let reason): "gave up: \(reason)"
        }
    }
}
