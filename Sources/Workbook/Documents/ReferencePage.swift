import Grading

/// Docs/reference.md: every command, option, exit code, environment variable, file and check.
func referencePage() -> String {
    let plain = Style(width: 100, hasColour: false, hasUnicode: true)
    let commands = Command.all.map { command in
        "### \(command.name)\n\n```\n" + helpText(of: command, style: plain).joined(separator: "\n") + "\n```\n"
    }
    return ([referenceHead] + commands + [referenceMiddle] + Lab.all.map(checkTable)).joined(separator: "\n")
}

/// What every check of a lab is worth and builds on.
private func checkTable(_ lab: Lab) -> String {
    let rows = lab.checks.map { check in
        "| \(lab.number).\(check.step) | `\(check.id)` | \(check.title.replacing("|", with: "\\|")) | \(check.points) | "
            + check.needs.map { "`\($0)`" }.joined(separator: ", ") + (check.startsProgram ? " | yes |" : " | |")
    }
    let points = lab.maxPoints
    return """
        ### Lab \(lab.number), \(lab.title): \(lab.checks.count) checks, \(points) points

        | step | check | the program ... | points | builds on | own process |
        |---|---|---|---|---|---|
        \(rows.joined(separator: "\n"))

        """
}

private let referenceHead = """
    \(generatedNote)

    # Reference

    Commands are typed as `swift run workbook COMMAND`. LAB is a lab's number or name (`2`, `echo-server`), LAB.STEP one of its steps (`2.3`).
    Options may stand anywhere behind the command, as `--name value` or `--name=value`.

    ## Commands

    """

private let referenceMiddle = """
    ## Exit codes

    | code | means |
    |---|---|
    | 0 | all is well: every check passed |
    | 1 | something of the student's is not: a check failed, is unsolved or was not run; or what was asked for is not there |
    | 2 | the workbook itself failed, or a check of its own did |
    | 64 | wrong usage: one line says what, another how it is used |
    | 130 | ended by Ctrl-C |

    ## What `check --json` prints

    One object, on one line.

    | key | type | means |
    |---|---|---|
    | `lab`, `name` | number, text | the lab |
    | `program` | text | the command that was graded, or the address of the server |
    | `passed`, `failed`, `unsolved`, `not_run`, `grader_errors` | numbers | how many checks have each verdict |
    | `points`, `max_points` | numbers | what was earned, and what can be |
    | `checks` | list | each check, in the order of the lab |

    Each check:

    | key | type | means |
    |---|---|---|
    | `id`, `step`, `title` | text, number, text | a stable name, the step, what the program should do |
    | `status` | text | `passed`, `failed`, `unsolved`, `not-run`, `grader-error` |
    | `message` | text or null | why it did not pass |
    | `remarks` | list of texts | known ways of going wrong that the evidence shows |
    | `points`, `max_points`, `duration_ms` | numbers | all or nothing; how long the check took |
    | `hint` | text or null | the first hint, where it failed |
    | `transcript` | list | what happened: `time_us`, `who`, `what`, `data` (text or null) |
    | `ladder` | list of texts or null | the packets of the connection that the failure is about |
    | `capture` | path or null | a pcapng file with the packets, or the capture that was misread |
    | `replay` | path or null | what the check did, for `workbook replay` |

    ## What `report` writes

    | format | is |
    |---|---|
    | `text` | each lab with its points and what failed, for a person |
    | `json` | everything: [its schema](result.schema.json). The labs are objects as `check --json` prints them |
    | `junit` | JUnit's XML for continuous integration: [its schema](junit.xsd). failed is a failure, grader-error an error, unsolved and not-run are skipped |
    | `gradescope` | Gradescope's `results.json`: a test for each check, with its points |
    | `classroom50` | Classroom 50's `result.json`; what it is about comes from the variables that its runner sets |
    | `csv` | a gradebook (RFC 4180, UTF-8): a row for each student, the points of each lab, their sum. No cell is a formula |
    | `markdown` | points as a table, then what failed with its message: for `$GITHUB_STEP_SUMMARY` |
    | `html` | one page that needs nothing else: no script, nothing from elsewhere; by day, by night, on a telephone, on paper |

    A check that was never made is `not-run`. `json` has all texts as they are. In the others, control characters and those that turn the direction of
    writing around are shown as escapes (`\\x1B`, `\\u{202E}`), and what is very long is cut.

    ## Environment

    | variable | does |
    |---|---|
    | `NO_COLOR` | no colours, whatever it is set to, if it is not empty |
    | `CLICOLOR_FORCE` | colours also where stdout is no terminal, if it is set and not 0 |
    | `COLUMNS` | the width of text, in columns |
    | `LC_ALL`, `LC_CTYPE`, `LANG` | signs beyond ASCII only where the locale is UTF-8 |
    | `PAGER`, `LESS` | what shows long texts: `less -R` unless told otherwise |

    ## Files

    All in `.workbook`, which git leaves alone. Nothing is lost that is not in Labs, except progress, if you delete it.

    | file | holds |
    |---|---|
    | `progress.json` | the last verdict of each check by its name, whether it ever passed, and how many hints were shown |
    | `reports/LAB.json` | what each check last said, with all its evidence, for `explain` |
    | `evidence/LAB/CHECK.pcapng`, `.json` | packets and exchange of a failed check; those of other programs are in `evidence/others` |
    | `kept/LAB/TIME/` | what was there before a `reset` |

    ## Checks

    A check that starts the program itself, watches it or chooses its options has *yes* in the last column: with `--connect` it is not run.

    """
