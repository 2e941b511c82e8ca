import Sockets

/// A socket that clients can connect to, at the first address of the endpoint that can be bound: what the echo server's lab
/// teaches, given to the labs that build on it.
///
/// It does not wait: a client may leave again between poll and accept, and accept must not wait for the next one then.
///
/// - Throws: `SocketError` of the last address that was tried, or of getaddrinfo(3).
public func listeningSocket(at endpoint: Endpoint) throws(SocketError) -> Socket {
    var failure = SocketError(operation: "getaddrinfo", address: "\(endpoint)", cause: .noAddress)
    for address in try endpoint.resolve(.listening) {
        do {
            let listener = try Socket(.stream, address.family)
            try listener.set(.reuseAddress, to: 1)
            try listener.bind(to: address)
            try listener.listen()
            try listener.descriptor.setNonBlocking(true)
            return listener
        } catch { failure = error }
    }
    throw failure
}
