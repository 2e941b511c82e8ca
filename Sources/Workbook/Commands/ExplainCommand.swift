import Foundation
import Grading
import LabProgram

extension Command {
    static let explain = Command(
        name: "explain", arguments: "[LAB[.STEP]] [CHECK]", summary: "all that is known about a check that failed",
        details: [
            "What happened from beginning to end, the packets of the connection, the hints so far, and how to do the same by hand.",
            "Without CHECK: the first that failed when it was last made. 'check' makes it anew.",
        ]
    ) { options, context in
        let (lab, checks, named) = try options.checksToExplain(context)
        try options.finish()
        let workspace = try context.workspace
        let reports = LastReports(of: lab, in: workspace)
        let failed = (checks + lab.checks).first { reports.checks[$0.id]?.status == .failed }
        guard let check = named ?? failed else {
            context.console.print(
                wrap("No check of lab \(lab.number) failed when it was last made.", width: context.console.style.proseWidth))
            return 0
        }
        guard let report = reports.checks[check.id] else {
            throw Failure(
                "the check '\(check.id)' was never made", mend: "make it: \(Workspace.invocation) check \(lab.number).\(check.step)",
                code: 1)
        }
        let view = ExplanationView(
            lab: lab, check: check, report: report, exchange: report.replay.flatMap(loadExchange),
            hintsShown: try context.progress()[check, of: lab].hintsShown, style: context.console.style,
            shortened: workspace.shortened)
        Pager(console: context.console).show(view.lines)
        return 0
    }
}

/// An exchange from its file; nil if it is none.
func loadExchange(_ path: String) -> Exchange? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Exchange.self, from: $0) }
}

extension Options {
    /// `LAB CHECK`, `LAB.STEP CHECK`, `CHECK`, `LAB` or nothing: the lab, the checks to look at first, and the one that is named.
    fileprivate mutating func checksToExplain(_ context: Context) throws -> (Lab, [Check], named: Check?) {
        guard let first = argument() else { return (try context.progress().currentLab, [], nil) }
        if let owner = Lab.all.first(where: { $0.check(first) != nil }) { return (owner, [], owner.check(first)) }
        let reference = try LabReference(first)
        guard let name = argument() else { return (reference.lab, reference.checks, nil) }
        guard let check = reference.lab.check(name) else {
            let advice = nearest(to: name, among: reference.lab.checks.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
            throw UsageError("lab \(reference.lab.number) has no check '\(name)'\(advice)")
        }
        return (reference.lab, [], check)
    }
}
