import Foundation
import SecureSockets
import Sockets
import Testing

/// A folder with a root, and certificates that it issued; gone with its owner.
final class Certificates: Sendable {
    let folder: String
    let root: CertifiedKey

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("secure-sockets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        root = try CertifiedKey(selfSigned: .init([("CN", "root")], .authority))
        try write(root.certificatePEM, "root.pem")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Somebody's certificate and key, written down.
    func issue(
        _ name: String, _ usage: CertifiedKey.Usage = .server, names: [String] = ["localhost", "127.0.0.1"],
        subject: [(type: String, value: String)]? = nil, validFrom: Int = -60, validUntil: Int = 3_600, by authority: CertifiedKey? = nil
    ) throws -> IdentityFiles {
        let made = try (authority ?? root).issue(
            .init(subject ?? [("CN", name)], usage, names: names, validFrom: validFrom, validUntil: validUntil))
        return try write(made, name)
    }

    func write(_ made: CertifiedKey, _ name: String) throws -> IdentityFiles {
        try write(made.certificatePEM, "\(name).pem")
        try write(made.keyPEM, "\(name)-key.pem")
        return IdentityFiles(certificate: path("\(name).pem"), key: path("\(name)-key.pem"))
    }

    func serverSettings(_ identity: IdentityFiles) -> TLSSettings {
        var settings = TLSSettings()
        settings.identity = identity
        return settings
    }

    var clientSettings: TLSSettings {
        var settings = TLSSettings()
        settings.trust = .authorities(file: path("root.pem"))
        return settings
    }
}

/// Both ends of a conversation, and the bytes carried between them by hand.
struct Pair: ~Copyable {
    var client: SecureChannel
    var server: SecureChannel
    /// What each end's handshake failed of.
    var clientError: TLSError?
    var serverError: TLSError?

    init(_ certificates: Certificates, server: TLSSettings, client: TLSSettings? = nil, name: String? = "localhost") throws {
        let one = try SecureChannel(TLSContext(.client, client ?? certificates.clientSettings), expecting: name)
        let other = try SecureChannel(TLSContext(.server, server))
        self.client = one
        self.server = other
    }

    /// Carries on until both are done, or nothing more happens.
    mutating func shakeHands() {
        var isDone = (false, false)
        for _ in 0..<10 {
            if clientError == nil { do { isDone.0 = try client.handshake() } catch { clientError = error } }
            carry()
            if serverError == nil { do { isDone.1 = try server.handshake() } catch { serverError = error } }
            carry()
            if isDone == (true, true) { break }
        }
    }

    /// Carries what each has to send to the other.
    mutating func carry() {
        server.take(client.outgoing().span)
        client.take(server.outgoing().span)
    }
}
