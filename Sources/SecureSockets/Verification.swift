import COpenSSL

/// Why a certificate was not trusted: what OpenSSL found, and what that comes to. verify(1)
public struct VerificationFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What it comes to.
    public let cause: Cause
    /// What OpenSSL says of it.
    public let details: String

    /// The few causes that matter to a user.
    public enum Cause: String, Equatable, Sendable {
        /// A certificate of the chain was valid until some time ago.
        case expired = "expired"
        /// A certificate of the chain will be valid from some time on.
        case notYetValid = "not yet valid"
        /// The certificate is for somebody else.
        case nameMismatch = "name mismatch"
        /// The chain leads to nobody who is trusted; a certificate signed by itself included.
        case untrustedIssuer = "untrusted issuer"
        /// Anything else: the details say what.
        case other = "not acceptable"
    }

    /// - Parameter code: A number of X509_STORE_CTX_get_error(3), other than `X509_V_OK`.
    init(code: Int) {
        details = unsafe String(cString: X509_verify_cert_error_string(code))
        cause =
            switch Int32(truncatingIfNeeded: code) {
            case X509_V_ERR_CERT_HAS_EXPIRED: .expired
            case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .nameMismatch
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_INVALID_CA:
                .untrustedIssuer
            default: .other
            }
    }

    /// `expired (certificate has expired)`.
    public var description: String { "\(cause.rawValue) (\(details))" }
}
