import Foundation
import LabProgram
import SecureSockets
import Sockets
import Synchronization

/// The contexts of a server, and what a signal makes of them.
final class WrongContexts: Sendable {
    let settings: ServerIdentity
    private let context: Mutex<TLSContext?>
    private let generation = Atomic(0)

    init(_ settings: ServerIdentity) throws {
        self.settings = settings
        context = Mutex(makes("loads-at-the-first-client") || makes("starts-without-key") ? nil : try WrongContexts.load(settings))
        if makes("starts-without-key") { context.withLock { $0 = try? WrongContexts.load(settings) } }
    }

    /// What a new client is served with.
    func current() throws -> TLSContext {
        if let context = context.withLock({ $0 }) { return context }
        let loaded = try WrongContexts.load(settings)
        context.withLock { $0 = loaded }
        return loaded
    }

    /// What SIGHUP asks for.
    func reload() {
        do {
            if makes("ignores-sighup") { return }
            if makes("reload-loses-the-old-one") { context.withLock { $0 = nil } }
            let renewed = try WrongContexts.load(settings)
            context.withLock { $0 = renewed }
            report("loaded again")
            if makes("reload-ends-connections") { WrongContexts.endAll() }
        } catch {
            if makes("dies-of-a-failing-reload") {
                report("error: \(error)")
                exit(with: .failure)
            }
            if !makes("reload-fails-in-silence") { report("not loaded again: \(error)") }
        }
    }

    /// Shuts down every connection of this process, listening sockets aside.
    private static func endAll() {
        for number in Int32(3)..<200 {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let isConnected = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(number, $0, &length) } == 0
            }
            if isConnected { shutdown(number, Int32(SHUT_RDWR)) }
        }
    }

    private static func load(_ settings: ServerIdentity) throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        tls.identity = makes("leaf-only") ? leafAlone(settings.files) : settings.files
        let isThere = settings.clientAuthorities.map { FileManager.default.fileExists(atPath: $0) } ?? false
        if let authorities = settings.clientAuthorities, !makes("client-ca-ignored"), isThere || !makes("client-ca-missing") {
            tls.trust = .authorities(file: authorities)
            if makes("certificate-optional") { tls.flaws.insert(.optionalCertificate) }
            if makes("any-client-certificate") { tls.flaws.insert(.anyCertificate) }
        }
        if let name = settings.applicationProtocol, !makes("alpn-ignored") { tls.applicationProtocols = [name] }
        if makes("goes-on-without-protocol") { tls.flaws.insert(.anyProtocol) }
        if makes("tls13-only") { tls.versions = .tls13 ... .tls13 }
        if makes("old-versions") { tls.versions = .tls10 ... .tls13 }
        return try TLSContext(.server, tls)
    }

    /// The same identity, without the intermediates.
    private static func leafAlone(_ identity: IdentityFiles) -> IdentityFiles {
        let text = (try? String(contentsOfFile: identity.certificate, encoding: .utf8)) ?? ""
        let end = "-----END CERTIFICATE-----\n"
        let path = identity.certificate + ".leaf"
        try? Data((text.components(separatedBy: end)[0] + end).utf8).write(to: URL(fileURLWithPath: path))
        return IdentityFiles(certificate: path, key: identity.key)
    }
}
