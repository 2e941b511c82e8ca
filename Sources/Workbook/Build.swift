import Foundation
import Glibc
import Sockets
import Synchronization

/// Builds one product of the workbook: the way this executable was built itself, or for speed.
final class Build: Sendable {
    /// How a build ended.
    enum Outcome {
        /// The path of the executable.
        case built(String)
        /// What the compiler or the linker found wrong.
        case failed(errors: [String])
    }

    private let product: String
    private let workspace: Workspace
    private let isForSpeed: Bool
    /// The process of the build, while it runs.
    private let process = Mutex<pid_t?>(nil)

    #if DEBUG
        private static let ownConfiguration = "debug"
    #else
        private static let ownConfiguration = "release"
    #endif

    /// - Parameter isForSpeed: Optimizes, in a folder of its own, so that nothing that is built for work is built anew.
    init(_ product: String, in workspace: Workspace, isForSpeed: Bool = false) {
        self.product = product
        self.workspace = workspace
        self.isForSpeed = isForSpeed
    }

    /// Builds, and blocks until that is done.
    ///
    /// - Parameter progress: Called with what is going on, in a few words.
    /// - Throws: ``Failure`` if there is no Swift toolchain.
    func run(progress: (String) -> Void) throws(Failure) -> Outcome {
        progress("building \(product)")
        let configuration = isForSpeed ? "release" : Build.ownConfiguration
        let place =
            isForSpeed
            ? BuildPlace(scratch: workspace.path(".build/bench"), products: workspace.path(".build/bench/release"))
            : BuildPlace(workspace: workspace, executable: Workspace.executable, configuration: configuration)
        let words =
            ["swift", "build", "--package-path", workspace.root, "--scratch-path", place.scratch, "-c", configuration]
            + ["--product", product]
        forgetTimes(in: place)
        let swift: ChildProcess
        do {
            swift = try ChildProcess(words, joinsErrors: true)
        } catch {
            guard error.code == ENOENT else { throw Failure("swift build could not be started: \(error)") }
            throw Failure("there is no swift on the PATH", mend: "see https://www.swift.org/install")
        }
        process.withLock { $0 = swift.id }
        defer { process.withLock { $0 = nil } }
        var shown = 0
        while swift.exitCode == nil {
            swift.takeMore()
            guard let end = swift.output.lastIndex(of: UInt8(ascii: "\n")), end >= shown else { continue }
            if let words = buildProgress(in: String(decoding: swift.output[shown...end], as: UTF8.self)) {
                progress("building \(product) \(words)")
            }
            shown = end + 1
        }
        let output = String(decoding: swift.output, as: UTF8.self)
        if swift.exitCode == 0 { return .built("\(place.products)/\(product)") }
        return .failed(errors: compilerErrors(in: workspace.shortened(output)))
    }

    /// Removes what the compiler remembers of the product's files: the second in which each was changed.
    ///
    /// One that is saved twice within a second, with a build between, would be taken for unchanged, and the program of before be graded. When
    /// nothing has changed at all, the compiler isn't even asked.
    private func forgetTimes(in place: BuildPlace) {
        let folder = "\(place.products)/\(product.replacing("-", with: "_")).build"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".priors") {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    /// Ends a build that is under way with SIGINT, as from a terminal: its compilers, too.
    func interrupt() {
        process.withLock { if let id = $0 { kill(-id, SIGINT) } }
    }
}

/// Where a build puts what it makes.
struct BuildPlace: Equatable {
    /// The folder for everything.
    let scratch: String
    /// The folder with the executables.
    let products: String

    init(scratch: String, products: String) {
        self.scratch = scratch
        self.products = products
    }

    /// Beside the workbook's own executable, where that belongs to this folder; then nothing is compiled twice.
    init(workspace: Workspace, executable: String, configuration: String) {
        let products = URL(fileURLWithPath: executable).deletingLastPathComponent()
        let scratch = products.deletingLastPathComponent().deletingLastPathComponent()
        if products.lastPathComponent == configuration, executable.hasPrefix(workspace.root + "/") {
            self.scratch = scratch.path
            // `.build/debug` is a link to the folder of the machine's own kind, and shorter to read and type.
            let link = scratch.appendingPathComponent(configuration)
            self.products = link.resolvingSymlinksInPath().path == products.resolvingSymlinksInPath().path ? link.path : products.path
        } else {
            self.scratch = workspace.path(".build")
            self.products = workspace.path(".build/\(configuration)")
        }
    }
}

/// What the last of some lines of `swift build` says of how far it is: `12/46`.
func buildProgress(in output: String) -> String? {
    for line in output.split(separator: "\n").reversed() {
        if line.contains("Another instance of SwiftPM") { return "(waiting for another swift build to end)" }
        guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { continue }
        return String(line[line.index(after: line.startIndex)..<end])
    }
    return nil
}

/// What went wrong in a build, out of all that it wrote.
///
/// Each error once, with the lines of source it shows; no warnings and no progress. Where no error can be told, the last
/// lines of the whole.
func compilerErrors(in output: String) -> [String] {
    var errors: [[String]] = []
    var isError = false
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    for line in lines {
        if let severity = severity(of: line) {
            isError = severity == "error"
            if isError { errors.append([line]) }
        } else if line.hasPrefix("[") || line.hasPrefix("Building ") || line.hasPrefix("error: emit-module") {
            isError = false
        } else if isLinkerError(line) {
            errors.append([line])
            isError = false
        } else if isError, !line.isEmpty {
            errors[errors.count - 1].append(line)
        }
    }
    // The same error may come twice, from two stages of the compiler. The heading of the first tells.
    var seen: Set<String> = []
    let unique = errors.filter { $0.first.map { seen.insert($0).inserted } ?? false }
    if unique.isEmpty { return Array(lines.filter { !$0.isEmpty }.suffix(15)) }
    return unique.flatMap { $0 }
}

/// `error`, `warning` or `note`, in a line such as `Labs/02-echo-server/EchoServer.swift:12:9: error: ...`.
private func severity(of line: String) -> String? {
    let parts = line.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, !parts[0].hasPrefix(" "), Int(parts[1]) != nil, Int(parts[2]) != nil else { return nil }
    let word = parts[3].trimmingCharacters(in: .whitespaces)
    return ["error", "warning", "note"].contains(word) ? word : nil
}

private func isLinkerError(_ line: String) -> Bool {
    line.contains("undefined reference") || line.contains("undefined symbol") || line.hasPrefix("error: no product")
        || line.hasPrefix("error: invalid") || line.hasPrefix("error: link command failed")
}
