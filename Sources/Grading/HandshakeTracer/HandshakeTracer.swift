extension Lab {
    /// Lab 1: traces TCP connections in captures, and one of its own as it happens.
    static let handshakeTracer = Lab(
        number: 1, name: "handshake-tracer", title: "Handshake tracer",
        summary: "A program that shows how TCP connections are opened and closed, segment by segment, from real packets.",
        files: ["Headers.swift", "Connections.swift", "Trouble.swift", "Live.swift"],
        steps: [
            Step(number: 1, title: "Read IPv4 and IPv6 headers"),
            Step(number: 2, title: "Read the TCP header"),
            Step(number: 3, title: "Read TCP options"),
            Step(number: 4, title: "Pair segments into connections"),
            Step(number: 5, title: "Follow the states of both ends"),
            Step(number: 6, title: "Say what goes wrong"),
            Step(number: 7, title: "Capture your own handshake"),
        ],
        checks: internetHeaders + segments + files + options + connections + states + troubles + live)

    private static let internetHeaders: [Check] = [
        Check(
            "other-protocols", step: 1, "counts packets that are not TCP", points: 3,
            hints: [
                "The IP header says what it carries: IPv4 in the byte at offset 9, IPv6 in the one at offset 6. TCP is 6.",
                "For anything but 6, throw `.notTCP`. IPv6's extension headers come later; kinds that are no extension header end the walk.",
            ], IPChecks.otherProtocols),
        Check(
            "broken-ip", step: 1, "counts malformed IP packets, and goes on", points: 3, needs: ["other-protocols"],
            hints: [
                "Three lengths are at odds here: what the header says, what was on the wire (`originalLength`), what was captured.",
                "Version 4 or 6; a header length of 20 or more; a total length no smaller than that, and no larger than `originalLength`.",
                "If it crashes: ask first whether a header's 20 or 40 bytes are there, then read what it says.",
            ], IPChecks.malformed),
        Check(
            "snapped-ip", step: 1, "tells a packet that was cut short from a malformed one", points: 2, needs: ["broken-ip"],
            hints: [
                "A capture may keep only the beginning of each packet. Such a packet is not broken, there is just less of it.",
                "Before you read a byte: is it within `packet.count`? If not, throw `.cutShort`; malformed is what `originalLength` can't hold.",
            ], IPChecks.snapped),
        Check(
            "fragments", step: 1, "counts IP fragments", points: 2, needs: ["other-protocols"],
            hints: [
                "A fragment has an offset that is not 0, or says that more fragments follow. \"Don't fragment\" is another bit.",
                "IPv4: the 16 bits at offset 6, without the upper two. IPv6: the field at offset 2 of header 44; its lowest bit is \"more\".",
            ], IPChecks.fragments),
        Check(
            "extension-headers", step: 1, "walks through IPv6 extension headers", points: 3, needs: ["fragments", "broken-ip"],
            hints: [
                "Each extension header begins with the kind of what follows it, and then (most of them) its own length.",
                "The length counts in eight bytes, without the first eight; in header 51 in four bytes, without the first eight. 44 has always 8.",
            ], IPChecks.extensionHeaders),
        Check(
            "usage-errors", step: 1, "refuses wrong usage, and says what is wrong", points: 1, needs: ["other-protocols"],
            startsProgram: true,
            hints: [
                "`error: ...` that names the option and the value, then a usage line, both on stderr; exit code 64; nothing on stdout.",
                "Throw a UsageError; `runProgram` does the rest.",
            ],
            ListeningChecks.usageErrors(
                [
                    ["read", "a", "b"], ["draw"], ["read", "a", "--pcap"], ["read", "a", "--svg="], ["demo", "x"],
                    ["connect", "host"],
                    ["connect", "127.0.0.1:65536"], ["demo", "--json=1"], ["read", "a", "--bogus"],
                ], culprits: 1)),
        Check(
            "help", step: 1, "prints its usage with --help", points: 1, needs: ["other-protocols"], startsProgram: true,
            hints: [
                "On stdout, with exit code 0: whoever asks for help gets what was asked for.",
                "`runProgram` prints the usage text that it is given.",
            ], ListeningChecks.help(naming: "--svg")),
    ]

    private static let segments: [Check] = [
        Check(
            "tcp-fields", step: 2, "shows what stands in TCP headers", points: 4, needs: ["other-protocols"],
            hints: [
                "All numbers have the most significant byte first: `bigEndianUInt16(at:)`, `bigEndianUInt32(at:)`.",
                "Ports at 0 and 2, sequence number at 4, acknowledgment at 8, flags at 13, window at 14. Without ACK, `ack` is null.",
            ], SegmentChecks.fields),
        Check(
            "flags", step: 2, "knows all eight flags, in their order", points: 2, needs: ["tcp-fields"],
            hints: [
                "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, from the lowest bit of the byte at offset 13 on.",
                "All eight bits of that byte are flags. `Flags(rawValue:)` takes the whole byte.",
            ], SegmentChecks.flags),
        Check(
            "payload-length", step: 2, "counts the payload by IP's length, without headers and padding", points: 3,
            needs: ["tcp-fields", "broken-ip"],
            hints: [
                "Nobody says how long the payload is. It is what remains of IP's length behind both headers.",
                "`IHL * 4` bytes of IP header, `data offset * 4` bytes of TCP header; what is behind IP's total length is padding.",
            ], SegmentChecks.payloadLength),
        Check(
            "ipv6-segments", step: 2, "finds TCP behind IPv6 and its extension headers", points: 3,
            needs: ["tcp-fields", "extension-headers"],
            hints: [
                "IPv6's payload length counts the extension headers, too.",
                "Keep an index that starts at 40 and moves on by the length of each extension header; TCP begins where it ends up.",
            ], SegmentChecks.ipv6),
        Check(
            "snap-length", step: 2, "uses a packet that was cut short as far as its headers reach", points: 2,
            needs: ["payload-length", "snapped-ip"],
            hints: [
                "The payload needs not be there to be counted.",
                "Compare with `wholeLength`, not with `segment.count`, except before you read a byte; 20 bytes of TCP header are enough.",
            ], SegmentChecks.snapLength),
        Check(
            "malformed-tcp", step: 2, "counts malformed TCP headers, and goes on", points: 2, needs: ["tcp-fields", "broken-ip"],
            hints: [
                "The data offset is a number that somebody else wrote. What can it be, and what can it not be?",
                "A header below 20 bytes, or one that is longer than what IP has left for it, is malformed.",
            ], SegmentChecks.malformed),
    ]

    private static let files: [Check] = [
        Check(
            "link-types", step: 2, "reads captures of every link type, VLAN tags included", points: 2, needs: ["tcp-fields"],
            hints: [
                "What a packet begins with is told by the file's header. The module Capture finds the IP header in it.",
                "Ethernet has its type at offset 12; 0x8100 and 0x88A8 there are VLAN tags of four bytes, after which another type comes.",
            ], FileChecks.linkTypes),
        Check(
            "other-frames", step: 2, "counts frames that carry no IP", points: 1, needs: ["link-types"],
            hints: [
                "ARP is neither IPv4 nor IPv6. It is counted like any other packet that is not TCP.",
                "Look at the type of the frame before you look for an IP header.",
            ], FileChecks.otherFrames),
        Check(
            "pcap-files", step: 2, "reads pcap files of both byte orders and resolutions", points: 2, needs: ["tcp-fields"],
            hints: [
                "The first four bytes of the file tell its byte order, and whether it counts in micro- or nanoseconds.",
                "0xA1B2C3D4 is microseconds, 0xA1B23C4D nanoseconds; if the bytes come in reverse, so do those of all other numbers.",
            ], FileChecks.pcap),
        Check(
            "pcapng-files", step: 2, "reads pcapng files with several sections and interfaces", points: 2, needs: ["link-types"],
            hints: [
                "A pcapng file is a row of blocks, each with its type and its length. Unknown ones are skipped.",
                "A new section forgets the interfaces of the one before, and may have another byte order.",
            ], FileChecks.pcapng),
        Check(
            "damaged-files", step: 2, "traces what comes before the damage in a file, and says where that is", points: 2,
            needs: ["pcap-files"],
            hints: [
                "`error: FILE: offset N: ...` on stderr, exit code 65; N is where the record at fault begins.",
                "First show what you have, then report the damage.",
            ], FileChecks.damage),
        Check(
            "missing-file", step: 2, "reports a file that can't be opened", points: 1, needs: ["tcp-fields"], startsProgram: true,
            hints: [
                "`error: open FILE: No such file or directory (ENOENT)`, exit code 1: operation, path, text, number.",
                "That is no malformed input: nothing was read.",
            ], FileChecks.missingFile),
    ]

    private static let options: [Check] = [
        Check(
            "options", step: 3, "reads the four options that it knows", points: 4, needs: ["tcp-fields"],
            hints: [
                "An option is its kind, its length (kind and length included), its value. Kinds 0 and 1 are one byte each.",
                "MSS: kind 2, 16 bits. Window scale: 3, 8 bits. SACK permitted: 4, nothing. Time stamps: 8, twice 32 bits.",
            ], SegmentChecks.options),
        Check(
            "options-any-order", step: 3, "reads options in any order, among others that it does not know", points: 3, needs: ["options"],
            hints: [
                "An option that you don't know has a length all the same: pass over it. Kind 0 is the end of the list.",
                "Index plus length is where the next one begins. A known kind with another length than its own is passed over as well.",
            ], SegmentChecks.anyOrder),
        Check(
            "broken-options", step: 3, "counts segments whose options are broken, and goes on", points: 3,
            needs: ["options", "malformed-tcp"],
            hints: [
                "A length of 0 takes you nowhere, for ever.",
                "A length below 2, one that runs past the header's end, or one that is not there at all: throw `.malformed`.",
            ], SegmentChecks.brokenOptions),
        Check(
            "snapped-options", step: 3, "reads options as far as the snap length left them", points: 2,
            needs: ["broken-options", "snap-length"],
            hints: [
                "If the snap length cut the list (`isCutShort`), its sudden end is nobody's mistake.",
                "Stop at an option that is not all there, and return what you have.",
            ], SegmentChecks.snappedOptions),
    ]
}
