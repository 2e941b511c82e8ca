/// What a captured packet holds above its link layer.
public enum NetworkLayer: Equatable, Sendable {
    /// An IPv4 or IPv6 packet, which begins at that index of the bytes.
    case ip(at: Int)
    /// Another protocol: ARP, say, or more than two VLAN tags, whatever is behind them.
    case other
    /// The bytes end before the link header does.
    case cutShort
    /// The link type is none that this module knows.
    case unknownLinkType
}

extension CapturedPacket {
    /// Looks behind the link header.
    ///
    /// Ethernet is IEEE 802.3 with up to two tags of IEEE 802.1Q; the others are at tcpdump.org/linktypes.html.
    public var network: NetworkLayer {
        let bytes = bytes.span
        switch linkType {
        case .ethernet: return etherType(at: 12, payload: 14)
        case .linuxCooked: return etherType(at: 14, payload: 16)
        case .linuxCooked2: return etherType(at: 0, payload: 20)
        case .raw, .ipv4, .ipv6: return bytes.isEmpty ? .cutShort : .ip(at: 0)
        case .null, .loop:
            guard bytes.count >= 4 else { return .cutShort }
            let family = bytes.bigEndianUInt32(at: 0)
            // A small number either way: the order of its bytes shows.
            return isIP(family: family > 0xFFFF ? family.byteSwapped : family) ? .ip(at: 4) : .other
        default:
            guard LinkType.olderRaw.contains(linkType.rawValue) else { return .unknownLinkType }
            return bytes.isEmpty ? .cutShort : .ip(at: 0)
        }
    }

    /// AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
    private func isIP(family: UInt32) -> Bool { [2, 10, 24, 28, 30].contains(family) }

    /// The EtherType says what is in the payload: IPv4, IPv6, or a VLAN tag of four bytes that ends in another EtherType.
    private func etherType(at typeIndex: Int, payload payloadIndex: Int) -> NetworkLayer {
        let bytes = bytes.span
        var (typeIndex, payloadIndex) = (typeIndex, payloadIndex)
        for _ in 0...2 {
            guard bytes.count >= payloadIndex else { return .cutShort }
            switch bytes.bigEndianUInt16(at: typeIndex) {
            case 0x0800, 0x86DD: return .ip(at: payloadIndex)
            case 0x8100, 0x88A8, 0x9100:
                typeIndex = payloadIndex + 2
                payloadIndex += 4
            default: return .other
            }
        }
        return .other
    }
}
