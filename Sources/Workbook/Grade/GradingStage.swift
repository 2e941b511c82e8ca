import Foundation
import Glibc
import Grading
import Sockets

/// A place in which submissions are built, one after the other.
protocol BuildStage {
    /// Builds one lab of a submission.
    ///
    /// - Parameter folder: Where the program is put; without it, where the stage's next one takes its place.
    /// - Throws: ``Failure`` if the stage can't be used.
    func build(_ lab: Lab, of handedIn: HandedIn, into folder: String?) throws(Failure) -> BuildOutcome
}

/// What came of a build.
enum BuildOutcome {
    /// The folder with the program.
    case built(folder: String)
    /// What the compiler found wrong, or that it took too long.
    case failed(String)
}

/// A pristine workbook in which one submission after the other is built: one for each worker, so that they don't meet.
///
/// The modules that labs stand on are built once; a submission brings only the files of its lab.
final class GradingStage: BuildStage {
    private let workspace: Workspace
    private let tools: JailedTools
    /// The folder of the stage.
    private let root: String
    /// Open, and locked, for as long as the stage is used.
    private let lock: FileHandle
    /// The labs that are known to build here, with all they stand on.
    private var prepared: Set<String> = []
    /// How long a build may take. The first of a stage builds the modules as well.
    private static let patience = Duration.seconds(300)

    /// Lays the workbook out, without solutions, mistakes and tests, in the first stage that nobody uses, in this process or another.
    ///
    /// - Throws: ``Failure`` if the folder can't be written to.
    init(in folder: String, _ workspace: Workspace, _ tools: JailedTools) throws(Failure) {
        self.workspace = workspace
        self.tools = tools
        (root, lock) = try GradingStage.claim(in: folder)
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: root, withIntermediateDirectories: true)
            // SwiftPM remembers what Package.swift came to, as long as its text is the same: also if OpenSSL or a lab has come since.
            for name in ["Package.swift", "Sources", "Labs", ".cache"] { try? files.removeItem(atPath: "\(root)/\(name)") }
            try files.createDirectory(atPath: "\(root)/Sources", withIntermediateDirectories: true)
            try files.copyItem(atPath: workspace.path("Package.swift"), toPath: "\(root)/Package.swift")
            for name in try files.contentsOfDirectory(atPath: workspace.path("Sources")) where !["Solutions", "Mistakes"].contains(name) {
                try files.copyItem(atPath: workspace.path("Sources/\(name)"), toPath: "\(root)/Sources/\(name)")
            }
        } catch { throw Failure("\(root) can't be laid out: \(error.localizedDescription)") }
    }

    /// Finds a stage that is free, and locks it: flock(2), which ends with this process, however that ends.
    private static func claim(in folder: String) throws(Failure) -> (root: String, lock: FileHandle) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 1...1_000 {
            let path = "\(folder)/stage-\(number).lock"
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor != -1 else { throw Failure("\(SocketError("open", address: path, code: errno))") }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return ("\(folder)/stage-\(number)", file) }
            guard errno == EWOULDBLOCK else { throw Failure("\(SocketError("flock", address: path, code: errno))") }
        }
        throw Failure("a thousand stages are in use in \(folder)", mend: "remove that folder if nobody is grading")
    }

    func build(_ lab: Lab, of handedIn: HandedIn, into folder: String?) throws(Failure) -> BuildOutcome {
        let folder = folder ?? "\(root)/program"
        // What does not build as it is handed out is no fault of a student's.
        if prepared.insert(lab.name).inserted {
            let starter = HandedIn(student: "", folder: workspace.root, labs: [lab])
            if case .failed(let errors) = try build(lab, with: starter, folder) {
                throw Failure("\(lab.folder) does not build as it is handed out, in \(root):\n\(errors)")
            }
        }
        return try build(lab, with: handedIn, folder)
    }

    private func build(_ lab: Lab, with handedIn: HandedIn, _ folder: String) throws(Failure) -> BuildOutcome {
        try layOut(lab, handedIn)
        let place = tools.isTrusting ? root : "/stage"
        let words = [
            "swift", "build", "--package-path", place, "--scratch-path", "\(place)/.build", "--cache-path", "\(place)/.cache",
            "--config-path", "\(place)/.config", "--security-path", "\(place)/.security", "--product", lab.name,
        ]
        let jail = Jail(writable: [Jail.Place(root, as: "/stage")])
        let outcome = try tools.run(words, in: place, jail, until: .after(Self.patience))
        guard outcome.code == 0 else {
            if outcome.isLate { return .failed("the compiler was still busy after \(Int(Self.patience / .seconds(1))) seconds") }
            let output = String(decoding: outcome.output, as: UTF8.self).replacing("\(place)/", with: "")
            return .failed(compilerErrors(in: output).prefix(40).joined(separator: "\n"))
        }
        try takeProgram(lab, into: folder)
        return .built(folder: folder)
    }

    /// The labs as they are handed out, and in the one that is built what the student has written. Nothing that was built before is used.
    private func layOut(_ lab: Lab, _ handedIn: HandedIn) throws(Failure) {
        do {
            let files = FileManager.default
            try? files.removeItem(atPath: "\(root)/Labs")
            // All of them, though one is built: SwiftPM remembers which there are for as long as Package.swift has the same text.
            for other in Lab.all {
                let (source, folder) = (workspace.path(other.folder), "\(root)/\(other.folder)")
                try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for name in try files.contentsOfDirectory(atPath: source) where name.hasSuffix(".swift") {
                    let theirs = other.name == lab.name && lab.files.contains(name) ? handedIn.files[lab.name]?[name] : nil
                    let data = try theirs ?? Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name)"))
                    try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                }
            }
            // SwiftPM goes by times of whole seconds: what was made of an earlier submission must be gone; its plans may stay.
            let module = lab.name.replacing("-", with: "_")
            let built = URL(fileURLWithPath: "\(root)/.build/debug").resolvingSymlinksInPath().path
            for name in (try? files.contentsOfDirectory(atPath: "\(built)/\(module).build")) ?? [] {
                if name != "output-file-map.json" && name != "sources" { try files.removeItem(atPath: "\(built)/\(module).build/\(name)") }
            }
            for name in [lab.name, "Modules/\(module).swiftmodule"] { try? files.removeItem(atPath: "\(built)/\(name)") }
        } catch { throw Failure("\(root) can't be laid out: \(error.localizedDescription)") }
    }

    /// Puts the program where nothing else is.
    private func takeProgram(_ lab: Lab, into folder: String) throws(Failure) {
        do {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "\(root)/.build/debug/\(lab.name)", toPath: "\(folder)/\(lab.name)")
        } catch { throw Failure("the program of \(lab.name) can't be copied: \(error.localizedDescription)") }
    }
}
