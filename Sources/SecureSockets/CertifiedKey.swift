import COpenSSL
import Sockets

/// A certificate and the private key that belongs to it, made here: an authority that issues others, or somebody who presents it.
public final class CertifiedKey: Sendable {
    private let certificate: CertificateOwner
    private let key: KeyOwner

    /// What is to stand in a certificate.
    public struct Contents: Sendable {
        /// The parts of the subject's name, in order: `[("O", "Workbook"), ("CN", "localhost")]`.
        public var subject: [(type: String, value: String)]
        /// What it may be used for.
        public var usage: Usage
        /// DNS names and addresses that a server answers to.
        public var names: [String]
        /// From when on it is valid, in seconds from now.
        public var validFrom: Int
        /// Until when it is valid, in seconds from now.
        public var validUntil: Int

        /// Valid from an hour ago, for clocks that differ, for a year.
        public init(
            _ subject: [(type: String, value: String)], _ usage: Usage, names: [String] = [], validFrom: Int = -3_600,
            validUntil: Int = 365 * 86_400
        ) {
            self.subject = subject
            self.usage = usage
            self.names = names
            self.validFrom = validFrom
            self.validUntil = validUntil
        }
    }

    /// What a certificate may be used for: RFC 5280, 4.2.1.3, 4.2.1.9 and 4.2.1.12.
    public enum Usage: Sendable { case authority, server, client }

    /// A certificate that is signed with its own key: a root, or somebody nobody vouches for.
    ///
    /// - Throws: ``TLSError`` with the operation `make`.
    public convenience init(selfSigned contents: Contents) throws(TLSError) { try self.init(contents, issuer: nil) }

    /// A certificate, and a new key, that this authority vouches for.
    ///
    /// - Throws: ``TLSError`` with the operation `make`.
    public func issue(_ contents: Contents) throws(TLSError) -> CertifiedKey { try CertifiedKey(contents, issuer: self) }

    private init(_ contents: Contents, issuer: CertifiedKey?) throws(TLSError) {
        ERR_clear_error()
        Library.prepare()
        guard let key = unsafe KeyOwner(adopting: copenssl_new_key("P-256")),
            let certificate = unsafe CertificateOwner(adopting: X509_new())
        else { throw Self.failure() }
        let subject = unsafe X509_get_subject_name(certificate.pointer)
        var serial: UInt64 = 0
        var isMade = unsafe RAND_bytes(&serial, 8) == 1
        // Positive: the highest bit is a sign. RFC 5280, 4.1.2.2
        isMade = unsafe isMade && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.pointer), serial >> 1) == 1
        // 2 is version 3, the one with extensions.
        isMade = unsafe isMade && X509_set_version(certificate.pointer, 2) == 1
        isMade = unsafe isMade && X509_gmtime_adj(X509_getm_notBefore(certificate.pointer), contents.validFrom) != nil
        isMade = unsafe isMade && X509_gmtime_adj(X509_getm_notAfter(certificate.pointer), contents.validUntil) != nil
        isMade = unsafe isMade && X509_set_pubkey(certificate.pointer, key.pointer) == 1
        for (type, value) in contents.subject {
            let bytes = Array(value.utf8)
            // Each part in a set of its own, behind the others.
            isMade = unsafe isMade && X509_NAME_add_entry_by_txt(subject, type, V_ASN1_UTF8STRING, bytes, Int32(bytes.count), -1, 0) == 1
        }
        let signer = unsafe issuer.map { unsafe $0.certificate.pointer } ?? certificate.pointer
        isMade = unsafe isMade && X509_set_issuer_name(certificate.pointer, X509_get_subject_name(signer)) == 1
        for (identifier, value) in Self.extensions(of: contents, isSelfSigned: issuer == nil) {
            let part = unsafe copenssl_extension(signer, certificate.pointer, identifier, value)
            isMade = unsafe isMade && part != nil && X509_add_ext(certificate.pointer, part, -1) == 1
            unsafe X509_EXTENSION_free(part)
        }
        let signingKey = unsafe issuer.map { unsafe $0.key.pointer } ?? key.pointer
        guard isMade, unsafe X509_sign(certificate.pointer, signingKey, EVP_sha256()) > 0 else { throw Self.failure() }
        self.certificate = certificate
        self.key = key
    }

    private static func failure() -> TLSError { TLSError("make", "certificate", .other(ErrorQueue.takeWords())) }

    /// In the notation of x509v3_config(5).
    private static func extensions(of contents: Contents, isSelfSigned: Bool) -> [(Int32, String)] {
        var list: [(Int32, String)] = []
        switch contents.usage {
        case .authority:
            list = [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")]
        case .server, .client:
            list = [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, contents.usage == .server ? "serverAuth" : "clientAuth"),
            ]
        }
        list.append((NID_subject_key_identifier, "hash"))
        if !isSelfSigned { list.append((NID_authority_key_identifier, "keyid:always")) }
        if !contents.names.isEmpty {
            let names = contents.names.map { (SocketAddress(numeric: $0, port: 0) != nil ? "IP:" : "DNS:") + $0 }
            list.append((NID_subject_alt_name, names.joined(separator: ",")))
        }
        return list
    }

    // MARK: Files

    /// The certificate, as it stands in a PEM file.
    public var certificatePEM: String {
        let memory = MemoryOwner()
        _ = unsafe PEM_write_bio_X509(memory.pointer, certificate.pointer)
        return String(decoding: memory.bytes, as: UTF8.self)
    }

    /// The private key, as it stands in a PEM file: PKCS #8, RFC 5958. Write it where nobody else can read it.
    public var keyPEM: String { keyPEM(password: nil) }

    /// The private key, encrypted with a password.
    public func keyPEM(password: String) -> String { keyPEM(password: Optional(password)) }

    private func keyPEM(password: String?) -> String {
        let memory = MemoryOwner()
        let letters = Array((password ?? "").utf8CString)
        unsafe letters.withUnsafeBufferPointer { letters in
            _ = unsafe PEM_write_bio_PKCS8PrivateKey(
                memory.pointer, key.pointer, password == nil ? nil : EVP_aes_256_cbc(), letters.baseAddress,
                Int32(password == nil ? 0 : letters.count - 1), nil, nil)
        }
        return String(decoding: memory.bytes, as: UTF8.self)
    }
}
