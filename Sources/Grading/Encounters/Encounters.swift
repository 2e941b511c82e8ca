import Sockets

/// What one student's program does with another's: small exchanges that must work between any two right programs.
///
/// An encounter is a check of two programs, the client (the trial's subject) and the server (its partner).
extension Lab {
    /// The lab's encounters; none where a program has nobody to meet.
    public var encounters: [Check] {
        switch name {
        case "udp-sender": UDPSenderEncounters.all
        case "binary-codec": BinaryCodecEncounters.all
        #if HAS_OPENSSL
            case "tls-echo": TLSEchoEncounters.all
        #endif
        default: []
        }
    }

    /// Whether clients meet the servers of others; in lab 3 there are none but the workbook's reflector.
    public var hasServers: Bool { name != "udp-sender" }

    /// The encounter of that name.
    func encounter(_ id: String) -> Check? { encounters.first { $0.id == id } }
}

extension Trial {
    /// Starts the partner as a server, and waits until it says that it listens.
    func startPartner(_ options: [String]) throws -> (program: Program, address: SocketAddress) {
        guard let partner else { throw Finding.notRun("there is no second program") }
        let server = try start(options + ["--port", "0"], of: partner, as: "server")
        return (server, try readyAddress(of: server))
    }

    /// What a program last said on stderr, as the end of a message.
    func said(_ program: Program) -> String {
        program.errorLines.last.map { "\nthe \(program.name)'s last line on stderr: \(readable(Array($0.utf8), limit: 160))" } ?? ""
    }
}

/// Lab 3: the sender meets the workbook's reflector.
enum UDPSenderEncounters {
    /// Checks of the lab itself: what a sender says must be what the reflector did.
    static let all: [Check] = ["json", "loss", "duplicates", "reordering", "seeded-faults", "seeded-retries"].compactMap {
        Lab.udpSender.check($0)
    }
}
