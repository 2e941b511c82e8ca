import Sockets

/// Receiving for as long as it takes, in the ways that checks ask for.
extension Client {
    /// Takes what comes by the deadline.
    func receive(upTo count: Int = 1 << 16, until deadline: Deadline = .after(Trial.patience)) throws -> Arrival {
        while true {
            let arrival = try takeArrived(upTo: count)
            if arrival != .nothing { return arrival }
            if try !waitUntil(.readable, deadline) {
                trial.transcript.add(name, "received nothing more by the deadline")
                return .nothing
            }
        }
    }

    /// Receives until so many bytes have come, the other end is done, or the deadline has passed.
    func receive(exactly count: Int, until deadline: Deadline = .after(Trial.patience)) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count, case .bytes(let bytes) = try receive(upTo: count - all.count, until: deadline) { all += bytes }
        return all
    }

    /// Receives until the other end is done or the deadline has passed.
    func receiveToEnd(until deadline: Deadline = .after(Trial.patience)) throws -> [UInt8] {
        var all: [UInt8] = []
        while case .bytes(let bytes) = try receive(until: deadline) { all += bytes }
        return all
    }

    /// Sends and receives at the same time, until all is sent and so many bytes have come, or nothing more comes.
    func exchange(_ bytes: [UInt8], for count: Int) throws -> [UInt8] {
        var rest = bytes[...]
        var back: [UInt8] = []
        while back.count < count || !rest.isEmpty, end == nil {
            guard try waitUntil(rest.isEmpty ? .readable : [.readable, .writable]) else { break }
            if !rest.isEmpty { rest.removeFirst(try sendWhatFits(rest.prefix(65_536))) }
            if case .bytes(let bytes) = try takeArrived() { back += bytes }
        }
        return back
    }
}
