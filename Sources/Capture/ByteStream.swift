import Sockets

/// The bytes of a file from its beginning to its end, a few at a time: what has been taken is forgotten.
///
/// It never seeks, so a pipe is as good as a file; and it holds no more than the caller asked to look at, and one piece of
/// 256 KiB. A file that claims to hold a huge record costs no memory until the bytes are really there.
struct ByteStream: ~Copyable {
    /// nil where all bytes are in the buffer from the start, or the file is at its end.
    private var file: Descriptor?
    private var buffer: [UInt8]
    private var position = 0
    private let name: String
    /// How many bytes have been taken or skipped.
    private(set) var offset = 0

    init(_ file: consuming Descriptor, name: String) {
        self.file = consume file
        self.name = name
        buffer = []
    }

    init(_ bytes: [UInt8]) {
        file = nil
        name = ""
        buffer = bytes
    }

    /// How many bytes can be looked at now, in ``look(_:)``.
    var available: Int { buffer.count - position }

    /// Reads until so many bytes can be looked at.
    ///
    /// - Returns: false if the file ends before.
    mutating func fill(_ count: Int) throws(SocketError) -> Bool {
        while available < count {
            guard let piece = try nextPiece() else { return false }
            if available == 0 {
                buffer = piece
            } else {
                buffer.removeFirst(position)
                buffer += piece
            }
            position = 0
        }
        return true
    }

    private mutating func nextPiece() throws(SocketError) -> [UInt8]? {
        let piece: [UInt8]
        switch file {
        case nil: return nil
        case .some(let file):
            do { piece = try file.read(upTo: 262_144) ?? [] } catch { throw error.at(name) }
        }
        if piece.isEmpty { file = nil }
        return piece.isEmpty ? nil : piece
    }

    /// Shows the next bytes without taking them. They must have been filled.
    func look<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(buffer.span.extracting(position...))
    }

    /// Takes bytes that have been filled.
    mutating func take(_ count: Int) -> [UInt8] {
        let bytes = Array(buffer[position..<position + count])
        position += count
        offset += count
        return bytes
    }

    /// Passes over bytes that have been filled.
    mutating func skipFilled(_ count: Int) {
        position += count
        offset += count
    }

    /// Passes over bytes, however many, in pieces.
    ///
    /// - Returns: false if the file ends before.
    mutating func skip(_ count: Int) throws(SocketError) -> Bool {
        var left = count
        while left > 0 {
            if available == 0, try !fill(1) { return false }
            let step = min(left, available)
            position += step
            offset += step
            left -= step
        }
        return true
    }
}
