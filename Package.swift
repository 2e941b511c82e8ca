// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Warnings are errors in what the workbook gives; never in what a student writes.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]
let strictAndMemorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// What a lab consists of, besides its own folder.
enum Part { case solution, mistakes }

/// The labs that are there, in order. The executable is named after its folder without the number.
///
/// Say here what is added to a lab: SwiftPM reads this file anew only when its text changes.
let labs: [(folder: String, uses: [Target.Dependency], parts: [Part])] = [
    ("01-handshake-tracer", ["Capture"], [.solution, .mistakes]),
    ("02-echo-server", [], [.solution, .mistakes]),
    ("03-udp-sender", [], [.solution, .mistakes]),
    ("04-binary-codec", [], [.solution]),
]

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

/// A test suite. Those that run programs need the programs to be built beside them.
func testTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "workbook",
    targets: [
        // What the labs stand on.
        .target(name: "CLinux"),
        .target(name: "Sockets", dependencies: ["CLinux"], swiftSettings: strictAndMemorySafe),
        .target(name: "Capture", dependencies: ["Sockets", "CLinux"], swiftSettings: strictAndMemorySafe),
        .target(name: "LabProgram", dependencies: ["Sockets", "CLinux"], swiftSettings: strict),
        // What grades them, and what a student and a teacher type.
        .target(name: "Reflector", dependencies: ["Sockets"], swiftSettings: strict),
        .target(name: "Grading", dependencies: ["Sockets", "Capture", "CLinux", "Reflector"], swiftSettings: strict),
        .executableTarget(
            name: "workbook", dependencies: ["Grading", "LabProgram", "Sockets", "CLinux", "Reflector"] + mistakes,
            path: "Sources/Workbook", swiftSettings: strict),
    ] + labTargets
        // What the wrong programs are, and which check must catch each.
        + (mistakes.isEmpty ? [] : [.target(name: "Mistakes", path: "Sources/Mistakes/Catalogue", swiftSettings: strict)])
        + [
            testTarget("SocketsTests", ["Sockets", "LabProgram"]),
            testTarget("CaptureTests", ["Capture", "Grading", "Sockets", "handshake-tracer-solution"]),
            testTarget("ReflectorTests", ["Reflector", "Sockets", "udp-sender-solution"]),
            testTarget("BinaryCodecTests", ["LabProgram", "Sockets", "binary-codec-solution"]),
            testTarget("WorkbookTests", ["workbook", "Grading", "LabProgram"]),
            testTarget("GradingTests", ["Grading", "Capture", "workbook"] + mistakes + labTargets.map { .target(name: $0.name) }),
        ],
    swiftLanguageModes: [.v6]
)
