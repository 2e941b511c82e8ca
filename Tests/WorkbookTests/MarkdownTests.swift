import Testing

@testable import workbook

struct MarkdownTests {
    private func plain(_ text: String, width: Int = 40) -> [String] {
        MarkdownView(text, style: Style(width: width, hasColour: false, hasUnicode: true)).lines
    }

    @Test func `Headings and paragraphs`() {
        let lines = plain("# Echo\n## Goal\nA server\nthat echoes.\n\n### More")
        #expect(lines == ["Echo", "════", "", "Goal", "────", "", "A server that echoes.", "", "More"])
    }

    @Test func `Lists: numbered, nested, loose and tight`() {
        let wrapped = ["  1. one", "  2. two is a longer item that must be", "     wrapped"]
        #expect(plain("1. one\n2. two is a longer item that must be wrapped\n") == wrapped)
        #expect(plain("- a\n  - b\n- c") == ["  • a", "      • b", "  • c"])
        #expect(plain("1. a\n\n   more\n2. b") == ["  1. a", "", "     more", "", "  2. b"])
        #expect(plain("Text:\n- a") == ["Text:", "", "  • a"])
    }

    @Test func `Code is kept as it is`() {
        #expect(plain("```swift\nlet  a = *b*\n\n  c\n```\nafter") == ["    let  a = *b*", "", "      c", "", "after"])
        #expect(plain("1. Do\n   ```\n   x\n   ```") == ["  1. Do", "", "         x"])
        #expect(plain("    indented") == ["    indented"])
    }

    @Test func `Tables are aligned`() {
        let lines = plain("| Check | Points |\n|---|---:|\n| `a` | 4 |\n| b \\| c | 10 |")
        #expect(lines == ["Check  Points", "─────────────", "`a`         4", "b | c      10"])
        #expect(plain("| a | b |\n|---|---|\n| x | \(String(repeating: "word ", count: 20)) |").allSatisfy { columns($0) <= 40 })
    }

    @Test(arguments: [
        ("*a* and **b** and __c__", "a and b and c"),
        ("MSG_NOSIGNAL and a_b_c", "MSG_NOSIGNAL and a_b_c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("`*a*` and ``b`c``", "`*a*` and `b`c`"),
        ("[RFC 862](https://a.b/c) [here](#goal)", "RFC 862 <https://a.b/c> here"),
        ("<https://a.b> ![p](q.png)", "https://a.b p <q.png>"),
        ("\\*no\\* un*closed", "*no* un*closed"),
        ("[not a link] (x)", "[not a link] (x)"),
    ])
    func `Marks inside of a line`(text: String, shown: String) {
        #expect(Inline(style: Style(width: 80, hasColour: false, hasUnicode: true)).render(text) == shown)
    }

    @Test func `Quotes, rules, comments and hard breaks`() {
        #expect(plain("> a\n> *b*") == ["│ a b"])
        #expect(plain("a\n\n---\n\nb", width: 40) == ["a", "", String(repeating: "─", count: 40), "", "b"])
        #expect(plain("a\n<!-- b\nc -->\nd") == ["a", "", "d"])
        #expect(plain("a  \nb\\\nc") == ["a", "b", "c"])
    }

    @Test(arguments: [
        "", "\n\n", "```\nnever closed", "- ", "1.", "|", "| a |\n|---|", ">", "#", "[](", "**", "<!-- never closed", "- a\n\n\n",
    ])
    func `Nothing strange ends it`(text: String) {
        _ = plain(text)
    }

    @Test func `Colours appear only where they may`() {
        let text = "# A\n**b** `c` [d](e)\n\n| f |\n|---|\n| g |"
        #expect(plain(text).allSatisfy { !$0.contains("\u{1B}") })
        let coloured = MarkdownView(text, style: Style(width: 80, hasColour: true, hasUnicode: true)).lines
        #expect(coloured.contains { $0.contains("\u{1B}[1mb\u{1B}[0m") })
        #expect(coloured.contains { $0.contains("\u{1B}[36mc\u{1B}[0m") })
    }
}
