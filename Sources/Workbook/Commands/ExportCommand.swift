import Foundation
import Grading
import LabProgram

extension Command {
    static let export = Command(
        name: "export", arguments: "DIR [--class FILE]", summary: "for teachers: the students' edition, without solutions and mistakes",
        details: [
            "DIR must not be there yet, or be empty. What is in Labs goes along as it is: starters, if you have not solved anything.",
            "--class FILE  leaves the checks out that are hidden: students see how many there are, and what they do stands in the source",
        ]
    ) { options, context in
        let classFile = try options.value("class").map { try ClassFile(path: $0) } ?? ClassFile()
        guard let target = options.argument() else { throw UsageError("DIR is missing") }
        try options.finish()
        let workspace = try context.workspace
        let files = FileManager.default
        if let there = try? files.contentsOfDirectory(atPath: target), !there.isEmpty {
            throw Failure("\(target) is not empty", mend: "name a folder that is not there yet", code: 1)
        }
        let paths = try Edition.students(of: workspace)
        for path in paths {
            do {
                let url = URL(fileURLWithPath: try withFolder("\(target)/\(path)"))
                if let text = Edition.changed(path, in: workspace, classFile) {
                    try Data(text.utf8).write(to: url)
                } else {
                    try files.copyItem(atPath: workspace.path(path), toPath: url.path)
                }
            } catch { throw Failure("\(target)/\(path) can't be written: \(error.localizedDescription)", code: 1) }
        }
        context.console.print("The students' edition is in \(target): \(paths.count) files.")
        let solved = Lab.all.filter { lab in
            lab.files.contains { file in (try? workspace.starter(of: file, in: lab)) != workspace.text("\(lab.folder)/\(file)") }
        }
        if !solved.isEmpty, workspace.exists("Sources/Solutions") {
            let names = solved.map { "\($0.number)" }.joined(separator: ", ")
            context.console.note(["note: these labs are not the starters as they are handed out: \(names)"])
        }
        return 0
    }
}

/// Which of the workbook's files belong to an edition.
enum Edition {
    /// What students get: everything but solutions, mistakes, and the tests that need them.
    ///
    /// - Throws: ``Failure`` if a folder can't be read.
    static func students(of workspace: Workspace) throws(Failure) -> [String] {
        let hidden = [".gitignore", ".swift-format", ".setup", ".devcontainer"]
        let top = ["Package.swift", "README.md", "Labs", "Sources", "Tests", "Docs"] + hidden
        var paths: [String] = []
        for name in top { paths += try all(below: name, in: workspace) }
        return paths.filter(isForStudents).sorted()
    }

    /// The text of a file that is another one in the students' edition; nil for all others.
    static func changed(_ path: String, in workspace: Workspace, _ classFile: ClassFile) -> String? {
        guard let text = workspace.text(path) else { return nil }
        return switch path {
        case "README.md": readme(text)
        case "Sources/Grading/Withheld.swift": withholding(classFile, text)
        default: nil
        }
    }

    /// The list of what is left to whoever grades, filled in.
    private static func withholding(_ classFile: ClassFile, _ text: String) -> String {
        let lists = classFile.labs.sorted { $0.key < $1.key }.compactMap { name, rule -> String? in
            guard let hidden = rule.hidden, !hidden.isEmpty else { return nil }
            return "    \"\(name)\": [\(hidden.map { "\"\($0)\"" }.joined(separator: ", "))],\n"
        }
        return lists.isEmpty ? text : text.replacing("= [:]", with: "= [\n\(lists.joined())]")
    }

    /// The README without what is for contributors, who need what students don't get.
    private static func readme(_ text: String) -> String {
        text.firstRange(of: "\n## If you contribute\n").map { String(text[..<$0.lowerBound]) } ?? text
    }

    private static func isForStudents(_ path: String) -> Bool {
        let withheld = [
            "Sources/Solutions/", "Sources/Mistakes/", "Tests/Fuzzing/", "Tests/SocketsTests/IdleList", "Docs/adding-a-lab.md",
            "Docs/verdicts.md", "Docs/kill-matrix/",
        ]
        if withheld.contains(where: { path.hasPrefix($0) }) { return false }
        guard path.hasPrefix("Tests/") else { return true }
        let suites = ["Tests/SocketsTests/", "Tests/SecureSocketsTests/", "Tests/WorkbookTests/"]
        let files = ["Support", "OwnLabTests", "HostileProgramTests"].map { "Tests/GradingTests/\($0).swift" }
        return files.contains(path) || suites.contains { path.hasPrefix($0) }
    }

    /// The files at a path, or below it.
    private static func all(below path: String, in workspace: Workspace) throws(Failure) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: workspace.path(path), isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [path] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: workspace.path(path)) } catch {
            throw Failure("\(path) can't be read: \(error.localizedDescription)")
        }
        var paths: [String] = []
        for name in names where name != ".build" { paths += try all(below: "\(path)/\(name)", in: workspace) }
        return paths
    }
}
