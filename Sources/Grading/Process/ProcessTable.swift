import Sockets

/// The lines of a table that the kernel makes when it is read: proc(5). None if there is no such file.
///
/// It comes a page at a time (4 KiB), and is read no further than lines are asked for: to find the end of a table of sockets, the kernel goes
/// through the connections of the whole machine.
final class ProcessTable: Sequence, IteratorProtocol {
    private let file: Descriptor?
    private var rest: ArraySlice<UInt8> = []

    init(_ path: String) { file = try? Descriptor(reading: path) }

    func next() -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest = rest[(end + 1)...] }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            guard let page = try? file?.read(upTo: 4_096), !page.isEmpty else { return nil }
            rest += page
        }
    }
}
