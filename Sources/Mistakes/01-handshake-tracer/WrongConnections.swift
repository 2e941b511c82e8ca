// Steps 4 and 5, with the mistakes that are made in them.
import Sockets

func isAfter(_ number: UInt32, _ other: UInt32) -> Bool {
    makes("compared-without-modulo") ? number > other : Int32(bitPattern: number &- other) > 0
}

struct Direction: Hashable {
    let source: SocketAddress
    let destination: SocketAddress
}

struct ConnectionTable {
    private(set) var connections: [Connection] = []
    private var directions: [Direction: (connection: Connection, side: Side)] = [:]

    mutating func add(_ segment: Segment) {
        var direction = Direction(source: segment.source, destination: segment.destination)
        if makes("ports-only") {
            direction = Direction(
                source: SocketAddress(ipv4: 0, port: segment.source.port),
                destination: SocketAddress(ipv4: 0, port: segment.destination.port))
        }
        if let known = directions[direction], !known.connection.isFollowed(by: segment, from: known.side) {
            known.connection.add(segment, from: known.side)
        } else {
            let connection = Connection(startedBy: segment)
            connections.append(connection)
            directions[Direction(source: direction.destination, destination: direction.source)] = (connection, .server)
            directions[direction] = (connection, .client)
        }
    }
}

extension Connection {
    func isFollowed(by segment: Segment, from side: Side) -> Bool {
        let sender = side == .client ? clientEnd : serverEnd
        if makes("reused-ports-merged") { return false }
        return segment.tcp.flags.isFirstSYN && segment.tcp.sequence != sender.syn && (hasEnded || makes("every-syn-is-new"))
    }

    var isHandshakeComplete: Bool {
        if makes("crossing-syns-forgotten"), clientEnd.hasSentSYNACK { return false }
        return beganWithSYN && clientEnd.isSYNAcknowledged && serverEnd.isSYNAcknowledged
    }

    var close: Close? {
        guard outcome == .established || outcome == .midstream else { return nil }
        if clientEnd.isFINAcknowledged && serverEnd.isFINAcknowledged { return .fin }
        if clientEnd.state == .closed && serverEnd.state == .closed { return .reset }
        return clientEnd.finEnd != nil || serverEnd.finEnd != nil ? .halfClosed : .open
    }

    var hasEnded: Bool {
        clientEnd.isFINAcknowledged && serverEnd.isFINAcknowledged || clientEnd.state == .closed && serverEnd.state == .closed
    }
}

func followHandshake(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    let tcp = segment.tcp
    if tcp.flags.contains(.syn) {
        if sender.syn == nil { (sender.syn, sender.initialSequence) = (tcp.sequence, tcp.sequence) }
        if makes("syn-is-number-one") { sender.initialSequence = tcp.sequence &- 1 }
        if tcp.flags.contains(.ack) { sender.hasSentSYNACK = true }
        if tcp.flags.contains(.ack), makes("handshake-ends-with-syn-ack") { sender.isSYNAcknowledged = true }
    } else if !sender.hasSpoken {
        sender.initialSequence = makes("midstream-from-zero") ? tcp.sequence : tcp.sequence &- 1
    }
    guard let acknowledged = tcp.acknowledged else { return }
    if receiver.initialSequence == nil { receiver.initialSequence = acknowledged &- 1 }
    if let syn = receiver.syn, isAfter(acknowledged, syn), !tcp.flags.contains(.rst) { receiver.isSYNAcknowledged = true }
}

func advanceStates(_ segment: Segment, from sender: inout End, to receiver: inout End) {
    let flags = segment.tcp.flags
    if flags.contains(.rst), !makes("rst-ignored") {
        if makes("rst-closes-its-receiver-only") {
            receiver.state = .closed
            return
        }
        (sender.state, receiver.state) = (.closed, .closed)
        return
    }
    if sender.state == nil {
        (sender.state, receiver.state) = flags.contains(.syn) ? (.synReceived, .synSent) : (.established, .established)
        if flags.isFirstSYN { (sender.state, receiver.state) = (.closed, .listen) }
    }
    if flags.isFirstSYN {
        if sender.state == .closed {
            (sender.state, receiver.state) = (.synSent, .synReceived)
        } else if sender.state == .synReceived, receiver.state == .synSent {
            receiver.state = .synReceived
        }
        return
    }
    if sender.state == .closed, receiver.state == .closed { return }

    if !flags.contains(.syn), sender.state == .synSent, receiver.syn == nil {
        (sender.state, receiver.state) = (.established, .established)
    }
    if makes("syn-ack-establishes-both"), flags.contains(.syn) { sender.state = .established }
    if let acknowledged = segment.tcp.acknowledged { receiver.takeAcknowledgment(acknowledged, withSYN: flags.contains(.syn)) }
    if flags.contains(.fin) {
        sender.sendFIN(segment.sequenceEnd &- (makes("fin-takes-no-number") ? 1 : 0), havingSeenTheOther: receiver.isFINAcknowledged)
        receiver.takeFIN()
    }
}

extension End {
    mutating func takeAcknowledgment(_ acknowledged: UInt32, withSYN: Bool) {
        let coversSYN = syn.map { isAfter(acknowledged, $0) } ?? true
        let opens = state == .synReceived || state == .synSent && withSYN || withSYN && makes("syn-ack-opens-again")
        if coversSYN, opens { state = .established }
        guard let finEnd, !isAfter(finEnd, acknowledged) else { return }
        isFINAcknowledged = true
        switch state {
        case .finWait1: state = .finWait2
        case .closing: state = makes("closing-ends-closed") ? .closed : .timeWait
        case .lastACK where !makes("last-ack-for-ever"): state = .closed
        default: break
        }
    }

    mutating func sendFIN(_ end: UInt32, havingSeenTheOther: Bool) {
        if finEnd == nil { finEnd = end }
        switch state {
        case .established, .synReceived: state = .finWait1
        case .closeWait: state = havingSeenTheOther ? .lastACK : .closing
        default: break
        }
    }

    mutating func takeFIN() {
        switch state {
        case .established, .synReceived: state = .closeWait
        case .finWait1: state = makes("closing-forgotten") ? .timeWait : .closing
        case .finWait2: state = makes("time-wait-forgotten") ? .closed : .timeWait
        default: break
        }
    }
}
