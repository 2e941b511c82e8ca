import Glibc

/// An IPv4 or IPv6 address with a port: ip(7), ipv6(7).
///
/// It prints as `127.0.0.1:7002` or `[::1]:7002`.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// Which internet protocol the address belongs to.
    public enum Family: Sendable {
        /// 32-bit addresses: RFC 791.
        case ipv4
        /// 128-bit addresses: RFC 8200.
        case ipv6

        var number: Int32 { self == .ipv4 ? AF_INET : AF_INET6 }
    }

    // Large before small: so 32 bytes hold one. The other way round, it would take 48.

    /// The address as a number, first byte on the wire uppermost.
    let host: UInt128
    /// The interface that a link-local IPv6 address belongs to, or 0.
    let scope: UInt32
    /// The port, 0...65535. 0 asks the kernel to pick one.
    public let port: UInt16
    /// Which internet protocol the address belongs to.
    public let family: Family

    /// 127.0.0.1: this machine.
    public static func loopback(port: UInt16) -> SocketAddress {
        SocketAddress(family: .ipv4, port: port, host: 0x7F00_0001, scope: 0)
    }

    /// An address written in numbers, `127.0.0.1` or `::1` (no name, no brackets); nil if it is none. inet_pton(3)
    public init?(numeric text: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(family: .ipv4, port: port, host: UInt128(UInt32(bigEndian: four.s_addr)), scope: 0)
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            self.init(family: .ipv6, port: port, host: UInt128(six), scope: 0)
        } else {
            return nil
        }
    }

    /// An IPv4 address as it stands in a packet, first byte uppermost: RFC 791.
    public init(ipv4 host: UInt32, port: UInt16 = 0) {
        self.init(family: .ipv4, port: port, host: UInt128(host), scope: 0)
    }

    /// An IPv6 address as it stands in a packet, first byte uppermost: RFC 8200.
    public init(ipv6 host: UInt128, port: UInt16 = 0) {
        self.init(family: .ipv6, port: port, host: host, scope: 0)
    }

    init(family: Family, port: UInt16, host: UInt128, scope: UInt32) {
        self.family = family
        self.port = port
        self.host = host
        self.scope = scope
    }

    /// The same address with another port.
    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(family: family, port: port, host: host, scope: scope)
    }

    /// The address in numbers, without the port and without brackets: `127.0.0.1`, `::1`.
    public var numericHost: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch family {
        case .ipv4:
            var raw = in_addr(s_addr: UInt32(truncatingIfNeeded: host).bigEndian)
            _ = unsafe inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
        case .ipv6:
            var raw = in6_addr(host)
            _ = unsafe inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `127.0.0.1:7002`, `[::1]:7002`, `[fe80::1%2]:7002`.
    public var description: String {
        switch family {
        case .ipv4: "\(numericHost):\(port)"
        case .ipv6: "[\(numericHost)\(scope == 0 ? "" : "%\(scope)")]:\(port)"
        }
    }
}

// The kernel's form of an address: a `sockaddr_in` or `sockaddr_in6` behind a pointer to their common head.
extension SocketAddress {
    func withSystemAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SocketError) -> Result
    ) throws(SocketError) -> Result {
        var storage = sockaddr_storage()
        let length: Int
        switch family {
        case .ipv4:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            form.sin_addr.s_addr = UInt32(truncatingIfNeeded: host).bigEndian
            length = MemoryLayout<sockaddr_in>.size
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: form, as: sockaddr_in.self) }
        case .ipv6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_addr = in6_addr(host)
            form.sin6_scope_id = scope
            length = MemoryLayout<sockaddr_in6>.size
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: form, as: sockaddr_in6.self) }
        }
        return try unsafe withUnsafeBytes(of: &storage) { (bytes) throws(SocketError) in
            guard let base = bytes.baseAddress else { preconditionFailure("a stored address has an address") }
            return try unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }

    /// The address that the kernel wrote, or nil if it is of another family.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        let family = Int32(storage.ss_family)
        let address = unsafe withUnsafeBytes(of: &storage) { bytes -> SocketAddress? in
            switch family {
            case AF_INET:
                let form = unsafe bytes.load(as: sockaddr_in.self)
                return SocketAddress(
                    family: .ipv4, port: UInt16(bigEndian: form.sin_port),
                    host: UInt128(UInt32(bigEndian: form.sin_addr.s_addr)), scope: 0)
            case AF_INET6:
                let form = unsafe bytes.load(as: sockaddr_in6.self)
                return SocketAddress(
                    family: .ipv6, port: UInt16(bigEndian: form.sin6_port), host: UInt128(form.sin6_addr),
                    scope: form.sin6_scope_id)
            default:
                return nil
            }
        }
        guard let address else { return nil }
        self = address
    }
}

extension UInt128 {
    fileprivate init(_ address: in6_addr) {
        var address = address
        self = UInt128(bigEndian: unsafe withUnsafeBytes(of: &address) { unsafe $0.loadUnaligned(as: UInt128.self) })
    }
}

extension in6_addr {
    fileprivate init(_ host: UInt128) {
        self.init()
        unsafe withUnsafeMutableBytes(of: &self) { unsafe $0.storeBytes(of: host.bigEndian, as: UInt128.self) }
    }
}
