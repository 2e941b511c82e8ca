import Testing

@testable import Grading

/// What a ladder says of segments that carry TLS.
struct TLSRecordsTests {
    /// A record: RFC 8446, 5.1.
    private func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [type, 3, 3, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }
    /// A handshake message: RFC 8446, 4.
    private func message(_ type: UInt8, _ length: Int) -> [UInt8] { [type, 0, 0, UInt8(length)] + [UInt8](repeating: 0xAA, count: length) }

    private func words(_ bytes: [UInt8]) -> String? { TLSRecords(bytes[...])?.description }

    @Test func `Messages in the open have their names, also several in one record`() {
        #expect(words(record(22, message(1, 40))) == "TLS ClientHello")
        #expect(words(record(22, message(2, 40) + message(11, 100) + message(14, 0))) == "TLS ServerHello, Certificate, ServerHelloDone")
        #expect(words(record(21, [2, 70])) == "TLS alert protocol_version")
        #expect(words(record(21, [1, 0])) == "TLS alert close_notify")
    }

    @Test func `Of what is encrypted the kind is told`() {
        #expect(words(record(23, [1, 2, 3])) == "TLS application_data 3")
        #expect(words(record(22, [UInt8](repeating: 0x5C, count: 40))) == "TLS handshake, encrypted")
        // It begins like a Finished, by chance.
        #expect(words(record(22, [20, 0, 0, 9] + [UInt8](repeating: 0x5C, count: 36))) == "TLS handshake, encrypted")
        #expect(words(record(21, [UInt8](repeating: 0x5C, count: 26))) == "TLS alert, encrypted")
    }

    @Test func `Records that follow each other are counted`() {
        let segment = record(22, message(2, 40)) + record(20, [1]) + record(23, [1]) + record(23, [1, 2]) + record(23, [3])
        #expect(words(segment) == "TLS ServerHello, change_cipher_spec, 3 x application_data")
    }

    @Test func `A segment that was captured in part is told as far as it goes`() {
        #expect(words(Array(record(22, message(1, 200)).prefix(60))) == "TLS ClientHello")
        #expect(words(Array(record(23, [UInt8](repeating: 0, count: 500)).prefix(60))) == "TLS application_data 500")
        #expect(words(Array((record(20, [1]) + record(23, [1])).prefix(9))) == "TLS change_cipher_spec")
    }

    @Test(arguments: [
        [], [22], Array("GET / HTTP/1.1\r\n".utf8), [22, 3, 3, 0, 0, 1], [24, 3, 3, 0, 1, 1], [22, 2, 0, 0, 1, 1],
        [23, 3, 3, 0xFF, 0xFF, 1],
    ])
    func `What is no record is not taken for one`(bytes: [UInt8]) { #expect(words(bytes) == nil) }
}
