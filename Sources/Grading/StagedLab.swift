import Foundation

/// A copy of the workbook in which one lab is solved up to a step, and no further: what a student has on the way.
///
/// All but the lab's own folder is linked, not copied, so that it is the same workbook.
public enum StagedLab {
    /// Lays the copy out in a folder. What an earlier call left there is replaced, but for what was built.
    ///
    /// - Parameters:
    ///   - root: The workbook's folder.
    ///   - solved: The last step that is solved: 0 is the starter as it is handed out.
    /// - Throws: ``Starter/MarkerError``, or what the file system says.
    public static func make(_ lab: Lab, solvedUpTo solved: Int, of root: URL, in folder: URL) throws {
        let files = FileManager.default
        let labFolder = folder.appendingPathComponent(lab.folder)
        try? files.removeItem(at: folder.appendingPathComponent("Labs"))
        try files.createDirectory(at: labFolder, withIntermediateDirectories: true)
        for name in ["Package.swift", "Sources", "Tests"] where !files.fileExists(atPath: folder.appendingPathComponent(name).path) {
            try files.createSymbolicLink(
                at: folder.appendingPathComponent(name), withDestinationURL: root.appendingPathComponent(name))
        }
        for name in try files.contentsOfDirectory(atPath: root.appendingPathComponent(lab.folder).path) {
            let target = labFolder.appendingPathComponent(name)
            if lab.files.contains(name) {
                let solution = try String(contentsOf: root.appendingPathComponent("\(lab.solutionFolder)/\(name)"), encoding: .utf8)
                try Starter.make(from: solution, solvedUpTo: solved).write(to: target, atomically: true, encoding: .utf8)
            } else {
                try files.copyItem(at: root.appendingPathComponent("\(lab.folder)/\(name)"), to: target)
            }
        }
    }
}
