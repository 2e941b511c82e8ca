import Foundation
import Glibc
import Sockets

/// Notices when a file of a folder is saved: inotify(7) says it at once, and a look now and then finds what it does not say.
///
/// What counts is the look: the times and sizes of the files. So it does not matter how an editor saves, whether by writing,
/// by renaming a new file over the old one, or in several goes.
final class FolderWatch {
    /// nil where inotify is not to be had.
    private let descriptor: Descriptor?
    /// Whether a change was found that inotify did not tell: on a network file system, or a folder that a container shares.
    private(set) var isPolling: Bool
    private let folder: String
    private var seen: [String: Stamp]
    private var hasHint = false

    /// What changes when a file is saved.
    private struct Stamp: Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int
        let inode: UInt64
    }

    init(_ folder: String) {
        self.folder = folder
        let number = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB
        if number != -1, inotify_add_watch(number, folder, UInt32(events)) != -1 {
            descriptor = Descriptor(adopting: number)
            isPolling = false
        } else {
            if number != -1 { close(number) }
            descriptor = nil
            isPolling = true
        }
        seen = [:]
        seen = look()
    }

    /// Waits for what inotify has to say.
    var entry: PollEntry? {
        switch descriptor {
        case .some(let descriptor): PollEntry(descriptor, .readable)
        case nil: nil
        }
    }

    /// Takes in what inotify has to say.
    private func takeHint() {
        while case let bytes?? = try? descriptor?.read(upTo: 4_096), !bytes.isEmpty { hasHint = true }
    }

    /// Whether a file was saved since the last time that this was asked.
    func takeChange() -> Bool {
        takeHint()
        let now = look()
        defer { hasHint = false }
        guard now != seen else { return false }
        seen = now
        // Saved between the hint and the look: then the hint is there by now.
        takeHint()
        if !hasHint { isPolling = true }
        return true
    }

    private func look() -> [String: Stamp] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var stamps: [String: Stamp] = [:]
        for name in names where name.hasSuffix(".swift") && !name.hasPrefix(".") {
            var status = stat()
            guard stat(folder + "/" + name, &status) == 0 else { continue }
            stamps[name] = Stamp(
                size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, inode: UInt64(status.st_ino)
            )
        }
        // Between the two steps of a rename nothing is there: that is no state to build.
        return stamps.isEmpty ? seen : stamps
    }
}
