// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Warnings are errors in what the workbook gives; never in what a student writes.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]
let strictAndMemorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// The labs that are there, in order. The executable is named after its folder without the number.
let labs: [(folder: String, uses: [Target.Dependency])] = [
    ("01-handshake-tracer", ["Capture"]),
    ("02-echo-server", []),
    ("03-udp-sender", []),
    ("04-binary-codec", []),
]

/// What is not there is not declared: the students' edition has no solutions and no mistakes.
func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path)
}

/// The catalogue of wrong programs, where it is there.
let mistakes: [Target.Dependency] = exists("Sources/Mistakes/Catalogue") ? ["Mistakes"] : []

/// The test suites. Those that grade programs need the programs to be built beside them.
func testTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The executables of all labs that are there: solutions, mistakes, and the student's own.
let programs: [Target.Dependency] = labs.flatMap { targets(ofLab: $0.folder, using: $0.uses) }.map { .target(name: $0.name) }

/// A lab's own executable, its reference solution, and its wrong programs.
func targets(ofLab folder: String, using more: [Target.Dependency]) -> [Target] {
    let name = String(folder.drop { $0.isNumber }.dropFirst())
    let given: [Target.Dependency] = ["Sockets", "LabProgram"] + more
    return [
        ("Labs/\(folder)", name, given, ["README.md", "captures"].filter { exists("Labs/\(folder)/\($0)") }, []),
        ("Sources/Solutions/\(folder)", "\(name)-solution", given, [], strict),
        ("Sources/Mistakes/\(folder)", "\(name)-mistakes", given + ["Mistakes"], [], strict),
    ].compactMap { path, name, dependencies, exclude, settings in
        guard exists(path + "/main.swift") else { return nil }
        return .executableTarget(
            name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
    }
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
            path: "Sources/Workbook",
            swiftSettings: strict),
    ] + labs.flatMap { targets(ofLab: $0.folder, using: $0.uses) }
        // What the wrong programs are, and which check must catch each.
        + (mistakes.isEmpty ? [] : [.target(name: "Mistakes", path: "Sources/Mistakes/Catalogue", swiftSettings: strict)])
        + [
            testTarget("SocketsTests", ["Sockets", "LabProgram"]),
            testTarget("CaptureTests", ["Capture", "Grading", "Sockets", "handshake-tracer-solution"]),
            testTarget("ReflectorTests", ["Reflector", "Sockets", "udp-sender-solution"]),
            testTarget("WorkbookTests", ["workbook", "Grading", "LabProgram"]),
            testTarget("GradingTests", ["Grading", "Capture", "workbook"] + mistakes + programs),
        ],
    swiftLanguageModes: [.v6]
)
