import COpenSSL
import Glibc
import Sockets

/// A certificate, what leads from it to its root, and the private key that belongs to it: the files that hold them, in PEM (RFC 7468).
public struct IdentityFiles: Equatable, Sendable {
    /// The certificate first, then whatever intermediates there are.
    public let certificate: String
    /// The private key, not encrypted.
    public let key: String

    /// The paths of the two files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// What stands in PEM files.
enum PEM {
    /// Everything in a file.
    ///
    /// - Throws: ``TLSError`` with the operation `load` and the path.
    static func read(_ path: String) throws(TLSError) -> [UInt8] {
        do {
            let file = try Descriptor(reading: path)
            var bytes: [UInt8] = []
            while let part = try file.read(upTo: 65_536), !part.isEmpty {
                bytes += part
                guard bytes.count <= 16 << 20 else { throw TLSError("load", path, .other("it is too large for a PEM file")) }
            }
            return bytes
        } catch let error as SocketError {
            throw TLSError("load", path, .transport(error))
        } catch let error as TLSError {
            throw error
        } catch {
            throw TLSError("load", path, .other("\(error)"))
        }
    }

    /// Hands over each certificate of a file.
    ///
    /// - Throws: ``TLSError`` if there is none, or one that can't be read.
    static func forEachCertificate(
        in path: String, _ body: (borrowing CertificateOwner) throws(TLSError) -> Void
    ) throws(TLSError) {
        let memory = MemoryOwner(try read(path))
        var count = 0
        ERR_clear_error()
        while let certificate = unsafe CertificateOwner(adopting: PEM_read_bio_X509(memory.pointer, nil, nil, nil)) {
            try body(certificate)
            count += 1
        }
        // The end of the file is found by looking for one more.
        let errors = ErrorQueue.take()
        let isEnd = errors.allSatisfy { $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE }
        if count == 0, isEnd { throw TLSError("load", path, .other("there is no PEM certificate in it")) }
        guard isEnd else {
            throw TLSError("load", path, .other("a certificate can't be read: \(errors.map(\.words).joined(separator: "; "))"))
        }
    }

    /// The private key in a file.
    ///
    /// - Throws: ``TLSError`` if there is none, or it is encrypted. Nobody is asked for a password.
    static func privateKey(in path: String) throws(TLSError) -> KeyOwner {
        let bytes = try read(path)
        let memory = MemoryOwner(bytes)
        var wasAsked = false
        ERR_clear_error()
        let pointer = unsafe withUnsafeMutablePointer(to: &wasAsked) { flag in
            unsafe PEM_read_bio_PrivateKey(
                memory.pointer, nil,
                { _, _, _, flag in
                    unsafe flag?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, flag)
        }
        if let key = unsafe KeyOwner(adopting: pointer) { return key }
        let errors = ErrorQueue.take()
        if wasAsked { throw TLSError("load", path, .other("the private key is encrypted; a server can't ask for a password")) }
        // OpenSSL only says "unsupported" of whatever it finds no key in.
        if !String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----") {
            throw TLSError("load", path, .other("there is no PEM private key in it"))
        }
        throw TLSError("load", path, .other("the private key can't be read: \(errors.map(\.words).joined(separator: "; "))"))
    }
}
