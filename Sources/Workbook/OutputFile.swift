import Foundation
import Sockets

/// Where a command writes a result that `--output` names.
struct OutputFile {
    /// As it was typed: from the current folder on.
    let path: String

    /// Writes the text: whole, or not at all.
    ///
    /// It is written beside the file and then put in its place (rename(2)), so that nobody ever reads half of it. Only into what is no file,
    /// a pipe or a device, it is written directly.
    ///
    /// - Throws: ``Failure`` that names the file.
    func write(_ text: String) throws(Failure) {
        // Through a link, to where the file is: a new file in its place would leave the old one as it was.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let type = (try? FileManager.default.attributesOfItem(atPath: real.path))?[.type] as? FileAttributeType
        do {
            switch type {
            case .typeDirectory: throw Failure("\(path) can't be written: it is a folder")
            case nil, .typeRegular: try Data(text.utf8).write(to: real, options: .atomic)
            default: try Descriptor(writing: path).writeAll(Array(text.utf8).span)
            }
        } catch let failure as Failure {
            throw failure
        } catch let error as SocketError {
            throw Failure("\(path) can't be written: \(error)")
        } catch {
            throw Failure("\(path) can't be written: \(error.localizedDescription)")
        }
    }
}
