import Grading
import LabProgram

/// A lab, or one step of it, as it is named on the command line: `2`, `2.3`, `echo-server`, `02-echo-server.3`.
struct LabReference: Sendable {
    let lab: Lab
    /// nil is the whole lab.
    let step: Lab.Step?

    init(lab: Lab, step: Lab.Step? = nil) {
        self.lab = lab
        self.step = step
    }

    /// - Throws: `UsageError` that names what is wrong, and what there is.
    init(_ text: String) throws(UsageError) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard let lab = Lab.named(parts[0]) else {
            if !OpenSSL.isBuiltIn, ["\(OpenSSL.lab.number)", OpenSSL.lab.name].contains(parts[0]) {
                throw UsageError("lab \(OpenSSL.lab.number) needs OpenSSL's headers, which are not here: \(OpenSSL.mend)")
            }
            let names = Lab.all.flatMap { ["\($0.number)", $0.name] }
            let advice = nearest(to: parts[0], among: names).map { "; did you mean '\($0)'?" } ?? ""
            let known = Lab.all.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
            throw UsageError("there is no lab '\(parts[0])'\(advice); there is \(known)")
        }
        self.lab = lab
        guard parts.count > 1 else {
            step = nil
            return
        }
        guard let step = lab.steps.first(where: { "\($0.number)" == parts[1] }) else {
            throw UsageError("lab \(lab.number) has no step '\(parts[1])'; its steps are 1 to \(lab.steps.count)")
        }
        self.step = step
    }

    /// The checks it stands for.
    var checks: [Check] { step.map { lab.checks(ofStep: $0.number) } ?? lab.checks }

    /// As it is typed: `2`, `2.3`.
    var description: String { "\(lab.number)" + (step.map { ".\($0.number)" } ?? "") }
}

extension Check {
    /// - Throws: `UsageError` if none of the labs has such a check; it names the one that is nearest.
    init(named id: String, of labs: [Lab]) throws(UsageError) {
        guard let check = labs.lazy.compactMap({ $0.check(id) }).first else {
            let advice = nearest(to: id, among: labs.flatMap { $0.checks.map(\.id) }).map { "; did you mean '\($0)'?" } ?? ""
            throw UsageError("there is no check '\(id)'\(advice)")
        }
        self = check
    }
}

extension Options {
    /// The argument `LAB`, if there is one.
    ///
    /// - Throws: `UsageError` if there is no such lab, or if it names a step.
    mutating func lab() throws(UsageError) -> Lab? {
        guard let text = argument() else { return nil }
        let reference = try LabReference(text)
        guard reference.step == nil else {
            throw UsageError("'\(text)' names a step; only a lab makes sense here: '\(reference.lab.number)'")
        }
        return reference.lab
    }

    /// The argument `LAB.STEP` or `LAB`, if there is one.
    ///
    /// - Throws: `UsageError` if there is no such lab or step.
    mutating func labOrStep() throws(UsageError) -> LabReference? {
        guard let text = argument() else { return nil }
        return try LabReference(text)
    }
}
