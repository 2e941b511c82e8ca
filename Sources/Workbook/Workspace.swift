import Foundation
import Grading

/// The workbook's folder on this machine, and what is where in it.
struct Workspace: Sendable {
    /// The folder with Package.swift and Labs/.
    let root: String

    /// What people type before a command's name.
    static let invocation = "swift run workbook"

    /// The real path of this process's executable, whatever it was called by.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The workbook that the current folder is in, or else the one that the executable was built in.
    ///
    /// - Throws: ``Failure`` if there is neither.
    static func find(
        from folder: String = FileManager.default.currentDirectoryPath, executable: String = Workspace.executable
    ) throws(Failure) -> Workspace {
        for start in [folder, executable] {
            var path = URL(fileURLWithPath: start).standardizedFileURL
            while true {
                if isRoot(path) { return Workspace(root: path.path) }
                guard path.path != "/" else { break }
                path.deleteLastPathComponent()
            }
        }
        throw Failure(
            "\(folder) is not in a workbook: neither it nor a folder above it has Package.swift and Labs/",
            mend: "change to the folder that you cloned, and try again")
    }

    private static func isRoot(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
            && FileManager.default.fileExists(atPath: folder.appendingPathComponent("Labs").path)
    }

    /// The path of something in the workbook.
    func path(_ relative: String) -> String { root + "/" + relative }

    func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

    /// The text of a file in the workbook, or nil if there is none.
    func text(_ relative: String) -> String? {
        FileManager.default.contents(atPath: path(relative)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a file of the workbook, whole or not at all, with the folders above it.
    ///
    /// - Throws: ``Failure`` that names the file.
    func write(_ text: String, to relative: String) throws(Failure) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: withFolder(path(relative))), options: .atomic)
        } catch {
            throw Failure("\(relative) can't be written: \(error.localizedDescription)")
        }
    }

    /// Paths in a text, shortened to what they are from the workbook's folder on, or in the folder that a check had for its files.
    func shortened(_ text: String) -> String {
        text.replacing(root + "/", with: "").replacing(/\/[^ ]*\/workbook-check-[0-9A-F-]{36}\//, with: "")
    }

    // MARK: A lab's files

    /// The lab's files that the student edits.
    func studentFiles(of lab: Lab) -> [String] { lab.files.map { "\(lab.folder)/\($0)" } }

    /// The file in which a step is solved: where the starter says so, else where a comment names the step, else any of them.
    func file(ofStep step: Int, in lab: Lab) -> String {
        let files = studentFiles(of: lab)
        let signs: [(String) -> Bool] = [
            { $0.contains("unsolved(step: \(step))") },
            { $0.contains("untilSolved: \(step))") || $0.contains("untilSolved: \(step),") },
            { $0.contains("Step \(step):") },
            { $0.contains("Steps \(step) ") },
        ]
        for sign in signs {
            if let file = files.first(where: { text($0).map(sign) ?? false }) { return file }
        }
        return files.first ?? lab.folder
    }

    /// When the student last changed one of the lab's files.
    func lastChange(of lab: Lab) -> Date? {
        studentFiles(of: lab).compactMap { file in
            (try? FileManager.default.attributesOfItem(atPath: path(file)))?[.modificationDate] as? Date
        }.max()
    }

    /// The starter of one of the lab's files, made from the solution; nil where there is no solution.
    ///
    /// - Throws: ``Failure`` if the solution's markers don't fit together.
    func starter(of file: String, in lab: Lab) throws(Failure) -> String? {
        guard let solution = text("\(lab.solutionFolder)/\(file)") else { return nil }
        do {
            return try Starter.make(from: solution)
        } catch {
            throw Failure("\(lab.solutionFolder)/\(file): \(error)")
        }
    }

    /// Keeps copies of the lab's files, as they are, in a new folder.
    ///
    /// - Returns: The folder.
    /// - Throws: ``Failure`` if that is not possible; then nothing may be overwritten.
    func keepAside(_ files: [String], of lab: Lab, at time: Date = Date()) throws(Failure) -> String {
        let base = ".workbook/kept/\(lab.folderName)/\(stamp(time))"
        var folder = base
        var number = 1
        while exists(folder) {
            number += 1
            folder = "\(base)-\(number)"
        }
        do {
            try FileManager.default.createDirectory(atPath: path(folder), withIntermediateDirectories: true)
            for file in files where exists("\(lab.folder)/\(file)") {
                try FileManager.default.copyItem(atPath: path("\(lab.folder)/\(file)"), toPath: path("\(folder)/\(file)"))
            }
        } catch {
            let reason = error.localizedDescription
            throw Failure("what is in \(lab.folder) can't be kept aside in \(folder), so nothing was changed: \(reason)")
        }
        return folder
    }
}

/// `2026-07-01T14-03-22`: a local time that sorts, and can be a file's name anywhere.
func stamp(_ time: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day, .hour, .minute, .second], from: time)
    func digits(_ number: Int?, _ count: Int = 2) -> String {
        let text = String(number ?? 0)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return "\(digits(parts.year, 4))-\(digits(parts.month))-\(digits(parts.day))"
        + "T\(digits(parts.hour))-\(digits(parts.minute))-\(digits(parts.second))"
}
