import COpenSSL

// Each object of OpenSSL that this module makes has one owner, which frees it.

/// OpenSSL, made ready before its first use: OPENSSL_init_ssl(3).
///
/// It must not clean up after itself at exit(3): other threads may still be using it then, and would crash.
enum Library {
    private static let isReady = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

    static func prepare() { precondition(isReady, "OpenSSL can't be used") }
}

/// An `SSL_CTX`: SSL_CTX_new(3).
@safe struct ContextOwner: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ role: TLSContext.Role) {
        Library.prepare()
        guard let pointer = unsafe SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
            fatalError("OpenSSL has no memory for a context")
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe SSL_CTX_free(pointer) }
}

/// An `SSL`: SSL_new(3). The objects that it reads from and writes to (BIOs) are its own.
@safe struct SessionOwner: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ context: borrowing ContextOwner) {
        guard let pointer = unsafe SSL_new(context.pointer) else { fatalError("OpenSSL has no memory for a connection") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe SSL_free(pointer) }
}

/// An `X509`: X509_new(3).
@safe struct CertificateOwner: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a certificate that nobody else will free; nil if there is none.
    init?(adopting pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe X509_free(pointer) }
}

/// An `EVP_PKEY`: EVP_PKEY_new(3).
@safe struct KeyOwner: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a key that nobody else will free; nil if there is none.
    init?(adopting pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// A `BIO` that holds bytes in memory: BIO_s_mem(3).
@safe struct MemoryOwner: ~Copyable {
    let pointer: OpaquePointer

    /// - Parameter bytes: What can be read from it at first.
    init(_ bytes: [UInt8] = []) {
        Library.prepare()
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { fatalError("OpenSSL has no memory for a buffer") }
        unsafe self.pointer = pointer
        unsafe bytes.withUnsafeBytes { _ = unsafe BIO_write(pointer, $0.baseAddress, Int32($0.count)) }
    }

    /// Everything that was written to it and not read yet.
    var bytes: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_bio_memory(pointer, &start)
        guard count > 0 else { return [] }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    deinit { unsafe BIO_free_all(pointer) }
}
