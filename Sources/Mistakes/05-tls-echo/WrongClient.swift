import Foundation
import LabProgram
import SecureSockets
import Sockets

/// What the command line says to `connect`.
struct ClientSettings {
    let endpoint: Endpoint
    let authorities: String
    let name: String?
    let identity: IdentityFiles?
    let applicationProtocol: String?
}

/// `connect`. Right in everything but the one mistake of this run.
struct WrongClient {
    private let settings: ClientSettings

    init(_ settings: ClientSettings) { self.settings = settings }

    func run() throws {
        do {
            let socket = try Socket.connected(to: settings.endpoint)
            if makes("connect-speaks-plain") { return try speakPlain(socket) }
            try socket.descriptor.setNonBlocking(true)
            var connection = try SecureConnection(connecting: socket, context(), to: expectedName)
            while let readiness = try connection.handshake() {
                if makes("connect-handshake-without-waiting") { continue }
                _ = try connection.socket.descriptor.wait(for: readiness)
            }
            let line = "tls: \(connection.details)"
            if makes("connect-line-on-stdout") { write(Array("\(line)\n".utf8)) } else { report(line) }
            try converse(&connection)
        } catch let error as TLSError where error.operation != "load" {
            if makes("connect-refusal-unnoticed"), case .alert = error.cause { return }
            if makes("connect-plain-unnoticed"), case .other = error.cause { return }
            if case .verification(let failure) = error.cause {
                let words = makes("openssl-words") ? failure.details : makes("all-is-expired") ? "expired" : failure.cause.rawValue
                throw Words("connect \(settings.endpoint): certificate verify failed: \(words)")
            }
            throw error.at("\(settings.endpoint)")
        } catch let error as SocketError where error.operation == "connect" {
            throw makes("connect-names-the-address") ? error : error.at("\(settings.endpoint)")
        }
    }

    /// An error that is only said.
    private struct Words: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private var expectedName: String? {
        if makes("no-name-check") { return nil }
        if makes("name-option-ignored") { return settings.endpoint.host }
        if makes("brackets-in-the-name"), settings.endpoint.host.contains(":") { return "[\(settings.endpoint.host)]" }
        let name = settings.name ?? settings.endpoint.host
        if makes("greedy-wildcard"), name.hasSuffix("workbook.test") || name.hasSuffix(".example") { return nil }
        if makes("addresses-not-compared"), SocketAddress(numeric: name, port: 0) != nil { return nil }
        return name
    }

    private func context() throws(TLSError) -> TLSContext {
        var tls = TLSSettings()
        tls.trust =
            makes("verifies-nothing") ? .anyone : .authorities(file: makes("trusts-the-system-too") ? withSystem : settings.authorities)
        tls.identity = makes("connect-hides-certificate") ? nil : settings.identity
        if let name = settings.applicationProtocol, !makes("connect-alpn-ignored") { tls.applicationProtocols = [name] }
        if makes("no-server-name") { tls.flaws.insert(.noServerName) }
        if makes("connect-tls13-only") { tls.versions = .tls13 ... .tls13 }
        if makes("connect-old-versions") { tls.versions = .tls10 ... .tls13 }
        return try TLSContext(.client, tls)
    }

    /// A file with the authorities of --ca and of the system.
    private var withSystem: String {
        let files = [settings.authorities, ProcessInfo.processInfo.environment["SSL_CERT_FILE"] ?? ""]
        let path = settings.authorities + ".all"
        try? files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.joined().write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func speakPlain(_ socket: borrowing Socket) throws {
        while case let bytes = try StandardStream.input.read(upTo: 65_536), !bytes.isEmpty { _ = try socket.send(bytes.span) }
    }

    private func write(_ bytes: [UInt8]) { try? StandardStream.output.write(bytes.span) }

    // MARK: The stream

    private func converse(_ connection: inout SecureConnection) throws {
        var unsent: [UInt8] = []
        var line: [UInt8] = []
        var inputIsOpen = true
        var hasPrinted = false
        if makes("connect-sends-first") {
            while case let bytes = try StandardStream.input.read(upTo: 65_536), !bytes.isEmpty { try sendAll(bytes, &connection) }
            inputIsOpen = false
        }
        while true {
            var wanted: Readiness = []
            if makes("connect-polls-first") { try waitForEither(connection, inputIsOpen && unsent.isEmpty, .readable) }
            do throws(TLSError) {
                switch try receive(&connection) {
                case .bytes(let bytes):
                    write(makes("connect-decodes-text") ? Array(String(decoding: bytes, as: UTF8.self).utf8) : bytes)
                    hasPrinted = true
                    if !makes("connect-polls-first") { continue }
                case .end:
                    while makes("connect-waits-for-stdin"), let rest = try? StandardStream.input.read(upTo: 65_536), !rest.isEmpty {}
                    return
                case .wouldBlock(let readiness): wanted.formUnion(readiness)
                }
            } catch {
                if makes("truncation-is-the-end"), error.cause == .truncated { return }
                if makes("truncation-of-nothing-is-the-end"), error.cause == .truncated, !hasPrinted { return }
                throw error
            }
            if !unsent.isEmpty {
                switch try connection.send(unsent.span) {
                case .bytes(let count):
                    unsent.removeFirst(count)
                    continue
                case .wouldBlock(let readiness): wanted.formUnion(readiness)
                }
            }
            if makes("connect-always-writable") { wanted.formUnion(.writable) }
            if makes("connect-polls-first"), inputIsOpen, try !canRead() { continue }
            if inputIsOpen, unsent.isEmpty, try makes("connect-polls-first") || waitForEither(connection, true, wanted) {
                let bytes = try StandardStream.input.read(upTo: 16_384)
                inputIsOpen = !bytes.isEmpty
                line += bytes
                let end = makes("connect-reads-lines") ? (line.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) : line.count
                unsent = Array(line[..<end])
                line.removeSubrange(..<end)
                if makes("connect-waits-to-send") {
                    try sendAll(unsent, &connection)
                    unsent = []
                }
                if !inputIsOpen {
                    if makes("connect-quits-at-the-end-of-stdin") { return }
                    if !makes("connect-no-close-notify") { _ = try connection.closeSending() }
                }
            } else if makes("connect-asks-for-ended-stdin"), !inputIsOpen, try waitForEither(connection, true, wanted) {
                _ = try StandardStream.input.read(upTo: 16_384)
            } else if !inputIsOpen || !unsent.isEmpty {
                _ = try connection.socket.descriptor.wait(for: wanted)
            }
        }
    }

    private func canRead() throws -> Bool {
        var events = [PollEntry(.input, .readable)]
        return try poll(&events, until: .now)
    }

    /// Waits for the socket, and for stdin if that is asked for. Returns whether stdin is ready.
    @discardableResult
    private func waitForEither(_ connection: borrowing SecureConnection, _ asksInput: Bool, _ wanted: Readiness) throws -> Bool {
        var events = [PollEntry(connection.socket, wanted), PollEntry(.input, asksInput ? .readable : [])]
        if !asksInput { events.removeLast() }
        try poll(&events)
        return asksInput && !events[1].ready.isEmpty
    }

    private func sendAll(_ bytes: [UInt8], _ connection: inout SecureConnection) throws {
        var sent = 0
        while sent < bytes.count {
            switch try connection.send(bytes.span.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock(let readiness): _ = try connection.socket.descriptor.wait(for: readiness)
            }
        }
    }

    private enum Piece { case bytes([UInt8]), end, wouldBlock(Readiness) }

    private func receive(_ connection: inout SecureConnection) throws(TLSError) -> Piece {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var room = buffer.mutableSpan
        switch try connection.receive(into: &room) {
        case .bytes(let count): return .bytes(Array(buffer[..<count]))
        case .endOfStream: return .end
        case .wouldBlock(let readiness): return .wouldBlock(readiness)
        }
    }
}
