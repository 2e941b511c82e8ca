import Foundation
import Grading
import LabProgram

extension Command {
    static let replay = Command(
        name: "replay", arguments: "FILE [--program CMD]", summary: "does again what a failed check did, and judges nothing",
        details: [
            "FILE is what 'explain' names: the program is started as then, and each client connects, sends and closes at the same times.",
            "--program CMD  plays it against this command, rather than the lab's own program",
        ]
    ) { options, context in
        let program = try options.value("program")
        guard let path = options.argument() else { throw UsageError("FILE is missing") }
        try options.finish()
        guard let exchange = loadExchange(path) else {
            throw Failure(
                "\(path) is no exchange that can be replayed", mend: "'\(Workspace.invocation) explain' names the files there are", code: 1)
        }
        guard exchange.isPlayable else {
            throw Failure(
                "\(path) can't be replayed: its clients spoke TLS, with keys that are new each time",
                mend: "make the check again: \(Workspace.invocation) check \(exchange.lab) --check \(exchange.check)", code: 1)
        }
        guard let lab = Lab.named(exchange.lab) else {
            throw Failure("\(path) is about the lab '\(exchange.lab)', which is not here", code: 1)
        }
        let words: [String]
        if let program {
            guard let parts = shellWords(program), !parts.isEmpty else { throw UsageError("--program needs a command, not '\(program)'") }
            words = parts
        } else {
            let build = Build(lab.name, in: try context.workspace)
            switch try build.run(progress: context.console.status.show) {
            case .built(let product): words = [product]
            case .failed(let errors):
                context.console.print(BuildFailureView(lab: lab, errors: errors, style: context.console.style).lines)
                return 1
            }
        }
        try Interruption.watch(context.console.status) {}
        let console = context.console
        let shortened = try context.workspace.shortened
        if !exchange.isWhole { console.note(["note: the check did more than is kept; this is its beginning"]) }
        do {
            try Replay.run(exchange, against: words) { event in console.print(replayLine(event, shortened)) }
        } catch let failure as Replay.Failure {
            console.print(failure.description.split(separator: "\n").map { "  \($0)" })
        }
        return 0
    }
}

/// `  12.3 ms  client 1  sent 5 bytes  "hello"`
func replayLine(_ event: Event, _ shortened: (String) -> String) -> String {
    let time = milliseconds(event.timeUs)
    let blank = String(repeating: " ", count: max(0, 11 - time.count))
    return "\(blank)\(time)  \(padded(event.who, to: 8))  \(shortened(event.what))\(event.data.map { "  \($0)" } ?? "")"
}
