import Sockets

/// The words behind a program's name, taken apart: `--name value`, `--name=value`, and arguments without a name.
///
/// Ask for each option that the program knows, then for its arguments, then call ``finish()``: whatever is left then is one
/// that the program does not know.
public struct Options {
    private var words: [String]

    /// - Parameter words: The command line without the program's name.
    public init(_ words: [String]) {
        self.words = words
    }

    /// The value of `--name`, or nil if it is not there.
    ///
    /// - Throws: ``UsageError`` if it is there without a value, or twice.
    public mutating func value(_ name: String) throws(UsageError) -> String? {
        let option = "--\(name)"
        guard let index = words.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) else { return nil }
        let value: String
        if words[index] == option {
            guard index + 1 < words.count, !words[index + 1].hasPrefix("--") else {
                throw UsageError("\(option) needs a value")
            }
            value = words[index + 1]
            words.removeSubrange(index...index + 1)
        } else {
            value = String(words.remove(at: index).dropFirst(option.count + 1))
        }
        guard !value.isEmpty else { throw UsageError("\(option) needs a value, not an empty text") }
        guard !words.contains(where: { $0 == option || $0.hasPrefix(option + "=") }) else {
            throw UsageError("\(option) is given twice")
        }
        return value
    }

    /// The values of all options `--name`, in their order.
    ///
    /// - Throws: ``UsageError`` if one is without a value.
    public mutating func values(_ name: String) throws(UsageError) -> [String] {
        var values: [String] = []
        while let index = words.lastIndex(where: { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") }) {
            var last = Options(Array(words[index...]))
            if let value = try last.value(name) { values.insert(value, at: 0) }
            words.replaceSubrange(index..., with: last.words)
        }
        return values
    }

    /// Whether the option `--name`, which has no value, is there.
    ///
    /// - Throws: ``UsageError`` if it has a value, or is there twice.
    public mutating func flag(_ name: String) throws(UsageError) -> Bool {
        let option = "--\(name)"
        if let word = words.first(where: { $0.hasPrefix(option + "=") }) {
            throw UsageError("\(option) takes no value: '\(word)'")
        }
        guard let index = words.firstIndex(of: option) else { return false }
        words.remove(at: index)
        guard !words.contains(option) else { throw UsageError("\(option) is given twice") }
        return true
    }

    /// The next argument without a name, or nil if there is none. Ask for the options first: their values look like arguments.
    public mutating func argument() -> String? {
        guard let index = words.firstIndex(where: { !$0.hasPrefix("--") }) else { return nil }
        return words.remove(at: index)
    }

    /// Complains about the first word that nobody asked for.
    ///
    /// - Throws: ``UsageError`` that names it.
    public func finish() throws(UsageError) {
        guard let word = words.first else { return }
        throw UsageError(word.hasPrefix("-") ? "unknown option '\(word)'" : "unexpected argument '\(word)'")
    }
}

extension Options {
    /// A port, 0...65535.
    ///
    /// - Throws: ``UsageError`` that names the option and the value.
    public mutating func port(_ name: String, default standard: UInt16) throws(UsageError) -> UInt16 {
        guard let text = try value(name) else { return standard }
        guard let port = Endpoint.port(text) else { throw UsageError("--\(name) must be a port, 0 to 65535, not '\(text)'") }
        return port
    }

    /// A whole number in decimal digits, within the limits.
    ///
    /// - Throws: ``UsageError`` that names the option and the value.
    public mutating func count(
        _ name: String, default standard: Int, in limits: ClosedRange<Int> = 0...Int(Int32.max)
    ) throws(UsageError) -> Int {
        guard let text = try value(name) else { return standard }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text), limits.contains(count) else {
            throw UsageError("--\(name) must be a whole number, \(limits.lowerBound) to \(limits.upperBound), not '\(text)'")
        }
        return count
    }

    /// A time in seconds, fractions allowed; nil for 0, which means that there is none.
    ///
    /// - Throws: ``UsageError`` that names the option and the value.
    public mutating func seconds(_ name: String, default standard: Double = 0) throws(UsageError) -> Duration? {
        let seconds = try number(name, default: standard, unit: "seconds")
        return seconds == 0 ? nil : .seconds(seconds)
    }

    /// A time in milliseconds, fractions allowed.
    ///
    /// - Throws: ``UsageError`` that names the option and the value.
    public mutating func milliseconds(_ name: String, default standard: Double) throws(UsageError) -> Duration {
        .seconds(try number(name, default: standard, unit: "milliseconds") / 1_000)
    }

    /// A number, neither negative nor infinite, and no longer than a century in seconds, which a Duration holds with ease.
    private mutating func number(_ name: String, default standard: Double, unit: String) throws(UsageError) -> Double {
        guard let text = try value(name) else { return standard }
        let plain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2E, 0x65, 0x45, 0x2B, 0x2D].contains($0) }
        guard plain, let number = Double(text), number.isFinite, number >= 0 else {
            throw UsageError("--\(name) must be a number of \(unit), 0 or more, not '\(text)'")
        }
        return min(number, 3_155_760_000)
    }

    /// A pair of options that make sense only together: both values, or nil if neither is there.
    ///
    /// - Throws: ``UsageError`` that names the one that is missing.
    public mutating func pair(_ first: String, _ second: String) throws(UsageError) -> (String, String)? {
        switch (try value(first), try value(second)) {
        case (nil, nil): return nil
        case (let one?, let other?): return (one, other)
        case (_?, nil): throw UsageError("--\(first) needs --\(second) as well")
        case (nil, _?): throw UsageError("--\(second) needs --\(first) as well")
        }
    }

    /// The argument `HOST:PORT`, an IPv6 address in brackets.
    ///
    /// - Throws: ``UsageError`` if it is missing or of another form.
    public mutating func endpoint() throws(UsageError) -> Endpoint {
        guard let text = argument() else { throw UsageError("HOST:PORT is missing") }
        guard let endpoint = Endpoint(text) else {
            throw UsageError("'\(text)' is not HOST:PORT (an IPv6 address goes in brackets: [::1]:7001)")
        }
        return endpoint
    }
}
