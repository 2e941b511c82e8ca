import Capture
import Sockets

/// The packets that pass while a check is made: kept by the kernel, looked at only if the check fails.
///
/// Only in a private network, where no packet but the check's own passes.
final class PacketRecord {
    private var ring: PacketRing
    private var names: [UInt16: String] = [:]
    /// One moment on both clocks: packets are stamped by the one, the transcript by the other.
    private let wall = Duration.microseconds(wallClock())
    private let instant = ContinuousClock.now

    /// Begins to keep packets; nil where the kernel does not allow it.
    init?() {
        guard let ring = try? PacketRing(interface: "lo") else { return nil }
        self.ring = ring
    }

    /// Makes room for what comes next: the latest packets say most about a failure.
    func makeRoom() { ring.keep(latest: PacketRing.capacity / 2) }

    /// Says whose socket has that port.
    func name(_ port: UInt16, _ who: String) { names[port] = who }

    /// Writes the packets up to a moment into a file, and draws the ladder of the one connection that a failure is about.
    ///
    /// - Returns: The ladder's lines; empty if no packet has passed.
    func finish(
        at moment: ContinuousClock.Instant, writing path: String?, about message: String, _ transcript: Transcript
    ) throws -> (lines: [String], remarks: [String], isWritten: Bool) {
        let lost = ring.droppedPackets()
        var ladder = PacketLadder(names: names)
        var writer: CaptureWriter?
        while let packet = ring.take() {
            let time = instant + (packet.time - wall)
            if time > moment { break }
            if let path, writer == nil {
                writer = try CaptureWriter(path: try withFolder(path), linkType: PacketRing.linkType, format: .pcapng)
            }
            try writer?.write(packet)
            ladder.add(packet, at: transcript.time(of: time))
        }
        let isWritten = writer != nil
        let (lines, remarks) = ladder.lines(
            about: message, and: transcript.events, lost: lost, until: transcript.time(of: moment))
        return (lines, remarks, isWritten)
    }
}
