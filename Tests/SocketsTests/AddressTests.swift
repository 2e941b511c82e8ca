import Sockets
import Testing

@Suite struct AddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:7002", "127.0.0.1", 7002), ("[::1]:7001", "::1", 7001), ("localhost:0", "localhost", 0),
            ("a.b:65535", "a.b", 65535),
        ] as [(String, String, UInt16)])
    func `takes host and port apart`(_ text: String, _ host: String, _ port: UInt16) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.description == text)
    }

    @Test(arguments: [
        "", ":80", "host", "host:", "host:65536", "host:-1", "host:+1", "host: 1", "::1:80", "[::1]", "[]:80", "[::1:80", "host:٣",
    ])
    func `refuses what is no host and port`(_ text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test(arguments: [("0.0.0.0", "0.0.0.0:5"), ("255.1.2.3", "255.1.2.3:5"), ("::", "[::]:5"), ("2001:db8::ff", "[2001:db8::ff]:5")])
    func `prints numeric addresses as they are written`(_ host: String, _ text: String) throws {
        #expect(try #require(SocketAddress(numeric: host, port: 5)).description == text)
    }

    @Test(arguments: ["localhost", "1.2.3", "1.2.3.4.5", "::g", ""])
    func `takes no name for a numeric address`(_ host: String) {
        #expect(SocketAddress(numeric: host, port: 1) == nil)
    }

    @Test func `comes back from the kernel as it went in`() throws {
        for host in ["127.1.2.3", "::1"] {
            guard let address = SocketAddress(numeric: host, port: 0) else { return }
            let socket = try Socket(.datagram, address.family)
            try socket.bind(to: address)
            #expect(try socket.localAddress().numericHost == host)
        }
    }

    @Test func `resolves names, and says which one it can't`() throws {
        #expect(
            try Endpoint(host: "localhost", port: 9).resolve().contains { ["127.0.0.1", "::1"].contains($0.numericHost) && $0.port == 9 })
        // No request leaves the machine for a name that is no name.
        let error = #expect(throws: SocketError.self) { try Endpoint(host: "a..b", port: 9).resolve() }
        #expect(error.map { "\($0)".hasPrefix("getaddrinfo a..b:9: ") } == true)
    }

    @Test func `orders deadlines`() {
        #expect(Deadline.after(.seconds(1)) < .after(.seconds(2)))
        #expect(Deadline.after(.seconds(1)) < .never)
        #expect(Deadline.now.hasPassed)
        #expect(!Deadline.never.hasPassed)
        #expect(min(Deadline.never, .after(.seconds(1))).remaining != nil)
    }
}
