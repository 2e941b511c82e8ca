import COpenSSL

/// A version of TLS. Older ones have been given up for good: RFC 8996.
public struct TLSVersion: RawRepresentable, Comparable, Sendable {
    /// The number on the wire.
    public let rawValue: Int32
    /// The version with that number on the wire.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// RFC 8446.
    public static let tls13 = TLSVersion(rawValue: TLS1_3_VERSION)
    /// RFC 5246.
    public static let tls12 = TLSVersion(rawValue: TLS1_2_VERSION)
    /// RFC 4346, not to be used: for peers that tests must refuse.
    package static let tls11 = TLSVersion(rawValue: TLS1_1_VERSION)
    /// RFC 2246, not to be used: for peers that tests must refuse.
    package static let tls10 = TLSVersion(rawValue: TLS1_VERSION)

    /// The older one first.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

/// What one side of TLS connections is set to do.
public struct TLSSettings: Sendable {
    /// Who this side is. A server must be somebody; a client may be.
    public var identity: IdentityFiles?
    /// Who is trusted. A client always verifies its server. A server asks for a certificate only if there is somebody to trust.
    public var trust = Trust.nobody
    /// Names of protocols, the one liked best first. A client offers them. A server refuses clients that offer protocols without any
    /// of these, and takes those that offer none: RFC 7301, 3.2. Each name has 1 to 255 bytes.
    public var applicationProtocols: [String] = []
    /// Which versions may be spoken.
    public var versions = TLSVersion.tls12...TLSVersion.tls13
    /// What is left out, for programs that are wrong on purpose: to show that a grader notices.
    package var flaws: Flaws = []

    package struct Flaws: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// A client does not say which server it looks for.
        package static let noServerName = Flaws(rawValue: 1)
        /// A server asks for a certificate, and takes a client without one.
        package static let optionalCertificate = Flaws(rawValue: 2)
        /// A server wants a certificate, and takes any.
        package static let anyCertificate = Flaws(rawValue: 4)
        /// A server that finds no protocol to agree on goes on without.
        package static let anyProtocol = Flaws(rawValue: 8)
    }

    /// Nobody, who trusts nobody, speaks TLS 1.2 and 1.3.
    public init() {}

    /// Whose certificates are believed.
    public enum Trust: Sendable {
        /// No certificate is good enough.
        case nobody
        /// Those whose chain leads to a certificate in this PEM file; what the system trusts does not matter.
        case authorities(file: String)
        /// Whoever answers. This hides the conversation from listeners, but not from somebody in the middle: for experiments.
        case anyone
    }
}
