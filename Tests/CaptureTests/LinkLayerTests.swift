import Capture
import Testing

@Suite("Link layers")
struct LinkLayerTests {
    static let v4 = Frame.ipv4(Frame.tcp(flags: 2, sequence: 1))
    static let v6 = Frame.ipv6(Frame.tcp(flags: 2, sequence: 1))
    static let cooked: [UInt8] = [0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]
    static let cooked2: [UInt8] = [0, 0, 0, 0, 0, 1, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]

    @Test(
        "Where the IP packet begins",
        arguments: [
            (1, Frame.ethernet(v4), .ip(at: 14)), (1, Frame.ethernet(v6), .ip(at: 14)),
            (1, Frame.ethernet(v4, tags: [0x8100]), .ip(at: 18)), (1, Frame.ethernet(v6, tags: [0x88A8, 0x8100]), .ip(at: 22)),
            (1, Frame.ethernet(v4, tags: [0x88A8, 0x8100, 0x8100]), .other), (1, Frame.ethernet([0, 1], type: 0x0806), .other),
            (1, Array(Frame.ethernet(v4).prefix(13)), .cutShort), (1, Array(Frame.ethernet(v4, tags: [0x8100]).prefix(17)), .cutShort),
            (1, [], .cutShort), (101, v4, .ip(at: 0)), (101, [], .cutShort), (12, v6, .ip(at: 0)), (228, v4, .ip(at: 0)),
            (229, v6, .ip(at: 0)),
            (0, [2, 0, 0, 0] + v4, .ip(at: 4)), (0, [0, 0, 0, 2] + v4, .ip(at: 4)), (0, [30, 0, 0, 0] + v6, .ip(at: 4)),
            (108, [0, 0, 0, 24] + v6, .ip(at: 4)), (108, [0, 0, 0, 7] + v4, .other), (0, [2, 0, 0], .cutShort),
            (113, bytes(cooked, [0x08, 0], v4), .ip(at: 16)), (113, bytes(cooked, [0x86, 0xDD], v6), .ip(at: 16)),
            (113, bytes(cooked, [0]), .cutShort),
            (113, bytes(cooked, [0x81, 0, 0, 7, 8, 0], v4), .ip(at: 20)), (276, [8, 0] + cooked2 + v4, .ip(at: 20)),
            (276, [8, 6] + cooked2 + v4, .other), (105, v4, .unknownLinkType),
        ] as [(UInt32, [UInt8], NetworkLayer)])
    func begin(linkType: UInt32, bytes: [UInt8], expected: NetworkLayer) {
        #expect(CapturedPacket(time: .zero, linkType: LinkType(rawValue: linkType), bytes: bytes).network == expected)
    }
}
