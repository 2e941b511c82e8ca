import Glibc

/// A host and a port as somebody typed them: `localhost:7002`, `192.0.2.1:80`, `[::1]:7001`.
///
/// A name can have many addresses. ``resolve(_:)`` asks for all of them, so that a caller can try each in turn.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name or a numeric address, without brackets.
    public let host: String
    /// 0...65535.
    public let port: UInt16

    /// A host and a port that are already apart.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Takes `HOST:PORT` apart, an IPv6 address in brackets; nil if the text is of another form.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Endpoint.port(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(where: { ":[]".contains($0) }) {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// A port in decimal digits, 0...65535; nil for anything else (a sign, a space, an empty text).
    public static func port(_ digits: some StringProtocol) -> UInt16? {
        digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt16(digits) : nil
    }

    /// `localhost:7002`, `[::1]:7001`.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// What the addresses are wanted for.
    public enum Purpose: Sendable {
        /// To connect or send to.
        case connecting
        /// To bind to: an empty or wildcard host is this machine.
        case listening
    }

    /// Every address of the host, in the order of preference of RFC 6724: getaddrinfo(3).
    ///
    /// - Throws: ``SocketError`` with the operation `getaddrinfo`.
    public func resolve(_ purpose: Purpose = .connecting) throws(SocketError) -> [SocketAddress] {
        if let address = SocketAddress(numeric: host, port: port) { return [address] }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        if purpose == .listening { unsafe hints.ai_flags = AI_PASSIVE }
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else {
            let cause: SocketError.Cause = code == EAI_SYSTEM ? .system(errno) : .resolver(code)
            throw SocketError(operation: "getaddrinfo", address: description, cause: cause)
        }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            var storage = sockaddr_storage()
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
            }
            if let address = SocketAddress(storage)?.with(port: port), !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }
}
