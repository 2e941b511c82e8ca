import Sockets
import Testing

struct ProgramTests {
    @Test func `Lines become frames, and frames lines`() throws {
        let lines = """
            {"type":1,"payload":"68656c6c6f"}
            \t{ "payload" : "00\\u0046f" , "type" : 65535 }\r
            {"length":9,"type":3,"payload":"","offset":0,"version":1}
            """
        let frames = try run("encode", on: Array(lines.utf8))
        #expect(frames.code == 0)
        #expect(
            frames.output
                == encoded([
                    Message(type: 1, payload: Array("hello".utf8)), Message(type: 65_535, payload: [0x00, 0xFF]),
                    Message(type: 3, payload: []),
                ]))
        let text = try run("decode", on: frames.output)
        #expect(
            String(decoding: text.output, as: UTF8.self) == """
                {"offset":0,"version":1,"type":1,"length":5,"payload":"68656c6c6f"}
                {"offset":16,"version":1,"type":65535,"length":2,"payload":"00ff"}
                {"offset":29,"version":1,"type":3,"length":0,"payload":""}

                """)
    }

    @Test(arguments: [
        ("", "expected '{', found the end of the line"),
        ("[]", "expected '{', found '['"),
        (#"{"type":1}"#, "\"payload\" is missing"),
        (#"{"payload":""}"#, "\"type\" is missing"),
        (#"{"type":65536,"payload":""}"#, "type must be a whole number from 0 to 65535"),
        (#"{"type":99999999999999999999,"payload":""}"#, "type must be a whole number from 0 to 65535"),
        (#"{"type":-1,"payload":""}"#, "type must be a whole number from 0 to 65535"),
        (#"{"type":1.0,"payload":""}"#, "type must be a whole number from 0 to 65535"),
        (#"{"type":01,"payload":""}"#, "type must be a whole number from 0 to 65535"),
        (#"{"type":1,"payload":"123"}"#, "payload has an odd number of hex digits: 3"),
        (#"{"type":1,"payload":"1\u00e9"}"#, "payload is not hex"),
        (#"{"type":1,"payload":"1g"}"#, "payload is not hex"),
        (#"{"type":1,"payload":"\x"}"#, "expected an escape, found 'x'"),
        (#"{"type":1,"payload":"00"#, "expected the end of a string, found the end of the line"),
        (#"{"type":1,"payload":""} {}"#, "expected the end of the line, found '{'"),
        (#"{"type":1,"type":1,"payload":""}"#, "\"type\" is there twice"),
        (#"{"type":1,"payload":"","size":0}"#, "unknown key \"size\""),
    ])
    func `A line that is no message is refused, after those before it`(line: String, error: String) throws {
        let result = try run("encode", on: Array("{\"type\":1,\"payload\":\"07\"}\n\(line)\n".utf8))
        #expect(result.output == encoded([Message(type: 1, payload: [7])]))
        #expect(result.errors == "error: line 2: \(error)\n")
        #expect(result.code == 65)
    }

    @Test func `A malformed frame ends decode after the frames before it`() throws {
        let result = try run("decode", on: encoded([Message(type: 1, payload: [7])]) + [0xCA, 0xFE, 0xBA, 0xBF])
        #expect(
            String(decoding: result.output, as: UTF8.self)
                == "{\"offset\":0,\"version\":1,\"type\":1,\"length\":1,\"payload\":\"07\"}\n")
        #expect(result.errors == "error: offset 12: bad magic 0xCAFEBABF\n")
        #expect(result.code == 65)
    }

    @Test func `A frame is shown as soon as it is complete`() throws {
        let program = try Program("decode")
        let frames = encoded([Message(type: 1, payload: [7]), Message(type: 2, payload: [8, 9])])
        try program.write(Array(frames.prefix(15)))
        #expect(try program.line().hasPrefix("{\"offset\":0,"))
        try program.write(Array(frames.dropFirst(15)))
        #expect(try program.line().hasSuffix("\"payload\":\"0809\"}"))
        #expect(try program.finish().code == 0)
    }
}
