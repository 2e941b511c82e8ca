import CLinux
import Glibc

/// A setting of a socket that is on or off, or a number: socket(7), tcp(7), ipv6(7).
public struct SocketOption: Sendable {
    let level: Int32
    let name: Int32

    /// Bind to a port even where connections of an earlier server still linger in TIME-WAIT. 0 or 1. (SO_REUSEADDR)
    public static let reuseAddress = SocketOption(level: SOL_SOCKET, name: SO_REUSEADDR)
    /// Let several sockets listen on one port; the kernel shares clients out among them. 0 or 1. (SO_REUSEPORT)
    public static let reusePort = SocketOption(level: SOL_SOCKET, name: SO_REUSEPORT)
    /// An IPv6 socket takes no IPv4 clients. 0 or 1. (IPV6_V6ONLY)
    public static let ipv6Only = SocketOption(level: Int32(IPPROTO_IPV6), name: IPV6_V6ONLY)
    /// Send small segments at once rather than wait for more: no Nagle's algorithm, RFC 896. 0 or 1. (TCP_NODELAY)
    public static let noDelay = SocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY)
    /// The largest segment in bytes, without headers, that either end sends; set before connecting, so that the other end is told. (TCP_MAXSEG)
    public static let maximumSegmentSize = SocketOption(level: Int32(IPPROTO_TCP), name: TCP_MAXSEG)
    /// Bytes that the kernel may hold for a program that has not read them yet; it doubles the number. (SO_RCVBUF)
    public static let receiveBuffer = SocketOption(level: SOL_SOCKET, name: SO_RCVBUF)
    /// Bytes that the kernel may hold for a peer that has not taken them yet; it doubles the number. (SO_SNDBUF)
    public static let sendBuffer = SocketOption(level: SOL_SOCKET, name: SO_SNDBUF)
    /// The error of the last asynchronous operation, an errno value; reading it clears it. (SO_ERROR)
    public static let error = SocketOption(level: SOL_SOCKET, name: SO_ERROR)
}

extension Socket {
    /// Sets an option: setsockopt(2).
    ///
    /// - Throws: ``SocketError`` with the operation `setsockopt`.
    public func set(_ option: SocketOption, to value: Int32) throws(SocketError) {
        var value = value
        _ = try systemCall("setsockopt") {
            unsafe setsockopt(descriptor.number, option.level, option.name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Reads an option: getsockopt(2).
    ///
    /// - Throws: ``SocketError`` with the operation `getsockopt`.
    public func get(_ option: SocketOption) throws(SocketError) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try systemCall("getsockopt") {
            unsafe getsockopt(descriptor.number, option.level, option.name, &value, &length)
        }
        return value
    }

    /// How many bytes have arrived that nobody has received yet: ioctl(2) with FIONREAD, tcp(7).
    ///
    /// - Throws: ``SocketError`` with the operation `ioctl`.
    public func unreadBytes() throws(SocketError) -> Int { try descriptor.unreadBytes() }

    /// How many bytes were sent that the other end's kernel has not acknowledged: ioctl(2) with SIOCOUTQ, tcp(7).
    ///
    /// - Throws: ``SocketError`` with the operation `ioctl`.
    public func unacknowledgedBytes() throws(SocketError) -> Int { try descriptor.queueLength(UInt(TIOCOUTQ)) }

    /// How long ago the last bytes arrived at this connection, whether or not they were received since: TCP_INFO in tcp(7).
    ///
    /// The kernel counts in its own ticks, of up to 10 milliseconds. Before the first byte: the time since the connection was made.
    ///
    /// - Throws: ``SocketError`` with the operation `getsockopt`.
    public func timeSinceArrival() throws(SocketError) -> Duration {
        .milliseconds(try systemCall("getsockopt") { clinux_time_since_arrival(descriptor.number) })
    }

    /// Makes closing throw away what is unsent and send a reset instead of an orderly end: SO_LINGER with a time of 0, socket(7).
    ///
    /// - Throws: ``SocketError`` with the operation `setsockopt`.
    public func resetOnClose() throws(SocketError) {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        _ = try systemCall("setsockopt") {
            unsafe setsockopt(
                descriptor.number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        }
    }
}
