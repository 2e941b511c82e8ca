// The `workbook` command: what a student types.
import Glibc
import Grading

let words = Array(CommandLine.arguments.dropFirst())
// The grader starts this executable once for each check. Such a process parts from the machine before its first thread.
if words.count == 2, words[0] == Runner.word { Runner.run(words[1]) }
if words.count == 2, words[0] == Runner.probeWord { Runner.probe(words[1]) }
exit(runWorkbook(words))
