import Glibc
import Sockets

/// Single keys from the terminal, without waiting for the end of a line: termios(3).
final class Keyboard {
    private let descriptor = Descriptor(adopting: dup(STDIN_FILENO))
    private var before = termios()

    /// Takes the terminal over; nil where stdin is none.
    init?() {
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        takeOver()
    }

    deinit { giveBack() }

    /// One key at a time, and none of them shown. Ctrl-C stays what it is.
    func takeOver() {
        var now = before
        now.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &now)
    }

    /// The terminal as it was before.
    func giveBack() {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    }

    /// Waits for a key.
    var entry: PollEntry { PollEntry(descriptor, .readable) }

    /// The keys that were pressed; none where the terminal is gone.
    func keys() -> [Character]? {
        guard let bytes = try? descriptor.read(upTo: 64), !bytes.isEmpty else { return nil }
        // A key such as an arrow is a sequence that begins with escape: none of them means anything here.
        if bytes.first == 0x1B { return [] }
        return Array(String(decoding: bytes, as: UTF8.self).lowercased())
    }
}
