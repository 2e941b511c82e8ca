import Foundation
import Glibc
import Synchronization

/// Builds one product of the workbook, the way this executable was built itself.
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
    /// The process of the build, while it runs.
    private let process = Mutex<pid_t?>(nil)

    #if DEBUG
        private static let configuration = "debug"
    #else
        private static let configuration = "release"
    #endif

    init(_ product: String, in workspace: Workspace) {
        self.product = product
        self.workspace = workspace
    }

    /// Builds, and blocks until that is done.
    ///
    /// - Parameter progress: Called with what is going on, in a few words.
    /// - Throws: ``Failure`` if there is no Swift toolchain.
    func run(progress: (String) -> Void) throws(Failure) -> Outcome {
        progress("building \(product)")
        let place = BuildPlace(workspace: workspace, executable: Workspace.executable, configuration: Build.configuration)
        let swift = Process()
        swift.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        swift.arguments =
            ["swift", "build", "--package-path", workspace.root, "--scratch-path", place.scratch, "-c", Build.configuration]
            + ["--product", product]
        swift.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        swift.standardOutput = pipe
        swift.standardError = pipe
        do { try swift.run() } catch { throw Failure("swift build could not be started: \(error.localizedDescription)") }
        process.withLock { $0 = swift.processIdentifier }

        var output = ""
        var unfinished: [UInt8] = []
        while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            unfinished += data
            guard let end = unfinished.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let text = String(decoding: unfinished[...end], as: UTF8.self)
            unfinished.removeSubrange(...end)
            output += text
            if let words = buildProgress(in: text) { progress("building \(product) \(words)") }
        }
        output += String(decoding: unfinished, as: UTF8.self)
        swift.waitUntilExit()
        process.withLock { $0 = nil }
        if swift.terminationStatus == 0 { return .built("\(place.products)/\(product)") }
        if swift.terminationStatus == 127 {
            throw Failure("there is no swift on the PATH", mend: "see https://www.swift.org/install")
        }
        return .failed(errors: compilerErrors(in: workspace.shortened(output)))
    }

    /// Ends a build that is under way, with SIGINT, as from a terminal: then the build ends its compilers, too.
    func interrupt() {
        process.withLock { if let id = $0 { kill(id, SIGINT) } }
    }
}

/// Where a build puts what it makes.
struct BuildPlace: Equatable {
    /// The folder for everything.
    let scratch: String
    /// The folder with the executables.
    let products: String

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
