import COpenSSL

/// What many TLS connections have in common: certificates, keys, whom to trust. SSL_CTX_new(3)
///
/// It never changes once it is made, so threads can share it. To load a renewed certificate, make a new context, and use it for new
/// connections; those that are there keep the one that they began with.
public final class TLSContext: Sendable {
    /// Which side of a connection.
    public enum Role: Sendable { case server, client }

    /// Which side this context is for.
    public let role: Role
    let settings: TLSSettings
    let owner: ContextOwner
    private let protocols: ProtocolNames

    /// Loads the files that the settings name.
    ///
    /// - Throws: ``TLSError`` with the operation `load` and the path, if a file can't be read, or a key does not fit its certificate.
    public init(_ role: Role, _ settings: TLSSettings) throws(TLSError) {
        self.role = role
        self.settings = settings
        owner = ContextOwner(role)
        protocols = try ProtocolNames(settings.applicationProtocols, isStrict: !settings.flaws.contains(.anyProtocol))
        try limit()
        if let identity = settings.identity {
            try load(identity)
        } else if role == .server {
            throw TLSError("load", nil, .other("a server needs a certificate and its key"))
        }
        try trust()
        offerProtocols()
    }

    /// Versions, ciphers and options: RFC 9325.
    private func limit() throws(TLSError) {
        let context = unsafe owner.pointer
        unsafe copenssl_harden(context)
        let versions = (settings.versions.lowerBound.rawValue, settings.versions.upperBound.rawValue)
        guard unsafe copenssl_set_versions(context, versions.0, versions.1) == 1 else {
            throw TLSError("load", nil, .other("this OpenSSL does not speak these versions: \(ErrorQueue.takeWords())"))
        }
        // In TLS 1.2: only ciphers with forward secrecy that authenticate what they encrypt. In 1.3 there are no others.
        let isOld = settings.versions.lowerBound < .tls12
        _ = unsafe SSL_CTX_set_cipher_list(context, isOld ? "ALL:@SECLEVEL=0" : "ECDHE+AESGCM:ECDHE+CHACHA20")
        unsafe SSL_CTX_set_security_level(context, isOld ? 0 : 2)
        _ = unsafe copenssl_set_groups(context, "X25519:P-256:P-384")
        // A call that could send only part of the bytes says so; the next one may have the rest elsewhere in memory.
        unsafe copenssl_set_mode(context, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // One call for a record and what is behind it, instead of two for each. So bytes wait in here that poll(2) does not see.
        unsafe copenssl_set_read_ahead(context, 1)
        // Servers give their clients tickets and keep nothing; who resumes is up to the client's program.
        unsafe copenssl_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        let name = Array("workbook".utf8)
        _ = unsafe SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
    }

    private func load(_ identity: IdentityFiles) throws(TLSError) {
        let context = unsafe owner.pointer
        var isFirst = true
        try PEM.forEachCertificate(in: identity.certificate) { (certificate) throws(TLSError) in
            ERR_clear_error()
            let isTaken =
                unsafe isFirst
                ? SSL_CTX_use_certificate(context, certificate.pointer) : copenssl_add_chain_certificate(context, certificate.pointer)
            isFirst = false
            guard isTaken == 1 else { throw TLSError("load", identity.certificate, .other(ErrorQueue.takeWords())) }
        }
        let key = try PEM.privateKey(in: identity.key)
        ERR_clear_error()
        guard unsafe SSL_CTX_use_PrivateKey(context, key.pointer) == 1, unsafe SSL_CTX_check_private_key(context) == 1 else {
            let words = ErrorQueue.takeWords()
            throw TLSError(
                "load", identity.key, .other("the private key does not fit the certificate in \(identity.certificate) (\(words))"))
        }
    }

    private func trust() throws(TLSError) {
        let context = unsafe owner.pointer
        let everybody = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        switch settings.trust {
        case .anyone: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        case .nobody: unsafe SSL_CTX_set_verify(context, role == .server ? SSL_VERIFY_NONE : everybody, nil)
        case .authorities(let path):
            let mode = settings.flaws.contains(.optionalCertificate) ? SSL_VERIFY_PEER : everybody
            unsafe SSL_CTX_set_verify(context, mode, settings.flaws.contains(.anyCertificate) ? { _, _ in 1 } : nil)
            let store = unsafe SSL_CTX_get_cert_store(context)
            try PEM.forEachCertificate(in: path) { (certificate) throws(TLSError) in
                guard unsafe X509_STORE_add_cert(store, certificate.pointer) == 1 else {
                    throw TLSError("load", path, .other(ErrorQueue.takeWords()))
                }
                // What a client is told of whom it may come from.
                if role == .server { _ = unsafe SSL_CTX_add_client_CA(context, certificate.pointer) }
            }
        }
    }

    private func offerProtocols() {
        guard !settings.applicationProtocols.isEmpty else { return }
        switch role {
        case .client:
            _ = unsafe SSL_CTX_set_alpn_protos(owner.pointer, protocols.list, UInt32(protocols.list.count))
        case .server:
            unsafe SSL_CTX_set_alpn_select_cb(
                owner.pointer,
                { _, chosen, count, offered, offeredCount, protocols in
                    guard let protocols = unsafe protocols else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                    let own = unsafe Unmanaged<ProtocolNames>.fromOpaque(protocols).takeUnretainedValue()
                    return unsafe own.choose(chosen, count, from: UnsafeBufferPointer(start: offered, count: Int(offeredCount)))
                }, Unmanaged.passUnretained(protocols).toOpaque())
        }
    }
}

/// Names of application protocols, as they stand in the extension: each behind its length. RFC 7301, 3.1
private final class ProtocolNames: Sendable {
    let list: [UInt8]
    /// Whether there must be one to agree on.
    private let isStrict: Bool

    init(_ names: [String], isStrict: Bool) throws(TLSError) {
        self.isStrict = isStrict
        var list: [UInt8] = []
        for name in names {
            guard (1...255).contains(name.utf8.count) else {
                throw TLSError("load", nil, .other("the name of a protocol has 1 to 255 bytes, not \(name.utf8.count)"))
            }
            list.append(UInt8(name.utf8.count))
            list += Array(name.utf8)
        }
        self.list = list
    }

    /// The first of our names that is among the offered ones, or the end of the handshake.
    func choose(
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: UnsafeMutablePointer<UInt8>?,
        from offered: UnsafeBufferPointer<UInt8>
    ) -> Int32 {
        var own = 0
        while own < list.count {
            let name = list[own...own + Int(list[own])]
            var place = 0
            while place < offered.count {
                let end = unsafe place + 1 + Int(offered[place])
                if end <= offered.count, unsafe offered[place..<end].elementsEqual(name) {
                    unsafe chosen?.pointee = offered.baseAddress.map { unsafe $0 + place + 1 }
                    unsafe count?.pointee = offered[place]
                    return SSL_TLSEXT_ERR_OK
                }
                place = end
            }
            own += name.count
        }
        return isStrict ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK
    }
}
