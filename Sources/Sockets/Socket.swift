import CLinux
import Glibc

/// One end of a conversation over the network. It has one owner, and closes itself when the owner lets go of it.
///
/// Each method is the system call of that name, with three things taken care of: a call that a signal interrupts is made
/// again (EINTR), writing to a closed connection is an error and not a SIGPIPE, and a failure says what failed, where and why.
/// Nothing else: fewer bytes than asked for are fewer bytes, and waiting is waiting.
public struct Socket: ~Copyable, Sendable {
    /// What the socket carries.
    public enum Kind: Sendable {
        /// A stream of bytes, in order, none lost: TCP, RFC 9293.
        case stream
        /// Messages that may be lost, doubled or overtaken: UDP, RFC 768.
        case datagram

        fileprivate var number: Int32 { Int32((self == .stream ? SOCK_STREAM : SOCK_DGRAM).rawValue) }
    }

    /// The descriptor below, to wait for: ``poll(_:until:)``.
    public let descriptor: Descriptor

    /// A new socket, neither bound nor connected: socket(2). A program that this one starts does not inherit it.
    ///
    /// - Throws: ``SocketError`` with the operation `socket`.
    public init(_ kind: Kind, _ family: SocketAddress.Family) throws(SocketError) {
        descriptor = Descriptor(
            adopting: try systemCall("socket") {
                Glibc.socket(family.number, kind.number | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
    }

    /// Takes over a descriptor that is a socket.
    public init(adopting descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    // MARK: Addresses

    /// Gives the socket its own address; port 0 lets the kernel pick one: bind(2).
    ///
    /// - Throws: ``SocketError`` with the operation `bind` and the address.
    public func bind(to address: SocketAddress) throws(SocketError) {
        try unsafe address.withSystemAddress { (pointer, length) throws(SocketError) in
            _ = try systemCall("bind", address: address.description) { unsafe Glibc.bind(descriptor.number, pointer, length) }
        }
    }

    /// The address that the socket is bound to: getsockname(2).
    ///
    /// - Throws: ``SocketError`` with the operation `getsockname`.
    public func localAddress() throws(SocketError) -> SocketAddress {
        try unsafe address("getsockname") { unsafe getsockname($0, $1, $2) }
    }

    /// The address of the other end: getpeername(2).
    ///
    /// - Throws: ``SocketError`` with the operation `getpeername`.
    public func peerAddress() throws(SocketError) -> SocketAddress {
        try unsafe address("getpeername") { unsafe getpeername($0, $1, $2) }
    }

    private func address(
        _ operation: StaticString, _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SocketError) -> SocketAddress {
        try unsafe Self.writtenAddress(operation) { (pointer, length) throws(SocketError) in
            _ = try systemCall(operation) { unsafe call(descriptor.number, pointer, length) }
        }
    }

    /// Runs a call that writes an address, and reads what it wrote.
    private static func writtenAddress(
        _ operation: StaticString,
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(SocketError) -> Void
    ) throws(SocketError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try unsafe withUnsafeMutablePointer(to: &storage) { (storage) throws(SocketError) in
            try unsafe withUnsafeMutablePointer(to: &length) { (length) throws(SocketError) in
                try unsafe call(UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self), length)
            }
        }
        guard let address = SocketAddress(storage) else { throw SocketError(operation, code: EAFNOSUPPORT) }
        return address
    }

    // MARK: Connections

    /// From now on the kernel completes handshakes for this socket, and keeps up to `backlog` clients waiting: listen(2).
    ///
    /// - Throws: ``SocketError`` with the operation `listen`.
    public func listen(backlog: Int32 = SOMAXCONN) throws(SocketError) {
        _ = try systemCall("listen") { Glibc.listen(descriptor.number, backlog) }
    }

    /// Takes the next client out of the queue, and waits for one if need be: accept(2).
    ///
    /// - Parameter nonBlocking: Whether calls on the connection return at once where they would wait.
    /// - Returns: The connection; nil where a non-blocking socket has no client waiting.
    /// - Throws: ``SocketError`` with the operation `accept`.
    public func accept(nonBlocking: Bool = false) throws(SocketError) -> Socket? {
        while true {
            do {
                let mode: Int32 = nonBlocking ? 1 : 0
                guard let number = try transferCall("accept", { Int(clinux_accept(descriptor.number, mode)) }) else { return nil }
                return Socket(adopting: Descriptor(adopting: Int32(number)))
            } catch {
                // ECONNABORTED: the client has gone while it was waiting; the next one may be there.
                guard error.code == ECONNABORTED else { throw error }
            }
        }
    }

    /// Connects to an address: connect(2).
    ///
    /// An interrupted connect goes on in the kernel, and a second call would fail; so this one waits for its end instead.
    ///
    /// - Throws: ``SocketError`` with the operation `connect` and the address; ETIMEDOUT if the deadline came first.
    public func connect(to address: SocketAddress, until deadline: Deadline = .never) throws(SocketError) {
        func failure(_ code: Int32) -> SocketError { SocketError("connect", address: address.description, code: code) }
        let waits = deadline != .never
        if waits { try descriptor.setNonBlocking(true) }
        let code = try unsafe address.withSystemAddress { (pointer, length) throws(SocketError) -> Int32 in
            unsafe Glibc.connect(descriptor.number, pointer, length) == 0 ? 0 : errno
        }
        if code == EINTR || code == EINPROGRESS {
            guard try descriptor.wait(for: .writable, until: deadline) != [] else { throw failure(ETIMEDOUT) }
            let outcome = try get(.error)
            if outcome != 0 { throw failure(outcome) }
        } else if code != 0 {
            throw failure(code)
        }
        if waits { try descriptor.setNonBlocking(false) }
    }

    /// Connects a new stream socket to a host, and tries each of its addresses in turn.
    ///
    /// - Throws: ``SocketError`` of the last address tried, or of getaddrinfo(3).
    public static func connected(to endpoint: Endpoint, until deadline: Deadline = .never) throws(SocketError) -> Socket {
        var failure = SocketError(operation: "connect", address: endpoint.description, cause: .noAddress)
        for address in try endpoint.resolve() {
            do {
                let socket = try Socket(.stream, address.family)
                try socket.connect(to: address, until: deadline)
                return socket
            } catch { failure = error }
        }
        throw failure
    }

    /// Ends one direction, or both, while the socket stays open: shutdown(2).
    ///
    /// After `.sending` the other end reads the end of the stream, once it has read everything that was sent before.
    ///
    /// - Throws: ``SocketError`` with the operation `shutdown`.
    public func shutDown(_ direction: Direction) throws(SocketError) {
        _ = try systemCall("shutdown") { Glibc.shutdown(descriptor.number, direction.number) }
    }

    /// A direction of a connection.
    public enum Direction: Sendable {
        /// From here to there (SHUT_WR).
        case sending
        /// From there to here (SHUT_RD).
        case receiving
        /// Both (SHUT_RDWR).
        case both

        fileprivate var number: Int32 {
            switch self {
            case .sending: Int32(SHUT_WR)
            case .receiving: Int32(SHUT_RD)
            case .both: Int32(SHUT_RDWR)
            }
        }
    }

    // MARK: Bytes

    /// What a receiving call found.
    public enum Received: Equatable, Sendable {
        /// So many bytes. A datagram can have 0.
        case bytes(Int)
        /// The other end sends no more (streams only).
        case endOfStream
        /// Nothing yet, and the socket does not wait.
        case wouldBlock
    }

    /// Receives what has come, at most as much as the buffer holds, and waits if nothing has: recv(2).
    ///
    ///     var room = buffer.mutableSpan
    ///     guard case .bytes(let count) = try socket.receive(into: &room) else { return }
    ///     let bytes = buffer.span.extracting(..<count)
    ///
    /// - Parameter limit: How much to receive at most, if that is less. A stream's end can't be told from a limit of 0.
    /// - Throws: ``SocketError`` with the operation `recv`.
    public func receive(into buffer: inout MutableSpan<UInt8>, upTo limit: Int = .max) throws(SocketError) -> Received {
        let count = try unsafe buffer.withUnsafeMutableBufferPointer { (pointer) throws(SocketError) in
            try transferCall("recv") { unsafe recv(descriptor.number, pointer.baseAddress, min(pointer.count, limit), 0) }
        }
        return switch count {
        case nil: .wouldBlock
        case 0: .endOfStream
        case let count?: .bytes(count)
        }
    }

    /// Receives what has come, at most `count` bytes, and waits if nothing has: recv(2).
    ///
    /// - Returns: The bytes; none at the end of the stream.
    /// - Throws: ``SocketError`` with the operation `recv`; EAGAIN if the socket does not wait and nothing has come.
    public func receive(upTo count: Int) throws(SocketError) -> [UInt8] {
        try [UInt8](capacity: count) { (output) throws(SocketError) in
            try unsafe output.withUnsafeMutableBufferPointer { (pointer, filled) throws(SocketError) in
                filled = try systemCall("recv") { unsafe recv(descriptor.number, pointer.baseAddress, count, 0) }
            }
        }
    }

    /// Sends bytes: send(2).
    ///
    /// In blocking mode, which a socket is in unless told otherwise, it waits until the kernel has taken all of them. In non-blocking
    /// mode (``Descriptor/setNonBlocking(_:)``) it sends as many as there is room for.
    ///
    /// - Returns: How many were taken. Fewer than given is normal, in blocking mode too, after a signal; 0 means that the socket does
    ///   not wait and there is no room.
    /// - Throws: ``SocketError`` with the operation `send`; EPIPE where the connection is closed (never a SIGPIPE).
    public func send(_ bytes: Span<UInt8>) throws(SocketError) -> Int {
        try unsafe bytes.withUnsafeBufferPointer { (pointer) throws(SocketError) in
            try transferCall("send") {
                unsafe Glibc.send(descriptor.number, pointer.baseAddress, pointer.count, Int32(MSG_NOSIGNAL))
            } ?? 0
        }
    }

    // MARK: Datagrams

    /// Sends one datagram to an address: sendto(2).
    ///
    /// - Returns: Whether it was taken; false means that the socket does not wait and there is no room.
    /// - Throws: ``SocketError`` with the operation `sendto` and the address.
    @discardableResult
    public func send(_ datagram: Span<UInt8>, to address: SocketAddress) throws(SocketError) -> Bool {
        try unsafe address.withSystemAddress { (target, length) throws(SocketError) in
            try unsafe datagram.withUnsafeBufferPointer { (bytes) throws(SocketError) in
                try transferCall("sendto", address: address.description) {
                    unsafe sendto(
                        descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), target, length)
                } != nil
            }
        }
    }

    /// Receives one datagram and says who sent it; what does not fit into `count` bytes is lost: recvfrom(2).
    ///
    /// - Returns: The datagram, which may be empty; nil where the socket does not wait and none has come.
    /// - Throws: ``SocketError`` with the operation `recvfrom`.
    public func receiveDatagram(upTo count: Int = 65_535) throws(SocketError) -> Datagram? {
        var arrived = false
        var bytes: [UInt8] = []
        let sender = try unsafe Self.writtenAddress("recvfrom") { (address, length) throws(SocketError) in
            bytes = try [UInt8](capacity: count) { (output) throws(SocketError) in
                try unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) throws(SocketError) in
                    let result = try transferCall("recvfrom") {
                        unsafe recvfrom(descriptor.number, buffer.baseAddress, count, 0, address, length)
                    }
                    arrived = result != nil
                    filled = result ?? 0
                }
            }
            if !arrived { unsafe address.pointee.sa_family = sa_family_t(AF_INET) }
        }
        return arrived ? Datagram(bytes: bytes, sender: sender) : nil
    }
}

/// A datagram and where it came from.
public struct Datagram: Sendable {
    /// What was sent, whole.
    public let bytes: [UInt8]
    /// Who sent it, as far as the packet says.
    public let sender: SocketAddress
}
