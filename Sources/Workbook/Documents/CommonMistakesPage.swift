#if canImport(Mistakes)
    import Grading
    import Mistakes

    /// Docs/common-mistakes.md: every wrong program, and what it looks like to a student who has made the mistake.
    func commonMistakesPage() -> String {
        let total = Mistake.all.count
        let head = """
            \(generatedNote)

            # Common mistakes

            \(total) ways in which programs like these go wrong. Each is a program in `Sources/Mistakes`, and the check that is named catches it: the tests
            run every one. If a check fails for you, look for its name here. What stands in quotation marks is part of the verdict.

            """
        return ([head] + Lab.all.map(chapter)).joined(separator: "\n")
    }

    private func chapter(_ lab: Lab) -> String {
        var lines = ["## Lab \(lab.number), \(lab.title)", ""]
        for step in lab.steps {
            let checks = lab.checks(ofStep: step.number)
            let caught = checks.map { check in (check, Mistake.of(lab: lab.number).filter { $0.check == check.id }) }.filter {
                !$0.1.isEmpty
            }
            if caught.isEmpty { continue }
            lines += ["### Step \(step.number): \(step.title)", ""]
            for (check, mistakes) in caught {
                lines.append("**\(check.title)** (`\(check.id)`). What goes wrong: the program")
                lines.append("")
                for mistake in mistakes {
                    let words = mistake.words.map { "“\($0)”" }.joined(separator: ", ")
                    lines.append("- \(mistake.title)" + (words.isEmpty ? "." : ". Verdict: \(words)."))
                }
                lines.append("")
            }
        }
        return lines.joined(separator: "\n")
    }
#endif
