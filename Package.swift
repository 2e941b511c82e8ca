// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Warnings are errors in what the workbook gives; never in what a student writes.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]
let strictAndMemorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// The labs, in order. The executable is named after its folder without the number.
let labs: [(folder: String, uses: [Target.Dependency])] = [
    ("01-handshake-tracer", ["Capture"]),
    ("02-echo-server", []),
    ("03-udp-sender", []),
    ("04-binary-codec", []),
    ("05-tls-echo", ["SecureSockets"]),
    ("06-multiplexed-server", []),
]

/// What is not there is not declared: the students' edition has no solutions and no mistakes.
func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path)
}

/// A lab's own executable, its reference solution, and its wrong programs.
func targets(ofLab folder: String, using more: [Target.Dependency]) -> [Target] {
    let name = String(folder.drop { $0.isNumber }.dropFirst())
    let given: [Target.Dependency] = ["Sockets", "LabProgram"] + more
    return [
        ("Labs/\(folder)", name, given, ["README.md"], []),
        ("Sources/Solutions/\(folder)", "\(name)-solution", given, [], strict),
        ("Sources/Mistakes/\(folder)", "\(name)-mistakes", given + ["Mistakes"], [], strict),
    ].compactMap { path, name, dependencies, exclude, settings in
        guard exists(path + "/main.swift") else { return nil }
        return .executableTarget(
            name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
    }
}

/// The tests of the solutions' parts; each has symbolic links to the files that it calls within its own process.
let testTargets: [Target] = [
    ("BinaryCodecTests", ["Sockets", "LabProgram", "binary-codec-solution"])
].compactMap { (name: String, dependencies: [Target.Dependency]) in
    guard exists("Tests/\(name)") else { return nil }
    return .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "workbook",
    targets: [
        // What the labs stand on.
        .target(name: "CLinux"),
        .target(name: "Sockets", dependencies: ["CLinux"], swiftSettings: strictAndMemorySafe),
        .target(name: "LabProgram", dependencies: ["Sockets", "CLinux"], swiftSettings: strict),
    ] + labs.flatMap { targets(ofLab: $0.folder, using: $0.uses) }
        + testTargets,
    swiftLanguageModes: [.v6]
)
