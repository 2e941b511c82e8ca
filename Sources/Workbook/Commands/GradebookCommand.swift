import Foundation
import Grading
import LabProgram

extension Command {
    static let gradebook = Command(
        name: "gradebook",
        arguments: "RESULTS... [--format FORMAT] [--output FILE] [--each] [--for student|teacher] [--visibility V] [--hidden-visibility V]"
            + " [--leaderboard BENCH.json]",
        summary: "for teachers: results of a class from any number of machines, as one report",
        details: [
            "RESULTS are files that 'grade' has written, or folders of them. Of a student with several results the latest counts.",
            "--output FILE  writes it there rather than on stdout",
            "--each         writes a file for each student into the folder --output, as gradescope and classroom50 do anyway",
        ] + FormatOptions.details
    ) { options, context in
        let format = try FormatOptions(&options)
        let output = try options.value("output")
        let isEach = try options.flag("each")
        var paths: [String] = []
        while let path = options.argument() { paths.append(path) }
        try options.finish()
        guard !paths.isEmpty else { throw UsageError("RESULTS are missing") }
        let report = try mergedReport(of: paths.flatMap(resultFiles))
        let environment = ProcessInfo.processInfo.environment
        if report.submissions.count > 1, !format.gradescope.leaderboard.isEmpty {
            throw Failure("--leaderboard is what one student's program did, and here are \(report.submissions.count) students", code: 1)
        }
        if isEach || format.format.isOfOneStudent && report.submissions.count > 1 {
            guard let output else {
                let reason = isEach ? "--each" : format.format.rawValue
                throw Failure("\(reason) has one student in a file: name a folder for them", mend: "--output DIR", code: 1)
            }
            for submission in report.submissions {
                let single = ClassReport(date: report.date, submissions: [submission])
                let text = try format.text(of: single, style: plainStyle, environment: environment)
                let name = "\(fileName(of: submission.student)).\(format.format.fileEnding)"
                try OutputFile(path: try withFolder("\(output)/\(name)")).write(text)
            }
            context.console.print("\(report.submissions.count) \(report.submissions.count == 1 ? "file is" : "files are") in \(output)")
            return 0
        }
        let style = output == nil ? context.console.style : plainStyle
        let text = try format.text(of: report, style: style, environment: environment)
        if let output { try OutputFile(path: output).write(text) } else { context.console.write(text) }
        return 0
    }
}

/// In a file, there are neither colours nor a width to keep to.
let plainStyle = Style(width: 100, hasColour: false, hasUnicode: true)

/// The files of results at a path: the file itself, or those of a folder.
private func resultFiles(_ path: String) -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [path] }
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
}

/// All results together, by the students' names; of one student's, the latest.
///
/// - Throws: ``Failure`` that names a file which is no result.
func mergedReport(of files: [String]) throws(Failure) -> ClassReport {
    var latest: [String: (date: Date, submission: Submission)] = [:]
    var last = Date.distantPast
    for file in files {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { throw Failure("\(file) can't be read", code: 1) }
        let report: ClassReport
        do { report = try ClassReport(json: text) } catch { throw Failure("\(file): \(error.message)", code: 1) }
        last = max(last, report.date)
        for submission in report.submissions where latest[submission.student].map({ $0.date < report.date }) ?? true {
            latest[submission.student] = (report.date, submission)
        }
    }
    guard !latest.isEmpty else { throw Failure("there are no results in what was named", code: 1) }
    return ClassReport(date: last, submissions: latest.values.map(\.submission).sorted { $0.student < $1.student })
}

/// A name that leads into no other folder.
func fileName(of student: String) -> String {
    let name = student.replacing("/", with: "_")
    return name.hasPrefix(".") ? "_" + name : name
}
