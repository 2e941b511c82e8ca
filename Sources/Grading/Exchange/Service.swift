/// What a server does for its clients, as far as the checks that all servers share need to know it.
struct Service: Sendable {
    /// What makes the program a server: the words in front of its options.
    var words: [String] = []
    /// What a client sends to have some bytes sent back.
    var question: @Sendable ([UInt8]) -> [UInt8]
    /// What is sent back then.
    var answer: @Sendable ([UInt8]) -> [UInt8]

    /// RFC 862: everything, as it came.
    static let echo = Service(question: { $0 }, answer: { $0 })

    /// A check that all servers share, made of one that offers this service.
    func check(_ body: @escaping @Sendable (Trial) throws -> Void) -> @Sendable (Trial) throws -> Void {
        { trial in
            trial.service = self
            try body(trial)
        }
    }
}
