import Glibc

/// How many descriptors this process may have open at a time: getrlimit(2), RLIMIT_NOFILE.
public enum DescriptorLimit {
    /// What holds now. A shell's usual 1,024 is for programs that use select(2), which can't count further.
    ///
    /// - Throws: ``SocketError`` with the operation `getrlimit`.
    public static func current() throws(SocketError) -> Int { Int(clamping: try limits().rlim_cur) }

    /// Raises the limit as far as the process may by itself: to the hard limit.
    ///
    /// - Returns: What holds now.
    /// - Throws: ``SocketError`` with the operation `getrlimit` or `setrlimit`.
    @discardableResult
    public static func raise() throws(SocketError) -> Int {
        var limits = try limits()
        limits.rlim_cur = limits.rlim_max
        _ = try systemCall("setrlimit") { unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) }
        return try current()
    }

    private static func limits() throws(SocketError) -> rlimit {
        var limits = rlimit()
        _ = try systemCall("getrlimit") { unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) }
        return limits
    }
}
