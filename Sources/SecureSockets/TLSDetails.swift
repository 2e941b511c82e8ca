import COpenSSL
import Sockets

/// What a handshake came to.
///
/// It prints as `TLSv1.3 TLS_AES_256_GCM_SHA384 alpn=echo/1 peer="CN=client"`, whatever the peer has put into its name.
public struct TLSDetails: Equatable, Sendable, CustomStringConvertible {
    /// `TLSv1.2` or `TLSv1.3`.
    public let version: String
    /// OpenSSL's name of the cipher suite: ciphers(1).
    public let cipher: String
    /// The name of the same suite in IANA's registry.
    public let registeredCipher: String
    /// What both sides will speak (ALPN), or nil if they have not said so.
    public let applicationProtocol: String?
    /// The peer's name, by its certificate: `O=Workbook,CN=client`. nil without a certificate, or with one that names nobody.
    public let peerName: String?
    /// The name by which a client asked for its server (SNI), or nil if it has not.
    public let serverName: String?
    /// Whether this goes on from an earlier conversation, without certificates.
    public let isResumed: Bool

    /// One line, in which everything that does not print is escaped.
    public var description: String {
        let peer = peerName.map { "\"\($0.replacing("\"", with: "\\\""))\"" } ?? "-"
        return "\(version) \(cipher) alpn=\(applicationProtocol.map(escaped) ?? "-") peer=\(peer)"
    }
}

extension Session {
    var details: TLSDetails {
        let ssl = unsafe owner.pointer
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &length)
        let alpn = unsafe name.map { unsafe String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
        return TLSDetails(
            version: unsafe String(cString: SSL_get_version(ssl)),
            cipher: unsafe SSL_get_current_cipher(ssl).map { unsafe String(cString: SSL_CIPHER_get_name($0)) } ?? "-",
            registeredCipher: unsafe SSL_get_current_cipher(ssl).map { unsafe String(cString: SSL_CIPHER_standard_name($0)) } ?? "-",
            applicationProtocol: alpn,
            peerName: unsafe SSL_get0_peer_certificate(ssl).flatMap { unsafe subjectName(of: $0) },
            serverName: unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { unsafe String(cString: $0) },
            isResumed: unsafe SSL_session_reused(ssl) == 1)
    }
}

/// The subject of a certificate, its parts in the order in which they stand there: `O=Workbook,CN=client`. nil if it has none.
///
/// Parts that stand in one set are joined by `+`, as in RFC 4514; that RFC would turn the order round.
private func subjectName(of certificate: OpaquePointer) -> String? {
    let name = unsafe X509_get_subject_name(certificate)
    var text = ""
    var set: Int32 = -1
    for index in unsafe 0..<max(0, X509_NAME_entry_count(name)) {
        let entry = unsafe X509_NAME_get_entry(name, index)
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry))
        defer { unsafe CRYPTO_free(bytes, #fileID, #line) }
        let value = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: Int(max(0, count))), as: UTF8.self)
        if !text.isEmpty { text += unsafe X509_NAME_ENTRY_set(entry) == set ? "+" : "," }
        set = unsafe X509_NAME_ENTRY_set(entry)
        text += unsafe "\(label(of: X509_NAME_ENTRY_get_object(entry)))=\(escaped(value))"
    }
    return text.isEmpty ? nil : text
}

/// `CN`, or the numbers of an identifier that has no short name.
private func label(of object: OpaquePointer?) -> String {
    let number = unsafe OBJ_obj2nid(object)
    if number != NID_undef, let name = unsafe OBJ_nid2sn(number) { return unsafe String(cString: name) }
    var text = [CChar](repeating: 0, count: 80)
    _ = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 1)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A text in which whatever is no plain character stands as `\xHH` or `\u{HHHH}`: a peer's name must not move the cursor, or look like a
/// line of its own.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control where scalar.value < 0x80:
            result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16, uppercase: true)
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        case _ where scalar == "\\": result += "\\\\"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// What a client keeps of a conversation to take it up again: `SSL_SESSION`, SSL_get1_session(3).
///
/// It is of no use if the conversation then ends without a close_notify of either side: RFC 5246, 7.2.1.
public final class TLSResumption: Sendable {
    private let owner: Owner

    init?(_ session: borrowing Session) {
        guard let pointer = unsafe SSL_get1_session(session.owner.pointer) else { return nil }
        owner = unsafe Owner(pointer)
        guard unsafe SSL_SESSION_is_resumable(pointer) == 1 else { return nil }
    }

    func apply(to session: borrowing Session) { _ = unsafe SSL_set_session(session.owner.pointer, owner.pointer) }

    @safe private struct Owner: ~Copyable, @unchecked Sendable {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }
        deinit { unsafe SSL_SESSION_free(pointer) }
    }
}
