// Steps 1 to 3: what stands in the headers of a packet. All numbers have the most significant byte first.
import Capture
import LabProgram
import Sockets

/// Step 1: the IP header at the beginning of `packet`: RFC 791, 3.1; RFC 8200, 3 and 4.
///
/// - Parameters:
///   - packet: The bytes that were captured, from the IP header on.
///   - originalLength: How many there were on the wire; more than `packet` has where a snap length cut it short.
func parseIP(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    unsolved(step: 1)
}

/// Step 1: a header of 20 to 60 bytes.
private func parseIPv4(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    unsolved(step: 1)
}

/// Step 1: a header of 40 bytes, and then any number of extension headers, each of which says what follows it.
private func parseIPv6(_ packet: Span<UInt8>, originalLength: Int) throws(Skipped) -> IPHeader {
    unsolved(step: 1)
}

/// Step 2: the TCP header at the beginning of `segment`, with its options (step 3): RFC 9293, 3.1.
///
/// - Parameters:
///   - segment: The bytes that were captured, from the TCP header on; there may be fewer or more than belong to it.
///   - wholeLength: How many bytes belong to the segment, by the IP header.
func parseTCP(_ segment: Span<UInt8>, wholeLength: Int) throws(Skipped) -> TCPHeader {
    unsolved(step: 2)
}

/// Step 3: the options behind the fixed part of a TCP header: RFC 9293, 3.1 and 3.2; RFC 7323, 2 and 3; RFC 2018, 2.
///
/// - Parameters:
///   - bytes: The options, as far as they were captured.
///   - isCutShort: Whether the snap length cut some off. Then what is there counts, and the rest is no mistake.
func parseOptions(_ bytes: Span<UInt8>, isCutShort: Bool) throws(Skipped) -> TCPOptions {
    unsolvedSoFar(step: 3)
    return TCPOptions()
}
