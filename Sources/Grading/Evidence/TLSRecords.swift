/// What can be told of TLS from the outside: which records a segment begins with, and what is in those that are not encrypted.
///
/// RFC 8446, 5.1 (records), 4 (handshake messages) and 6 (alerts).
struct TLSRecords {
    /// Each record, or what is in it, in a word or two: `ClientHello`, `alert close_notify`, `application_data 23`.
    private(set) var names: [String] = []

    /// Takes a segment's payload apart; nil if it does not begin with a record.
    init?(_ payload: ArraySlice<UInt8>) {
        var rest = payload
        while let (type, length) = TLSRecords.header(rest) {
            names += TLSRecords.names(type, length, rest.dropFirst(5).prefix(length))
            rest = rest.dropFirst(5 + length)
        }
        if names.isEmpty { return nil }
    }

    /// All of them in one line: `TLS ServerHello, change_cipher_spec, 4 x application_data`.
    var description: String {
        var runs: [(name: String, kind: Substring, count: Int)] = []
        for name in names {
            let kind = name.prefix { $0 != " " }
            if let last = runs.last, last.kind == kind {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((name, kind, 1))
            }
        }
        return "TLS " + runs.map { $0.count == 1 ? $0.name : "\($0.count) x \($0.kind)" }.joined(separator: ", ")
    }

    private static func header(_ bytes: ArraySlice<UInt8>) -> (type: UInt8, length: Int)? {
        let first = Array(bytes.prefix(5))
        guard first.count == 5, (20...23).contains(first[0]), first[1] == 3, first[2] <= 4 else { return nil }
        let length = Int(first[3]) << 8 | Int(first[4])
        // RFC 8446, 5.2: what encryption adds to 2^14 bytes is bounded. RFC 5246, 6.2.3, allows more.
        return (1...(1 << 14) + 2_048).contains(length) ? (first[0], length) : nil
    }

    private static func names(_ type: UInt8, _ length: Int, _ content: ArraySlice<UInt8>) -> [String] {
        let bytes = Array(content)
        switch type {
        case 20: return ["change_cipher_spec"]
        // An alert has two bytes; more of them are encrypted.
        case 21: return [length == 2 && bytes.count == 2 ? "alert \(alerts[bytes[1]] ?? "\(bytes[1])")" : "alert, encrypted"]
        case 22: return messages(bytes, length) ?? ["handshake, encrypted"]
        default: return ["application_data \(length)"]
        }
    }

    /// The handshake messages of a record, if they fill it: what is encrypted does not.
    private static func messages(_ bytes: [UInt8], _ length: Int) -> [String]? {
        var found: [String] = []
        var start = 0
        while start < length {
            // Of a large packet only the beginning was captured.
            guard start + 4 <= bytes.count else { return found.isEmpty || bytes.count == length ? nil : found }
            guard let name = handshake[bytes[start]] else { return nil }
            found.append(name)
            start += 4 + (Int(bytes[start + 1]) << 16 | Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]))
        }
        return start == length ? found : nil
    }

    private static let handshake: [UInt8: String] = [
        0: "HelloRequest", 1: "ClientHello", 2: "ServerHello", 4: "NewSessionTicket", 11: "Certificate", 12: "ServerKeyExchange",
        13: "CertificateRequest", 14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished",
        22: "CertificateStatus",
    ]

    private static let alerts: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
        42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
        46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
        51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
        90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name",
        113: "bad_certificate_status_response", 115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
    ]
}
