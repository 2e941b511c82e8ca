import LabProgram
import Testing

@Suite struct OptionsTests {
    @Test func `takes both spellings, in any order`() throws {
        var options = Options(["--b=2", "word", "--a", "1", "--c"])
        #expect(try options.value("a") == "1")
        #expect(try options.value("b") == "2")
        #expect(try options.value("d") == nil)
        #expect(try options.flag("c"))
        #expect(options.argument() == "word")
        try options.finish()
    }

    @Test(arguments: [
        (["--n"], "--n needs a value"), (["--n="], "--n needs a value, not an empty text"), (["--n", "--m"], "--n needs a value"),
        (["--n", "1", "--n=2"], "--n is given twice"), (["--m"], "unknown option '--m'"), (["m"], "unexpected argument 'm'"),
        (["--n", "x"], "--n must be a whole number, 0 to 9, not 'x'"), (["--n=-1"], "--n must be a whole number, 0 to 9, not '-1'"),
        (["--n=10"], "--n must be a whole number, 0 to 9, not '10'"),
        (["--n=99999999999999999999"], "--n must be a whole number, 0 to 9, not '99999999999999999999'"),
    ])
    func `names what it can't follow`(_ words: [String], _ text: String) {
        let error = #expect(throws: UsageError.self) {
            var options = Options(words)
            _ = try options.count("n", default: 0, in: 0...9)
            try options.finish()
        }
        #expect(error?.description == text)
    }

    @Test(arguments: ["65536", "-1", "http", "", "1e3", "+1", "0x10"])
    func `refuses ports outside of 0 to 65535`(_ text: String) {
        #expect(throws: UsageError.self) {
            var options = Options(["--port=\(text)"])
            return try options.port("port", default: 0)
        }
    }

    @Test(arguments: [("0", nil), ("0.5", .milliseconds(500)), ("2", .seconds(2)), ("1e-3", .milliseconds(1))] as [(String, Duration?)])
    func `takes seconds with fractions, and 0 for none`(_ text: String, _ duration: Duration?) throws {
        var options = Options(["--time", text])
        #expect(try options.seconds("time") == duration)
    }

    @Test(arguments: ["nan", "inf", "-inf", "-1", "soon", "1s", "0x1p3", "infinity", "1e999"])
    func `refuses times that are none`(_ text: String) {
        #expect(throws: UsageError.self) {
            var options = Options(["--time=\(text)"])
            return try options.seconds("time")
        }
    }

    @Test func `wants both of a pair`() throws {
        var both = Options(["--cert", "a", "--key", "b"])
        #expect(try both.pair("cert", "key").map { [$0.0, $0.1] } == ["a", "b"])
        #expect(throws: UsageError("--cert needs --key as well")) {
            var one = Options(["--cert", "a"])
            _ = try one.pair("cert", "key")
        }
    }
}
