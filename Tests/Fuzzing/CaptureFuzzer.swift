import Capture
import Sockets

/// What libFuzzer calls with each input it thinks of; see README.md beside this file.
///
/// A capture must not give more bytes than it has, no number in a header may lead outside of its packet, and what was written
/// again must be read as it was.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCapture(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let packets = read(input)
    precondition(packets.reduce(0) { $0 + $1.bytes.count } <= count, "more bytes came out than went in")
    var tracer = Tracer()
    for packet in packets {
        precondition(packet.originalLength >= packet.bytes.count, "a packet was shorter on the wire than what was captured of it")
        if case .ip(let start) = packet.network { precondition(start <= packet.bytes.count, "the IP header begins behind the packet") }
        tracer.add(packet)
        for format in [CaptureWriter.Format.pcap, .pcapng] {
            let again = read(format.header(packet.linkType) + format.record(packet))
            // Times before 1970 or after 2106, and link types above 16 bits, have no place in the one format or the other.
            guard packet.time >= .zero, packet.time < .seconds(1 << 32), packet.linkType.rawValue < 1 << 16 else { continue }
            precondition(again.first?.bytes == packet.bytes, "what was written is not what is read")
        }
    }
    let rows = tracer.table.connections.reduce(0) { $0 + $1.rows.count }
    precondition(rows + tracer.skipped.total == packets.count, "each packet is a row of one connection, or skipped")
    return 0
}

/// All packets up to the end, or to the damage.
private func read(_ bytes: [UInt8]) -> [CapturedPacket] {
    var reader = CaptureReader(bytes: bytes, name: "input")
    var packets: [CapturedPacket] = []
    do {
        while let packet = try reader.next() { packets.append(packet) }
    } catch {}
    return packets
}
