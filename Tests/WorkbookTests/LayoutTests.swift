import Testing

@testable import workbook

struct LayoutTests {
    private let coloured = Style(width: 80, hasColour: true, hasUnicode: true)

    @Test func `Colours take no room`() {
        #expect(columns(coloured.bold("two words")) == 9)
        #expect(columns("äöü ✓") == 5)
        #expect(padded(coloured.red("x"), to: 3) == "\u{1B}[31mx\u{1B}[0m  ")
    }

    @Test func `Lines break between words and hang below the first`() {
        #expect(wrap("one two three four", width: 14, first: "  - ") == ["  - one two", "    three four"])
        #expect(wrap("", width: 20) == [""])
        #expect(wrap("a\n\nb", width: 20) == ["a", "", "b"])
    }

    @Test func `A word that is too wide is broken, a painted one is not`() {
        #expect(wrap("abcdefghij", width: 8) == ["abcdefgh", "ij"])
        #expect(wrap(coloured.bold("abcdefghij"), width: 8) == [coloured.bold("abcdefghij")])
    }

    @Test(arguments: [20, 40, 80, 120]) func `No line is wider than it may be`(width: Int) {
        let text = "The end of the stream comes after the bytes before it. Echo those first, then close."
        for line in wrap(text, width: width, first: "  hint: ") { #expect(columns(line) <= width) }
        let rows = [["echo-at-once", text, "4"], ["x", "short", "12"]]
        for line in table(rows, width: max(40, width), flexible: [1], rightAligned: [2]) { #expect(columns(line) <= max(40, width)) }
    }

    @Test func `Cells stand under each other`() {
        #expect(table([["a", "1"], ["bcd", "20"]], width: 40, flexible: [], rightAligned: [1]) == ["a     1", "bcd  20"])
    }

    @Test func `A bar is full only when all is done, and empty only when nothing is`() {
        let plain = Style(width: 80, hasColour: false, hasUnicode: false)
        #expect(plain.bar(0, of: 120, columns: 5) == "-----")
        #expect(plain.bar(1, of: 120, columns: 5) == "#----")
        #expect(plain.bar(119, of: 120, columns: 5) == "####-")
        #expect(plain.bar(120, of: 120, columns: 5) == "#####")
        #expect(plain.bar(0, of: 0, columns: 5) == "-----")
    }

    @Test func `Marks differ without colour, and without Unicode`() {
        for style in [Style(width: 80, hasColour: false, hasUnicode: true), Style(width: 80, hasColour: false, hasUnicode: false)] {
            let marks = [.passed, .failed, .unsolved, .notRun, .graderError].map(style.mark)
            #expect(Set(marks).count == 5)
            #expect(marks.allSatisfy { $0.count == 1 && (style.hasUnicode || $0.allSatisfy(\.isASCII)) })
        }
    }

    @Test func `The environment decides about colours, characters and width`() {
        let utf8 = ["LANG": "C.UTF-8", "TERM": "xterm"]
        #expect(Style(utf8, isTerminal: true, size: 120) == Style(width: 120, hasColour: true, hasUnicode: true))
        #expect(Style(utf8, isTerminal: false, size: nil) == Style(width: 80, hasColour: false, hasUnicode: true))
        #expect(!Style(utf8.merging(["NO_COLOR": "1"]) { $1 }, isTerminal: true, size: 80).hasColour)
        #expect(!Style(utf8.merging(["TERM": "dumb"]) { $1 }, isTerminal: true, size: 80).hasColour)
        #expect(!Style(utf8.merging(["LC_ALL": "POSIX"]) { $1 }, isTerminal: true, size: 80).hasUnicode)
        #expect(Style(["LANG": "de_DE.utf8", "COLUMNS": "100"], isTerminal: true, size: 80).width == 100)
        #expect(Style(["COLUMNS": "nonsense"], isTerminal: false, size: nil).width == 80)
    }

    @Test func `Bytes are never broken inside of an escape`() {
        #expect(brokenBetweenBytes(#""ab\x00\n\\c""#, width: 6) == [#""ab"#, #"\x00\n"#, #"\\c""#])
        #expect(brokenBetweenBytes("00 2A FF 10 ...", width: 9) == ["00 2A FF", "10 ..."])
    }

    @Test func `A command line is taken apart as a shell would`() {
        #expect(shellWords("python3 echo.py") == ["python3", "echo.py"])
        #expect(shellWords(#"  'a b'  "c \"d" e\ f ''"#) == ["a b", #"c "d"#, "e f", ""])
        #expect(shellWords(#""a\b""#) == [#"a\b"#])
        #expect(shellWords("'open") == nil)
        #expect(shellWords(shellQuoted("it's")) == ["it's"])
    }

    @Test func `A mistyped name has a nearest one, if any is near`() {
        let names = Command.all.map(\.name)
        #expect(nearest(to: "chek", among: names) == "check")
        #expect(nearest(to: "hnit", among: names) == "hint")
        #expect(nearest(to: "sol", among: names) == "solution")
        #expect(nearest(to: "banana", among: names) == nil)
        #expect(nearest(to: "3", among: ["2"]) == nil)
    }
}
