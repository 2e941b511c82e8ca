import Capture

/// A capture of many short connections, ten or so at a time: what a tracer is measured with.
package struct CaptureSample {
    /// The file.
    package let bytes: [UInt8]
    /// How many packets are in it.
    package let packets: Int

    /// The first so many packets of as many connections as that takes.
    package init(packets count: Int) {
        // A few connections, again and again, each time between other ends.
        let models = (0..<20).map { number in
            var play = Play(
                client: Site(host: [10, 0, 0, 1], port: 40_000), server: Site(host: [10, 0, 0, 2], port: 80), start: 0,
                random: SeededGenerator(seed: UInt64(number)))
            play.open()
            play.talk(30)
            play.close(.fourSegments, by: number % 2)
            return play.conversation
        }
        let format = CaptureWriter.Format.pcap
        var bytes = format.header(.raw)
        var (packets, round) = (0, 0)
        while packets < count {
            let some = models.enumerated().map { number, model in
                var conversation = model
                conversation.client.host = [10, 1, UInt8(round >> 8 & 0xFF), UInt8(round & 0xFF)]
                conversation.client.port += number
                for index in conversation.rows.indices {
                    conversation.rows[index].time += 1_750_000_000_000_000_000 + round * 50_000_000 + number * 1_000_000
                }
                return conversation
            }
            for (conversation, row) in Traffic(some).rows.prefix(count - packets) {
                bytes += format.record(CapturedPacket(time: .nanoseconds(row.time), linkType: .raw, bytes: conversation.packet(row)))
                packets += 1
            }
            round += 1
        }
        (self.bytes, self.packets) = (bytes, packets)
    }
}
