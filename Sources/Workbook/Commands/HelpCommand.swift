import Foundation
import LabProgram

extension Command {
    /// The version of the workbook.
    static let version = "0.1.0"

    static let help = Command(
        name: "help", arguments: "[COMMAND] [--version]", summary: "what there is to type, or more about one command", details: []
    ) { options, context in
        if try options.flag("version") {
            try options.finish()
            context.console.print("workbook \(version)")
            return 0
        }
        let name = options.argument()
        try options.finish()
        let style = context.console.style
        guard let name else {
            context.console.print(generalHelp(style: style))
            return 0
        }
        guard let command = all.first(where: { $0.name == name }) else { throw UsageError(unknownCommand(name)) }
        context.console.print(helpText(of: command, style: style))
        return 0
    }
}

/// All commands, a line each.
func generalHelp(style: Style) -> [String] {
    let rows = Command.all.map { command in
        // Where there are many options, only what stands before them: the rest is in the command's own help.
        let isLong = command.arguments.count > 32
        let arguments = isLong ? command.arguments.components(separatedBy: " [--")[0] : command.arguments
        return ["  \(style.bold(command.name))\(arguments.isEmpty ? "" : " " + arguments)", command.summary]
    }
    return ["usage: \(Workspace.invocation) [COMMAND]", ""] + table(rows, width: style.proseWidth, flexible: [1])
        + ["", "LAB is a lab's number or name (2, echo-server); LAB.STEP is one of its steps (2.3)."]
        + ["More about a command: \(Workspace.invocation) COMMAND --help"]
}

/// Everything about one command.
func helpText(of command: Command, style: Style) -> [String] {
    let summary = command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
    var lines = wrap(command.usage, width: style.proseWidth, rest: "                ")
    lines += [""] + wrap(summary, width: style.proseWidth)
    guard !command.details.isEmpty else { return lines }
    // An option and what it does are two columns; everything else is prose.
    let options = command.details.filter { $0.hasPrefix("--") }.map { detail -> [String] in
        guard let gap = detail.firstRange(of: "  ") else { return ["  " + detail, ""] }
        return ["  " + detail[..<gap.lowerBound], String(detail[gap.upperBound...].drop { $0 == " " })]
    }
    lines.append("")
    if !options.isEmpty { lines += table(options, width: style.proseWidth, flexible: [1]) }
    let prose = command.details.filter { !$0.hasPrefix("--") }
    if !options.isEmpty, !prose.isEmpty { lines.append("") }
    return lines + prose.flatMap { wrap($0, width: style.proseWidth) }
}
