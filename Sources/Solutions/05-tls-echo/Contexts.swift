import LabProgram
import SecureSockets

// What each side shows of itself, and whom it believes.

extension ServerSettings {
    /// What connections of clients are made with. Loads the files anew, each time.
    func makeContext() throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        tls.identity = identity
        // step 4 begins
        // starter: tls.versions = .tls13 ... .tls13
        tls.versions = .tls12 ... .tls13
        // step 4 ends
        // step 5 begins
        // starter: if clientAuthorities != nil { unsolved(step: 5) }
        if let clientAuthorities { tls.trust = .authorities(file: clientAuthorities) }
        // step 5 ends
        // step 7 begins
        // starter: if applicationProtocol != nil { unsolved(step: 7) }
        if let applicationProtocol { tls.applicationProtocols = [applicationProtocol] }
        // step 7 ends
        return try TLSContext(.server, tls)
    }
}

extension ClientSettings {
    /// What the connection to the server is made with.
    func makeContext() throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        // step 3 begins
        // starter: tls.trust = .anyone
        // starter: unsolvedSoFar(step: 3)
        tls.trust = .authorities(file: authorities)
        // step 3 ends
        // step 5 begins
        // starter: if identity != nil { unsolved(step: 5) }
        tls.identity = identity
        // step 5 ends
        // step 7 begins
        // starter: if applicationProtocol != nil { unsolved(step: 7) }
        if let applicationProtocol { tls.applicationProtocols = [applicationProtocol] }
        // step 7 ends
        return try TLSContext(.client, tls)
    }
}
