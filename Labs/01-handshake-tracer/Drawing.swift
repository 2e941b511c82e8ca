// Given: what is shown, and where.
import Capture
import LabProgram
import Sockets

/// What the command line wants to see.
struct Drawing {
    /// One line of JSON for each connection, rather than a ladder.
    let json: Bool
    /// A file for the ladders as a picture.
    let svg: String?

    /// Shows all connections of a trace.
    func show(_ tracer: Tracer) throws {
        var output = TextOutput()
        let connections = tracer.table.connections
        if json {
            for connection in connections { try output.writeJSON(connection) }
        } else {
            for (index, connection) in connections.enumerated() { try output.writeLadder(connection, number: index + 1) }
            output.write("\(tracer.skipped.description)\n")
        }
        try output.flush()
        // JSON is for programs, which want nothing else on stdout.
        if json, tracer.skipped.total > 0 { report(tracer.skipped.description) }
        if let svg {
            var picture = try TextOutput(path: svg)
            try picture.writeSVG(connections)
            try picture.flush()
        }
    }

    /// Shows what the kernel tells about a connection that could not be captured.
    func show(_ information: TCPInformation, own: SocketAddress, peer: SocketAddress) throws {
        var output = TextOutput()
        let scale = information.windowScale
        if json {
            let scales = scale.map { "[\($0.sending),\($0.receiving)]" } ?? "null"
            output.write(
                #"{"client":"\#(own)","server":"\#(peer)","tcp_info":{"state":"\#(information.state)","#
                    + #""rtt_us":\#(information.roundTripTime),"rtt_variation_us":\#(information.roundTripVariation),"#
                    + #""send_mss":\#(information.sendingMSS),"receive_mss":\#(information.receivingMSS),"window_scale":\#(scales),"#
                    + #""sack_permitted":\#(information.hasSelectiveAcknowledgments),"timestamps":\#(information.hasTimestamps),"#
                    + #""retransmissions":\#(information.retransmissions)}}"# + "\n")
        } else {
            output.write(
                """
                \(own) → \(peer)
                  state             \(information.state)
                  round-trip time   \(information.roundTripTime) µs, ± \(information.roundTripVariation) µs
                  MSS               \(information.sendingMSS) bytes sending, \(information.receivingMSS) receiving
                  window scale      \(scale.map { "\($0.sending) bits sending, \($0.receiving) receiving" } ?? "none")
                  SACK              \(information.hasSelectiveAcknowledgments ? "both ends" : "no")
                  time stamps       \(information.hasTimestamps ? "both ends" : "no")
                  retransmissions   \(information.retransmissions)

                """)
        }
        try output.flush()
        if svg != nil { report("--svg: there is nothing to draw without a capture") }
    }
}

/// Text on its way to stdout or into a file, in large pieces.
struct TextOutput: ~Copyable {
    /// nil is stdout.
    private let file: Descriptor?
    private let path: String
    private var bytes: [UInt8] = []

    /// Text for stdout.
    init() {
        file = nil
        path = ""
    }

    /// Text for a file; what was in it is gone.
    init(path: String) throws(SocketError) {
        file = try Descriptor(writing: path)
        self.path = path
    }

    mutating func write(_ text: String) { bytes += text.utf8 }

    /// A number in decimal digits.
    mutating func write(_ number: some FixedWidthInteger) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = UInt64(number.magnitude)
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Sends what there is, if it is worth a system call.
    mutating func flushIfLarge() throws(SocketError) {
        if bytes.count > 1 << 16 { try flush() }
    }

    /// Sends all there is.
    mutating func flush() throws(SocketError) {
        switch file {
        case nil: try StandardStream.output.write(bytes.span)
        case .some(let file):
            do { try file.writeAll(bytes.span) } catch { throw error.at(path) }
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
