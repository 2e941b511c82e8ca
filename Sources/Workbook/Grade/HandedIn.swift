import Foundation
import Glibc
import Grading

/// What one student has handed in: the files of labs, and nothing else of what was there.
struct HandedIn: Sendable {
    /// The student: the name of the folder or archive.
    let student: String
    /// The texts of the lab's files, by the labs' names and then the files' own.
    var files: [String: [String: Data]]

    /// A file that is longer than this is no student's.
    private static let longest = 1 << 20

    /// Takes the labs' files out of a folder: a whole clone, a folder Labs, folders of labs, or the files of one lab.
    ///
    /// - Parameter labs: The labs that are looked for. Files that lie in no lab's folder count only if it is one lab.
    init(student: String, folder: String, labs: [Lab]) {
        self.student = student
        var found: [String: [String: Data]] = [:]
        for lab in labs {
            let places = ["Labs/\(lab.folderName)", lab.folderName, lab.name] + (labs.count == 1 ? [""] : [])
            for place in places {
                let files = HandedIn.read(lab.files, in: place.isEmpty ? folder : "\(folder)/\(place)")
                guard !files.isEmpty else { continue }
                found[lab.name] = files
                break
            }
        }
        files = found
    }

    /// The reference solution, as if it were handed in.
    init(student: String, solutionOf lab: Lab, in workspace: Workspace) {
        self.student = student
        files = [lab.name: HandedIn.read(lab.files, in: workspace.path(lab.solutionFolder))]
    }

    private static func read(_ names: [String], in folder: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for name in names {
            if let data = readPlainFile("\(folder)/\(name)") { files[name] = data }
        }
        return files
    }

    /// A regular file's bytes. Never through a link: that could lead to a file that is not the student's.
    private static func readPlainFile(_ path: String) -> Data? {
        let number = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number != -1 else { return nil }
        let file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= longest else { return nil }
        return try? file.readToEnd() ?? Data()
    }

    /// What was handed in, as a short text that is another for other files.
    var digest: String {
        var digest = Grading.hash(of: [])
        for (lab, files) in files.sorted(by: { $0.key < $1.key }) {
            for (name, data) in files.sorted(by: { $0.key < $1.key }) {
                digest = Grading.hash(of: "\(lab)/\(name) \(data.count)\n".utf8, after: digest)
                digest = Grading.hash(of: data, after: digest)
            }
        }
        return String(digest, radix: 16)
    }
}

/// Where submissions are: a folder of submissions, or submissions themselves.
struct SubmissionFinder {
    let labs: [Lab]
    let jail: JailedTools

    /// All submissions under the paths, by student.
    ///
    /// A folder with files of a lab in it is one submission; any other folder holds one submission in each folder or archive.
    ///
    /// - Throws: ``Failure`` if a path is not there, or two submissions have one name.
    func find(in paths: [String]) throws(Failure) -> [(student: String, path: String)] {
        var found: [(student: String, path: String)] = []
        for path in paths {
            guard FileManager.default.fileExists(atPath: path) else { throw Failure("\(path): there is no such file or folder", code: 1) }
            if isSubmission(path) {
                found.append((name(of: path), path))
            } else {
                let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
                found += names.map { "\(path)/\($0)" }.filter { isFolder($0) || isArchive($0) }.map { (name(of: $0), $0) }
            }
        }
        let twice = Dictionary(grouping: found, by: \.student).first { $0.value.count > 1 }
        if let twice {
            throw Failure("two submissions are named '\(twice.key)': \(twice.value.map(\.path).joined(separator: " and "))", code: 1)
        }
        return found
    }

    /// What is handed in there.
    ///
    /// - Throws: ``Failure`` if an archive can't be unpacked.
    func read(_ student: String, _ path: String, scratch: String) throws(Failure) -> HandedIn {
        if isFolder(path), !isBareRepository(path) { return HandedIn(student: student, folder: path, labs: labs) }
        let folder = try jail.unpack(path, isRepository: isFolder(path), into: scratch)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // An archive often has one folder in it, which holds everything.
        let inner = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
        let handedIn = HandedIn(student: student, folder: folder, labs: labs)
        guard handedIn.files.isEmpty, inner.count == 1 else { return handedIn }
        return HandedIn(student: student, folder: "\(folder)/\(inner[0])", labs: labs)
    }

    private func isSubmission(_ path: String) -> Bool {
        isArchive(path) || isBareRepository(path)
            || (isFolder(path) && !HandedIn(student: "", folder: path, labs: labs).files.isEmpty)
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private func isBareRepository(_ path: String) -> Bool {
        isFolder("\(path)/objects") && isFolder("\(path)/refs") && FileManager.default.fileExists(atPath: "\(path)/HEAD")
    }

    private static let endings = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"]

    private func isArchive(_ path: String) -> Bool { !isFolder(path) && Self.endings.contains { path.hasSuffix($0) } }

    private func name(of path: String) -> String {
        var name = URL(fileURLWithPath: path).lastPathComponent
        for ending in Self.endings + [".git"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
            break
        }
        return name
    }
}
