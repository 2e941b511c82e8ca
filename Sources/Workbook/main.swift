// The `workbook` command: what a student types.
import Glibc
import Grading

let words = Array(CommandLine.arguments.dropFirst())
// The grader starts this executable once for each check. Such a process parts from the machine before its first thread.
if words.count == 2, words[0] == Runner.word { Runner.run(words[1]) }
if words.count == 2, words[0] == Runner.probeWord { Runner.probe(words[1]) }
if words.count == 2, words[0] == JailedCommand.word { JailedCommand.become(words[1]) }
// A benchmark has its load made by a process of its own.
if words.count == 2, words[0] == LoadPlan.word { LoadPlan.carryOut(words[1]) }
OpenSSL.catchUp(words, Console())
exit(runWorkbook(words))
