import LabProgram
import SecureSockets

// What each side shows of itself, and whom it believes.

extension ServerSettings {
    /// What connections of clients are made with. Loads the files anew, each time.
    func makeContext() throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        tls.identity = identity
        tls.versions = .tls13 ... .tls13
        if clientAuthorities != nil { unsolved(step: 5) }
        if applicationProtocol != nil { unsolved(step: 7) }
        return try TLSContext(.server, tls)
    }
}

extension ClientSettings {
    /// What the connection to the server is made with.
    func makeContext() throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        tls.trust = .anyone
        unsolvedSoFar(step: 3)
        if identity != nil { unsolved(step: 5) }
        if applicationProtocol != nil { unsolved(step: 7) }
        return try TLSContext(.client, tls)
    }
}
