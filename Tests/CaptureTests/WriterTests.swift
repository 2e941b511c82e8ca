import Capture
import Foundation
import Testing

@Suite("Writing capture files")
struct WriterTests {
    @Test("What is written is read again, to the nanosecond", arguments: [CaptureWriter.Format.pcap, .pcapng])
    func roundTrip(format: CaptureWriter.Format) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let packets = (0..<9).map { index in
            CapturedPacket(
                time: .seconds(1_700_000_000) + .nanoseconds(index * 333_333_333), linkType: .raw,
                bytes: [UInt8](repeating: UInt8(index), count: index), originalLength: 100)
        }
        let writer = try CaptureWriter(path: path, linkType: .raw, format: format)
        for packet in packets { try writer.write(packet) }
        var reader = try CaptureReader(path: path)
        var read: [CapturedPacket] = []
        while let packet = try reader.next() { read.append(packet) }
        #expect(read == packets)
    }
}
