// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Warnings are errors in what the workbook gives; never in what a student writes.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]
let strictAndMemorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// What a lab consists of, besides its own folder.
enum Part { case solution, mistakes }

/// Whether programs can be built with OpenSSL 3 or later: whether its headers are in one of the usual places.
///
/// Without them, lab 5 and what it stands on are left out, and everything else is there. SwiftPM remembers what this came to, and looks
/// again only after `swift package purge-cache && touch Package.swift`; `bash .setup` and the workbook itself see to that.
let hasOpenSSL = ["/usr/include", "/usr/local/include", "/opt/homebrew/opt/openssl/include", "/usr/local/opt/openssl/include"].contains {
    let version = try? String(contentsOfFile: "\($0)/openssl/opensslv.h", encoding: .utf8)
    let line = version?.split(separator: "\n").first { $0.contains("define OPENSSL_VERSION_MAJOR") }
    return line?.split(separator: " ").last.flatMap { Int($0) }.map { $0 >= 3 } ?? false
}
/// Without the headers, naming the library all the same makes SwiftPM say how to get them.
let secure: [Target.Dependency] = hasOpenSSL ? ["SecureSockets"] : ["COpenSSL"]
/// What needs OpenSSL is here only where that is.
func withOpenSSL<Element>(_ elements: [Element]) -> [Element] { hasOpenSSL ? elements : [] }

/// The labs that are there, in order. The executable is named after its folder without the number.
///
/// Say here what is added to a lab: SwiftPM reads this file anew only when its text changes.
let labs: [(folder: String, uses: [Target.Dependency], parts: [Part])] =
    [
        ("01-handshake-tracer", ["Capture"], [.solution, .mistakes]),
        ("02-echo-server", [], [.solution, .mistakes]),
        ("03-udp-sender", [], [.solution, .mistakes]),
        ("04-binary-codec", [], [.solution, .mistakes]),
    ] + withOpenSSL([("05-tls-echo", ["SecureSockets"], [.solution, .mistakes])])
    + [("06-multiplexed-server", [], [.solution, .mistakes])]

/// The students' edition has no solutions and no mistakes: what is not there is not declared.
func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path)
}

/// The catalogue of wrong programs, where it is there.
let mistakes: [Target.Dependency] = exists("Sources/Mistakes/Catalogue") ? ["Mistakes"] : []

/// A lab's own executable, its reference solution, and its wrong programs.
func targets(ofLab folder: String, using more: [Target.Dependency], _ parts: [Part]) -> [Target] {
    let name = String(folder.drop { $0.isNumber }.dropFirst())
    let given: [Target.Dependency] = ["Sockets", "LabProgram"] + more
    var targets = [
        ("Labs/\(folder)", name, given, ["README.md", "captures"].filter { exists("Labs/\(folder)/\($0)") }, [SwiftSetting]())
    ]
    if parts.contains(.solution) { targets.append(("Sources/Solutions/\(folder)", "\(name)-solution", given, [], strict)) }
    if parts.contains(.mistakes) {
        targets.append(("Sources/Mistakes/\(folder)", "\(name)-mistakes", given + ["Mistakes"], [], strict))
    }
    return targets.compactMap { path, name, dependencies, exclude, settings in
        guard exists(path + "/main.swift") else { return nil }
        return .executableTarget(
            name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
    }
}

/// All executables of the labs.
let labTargets = labs.flatMap { targets(ofLab: $0.folder, using: $0.uses, $0.parts) }

/// A test suite, where it is there. Those that run programs need the programs to be built beside them.
func testTarget(_ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
    exists("Tests/\(name)") ? [.testTarget(name: name, dependencies: dependencies, swiftSettings: strict)] : []
}

let package = Package(
    name: "workbook",
    targets: [
        // What the labs stand on.
        .target(name: "CLinux"),
        .target(name: "Sockets", dependencies: ["CLinux"], swiftSettings: strictAndMemorySafe),
        .target(name: "Capture", dependencies: ["Sockets", "CLinux"], swiftSettings: strictAndMemorySafe),
        .target(name: "LabProgram", dependencies: ["Sockets", "CLinux"], swiftSettings: strict),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"]), .brew(["openssl"])]),
        // What grades them, and what a student and a teacher type.
        .target(name: "Reflector", dependencies: ["Sockets"], swiftSettings: strict),
        .target(
            name: "Grading", dependencies: ["Sockets", "Capture", "CLinux", "Reflector"] + secure,
            swiftSettings: strict + withOpenSSL([.define("HAS_OPENSSL")])),
        .executableTarget(
            name: "workbook", dependencies: ["Grading", "LabProgram", "Sockets", "CLinux", "Reflector"] + mistakes + secure,
            path: "Sources/Workbook", swiftSettings: strict + withOpenSSL([.define("HAS_OPENSSL")])),
    ] + withOpenSSL([.target(name: "SecureSockets", dependencies: ["Sockets", "COpenSSL"], swiftSettings: strictAndMemorySafe)])
        + labTargets
        // What the wrong programs are, and which check must catch each.
        + (mistakes.isEmpty ? [] : [.target(name: "Mistakes", path: "Sources/Mistakes/Catalogue", swiftSettings: strict)])
        + testTarget("SocketsTests", ["Sockets", "LabProgram"])
        + testTarget("CaptureTests", ["Capture", "Grading", "Sockets", "handshake-tracer-solution"])
        + testTarget("ReflectorTests", ["Reflector", "Sockets", "udp-sender-solution"])
        + testTarget("BinaryCodecTests", ["LabProgram", "Sockets", "binary-codec-solution"])
        + testTarget("WorkbookTests", ["workbook", "Grading", "LabProgram", "Sockets"])
        + testTarget("GradingTests", ["Grading", "Capture", "workbook"] + mistakes + labTargets.map { .target(name: $0.name) })
        + withOpenSSL(testTarget("SecureSocketsTests", ["SecureSockets", "Sockets"])),
    swiftLanguageModes: [.v6]
)
