import Testing

@testable import workbook

/// Lab 5 is left out where OpenSSL's headers are missing; but nobody should miss that.
@Suite struct OpenSSLTests {
    @Test func `is part of the build where its headers are installed`() throws {
        if OpenSSL.isBuiltIn { return }
        if !OpenSSL.isInstalled { try Test.cancel("lab 5 is left out: it needs OpenSSL's headers: \(OpenSSL.mend)") }
        Issue.record("OpenSSL's headers are here, but SwiftPM has not noticed: swift package purge-cache && touch Package.swift")
    }
}
