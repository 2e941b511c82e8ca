import Glibc

/// Runs a system call, once more each time a signal interrupts it (EINTR, see signal(7)), and makes -1 an error.
///
/// Every call of this module goes through here or through ``transferCall(_:address:_:)``, but for the two that must not be
/// tried again: close(2) and connect(2).
@inline(__always)
func systemCall<Result: FixedWidthInteger>(
    _ operation: StaticString, address: @autoclosure () -> String? = nil, _ call: () -> Result
) throws(SocketError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SocketError(operation, address: address(), code: code) }
    }
}

/// The same for calls that move bytes: nil where a non-blocking descriptor would have to wait (EAGAIN).
///
/// That is no failure but an answer, so it is a value and not an error.
@inline(__always)
func transferCall(
    _ operation: StaticString, address: @autoclosure () -> String? = nil, _ call: () -> Int
) throws(SocketError) -> Int? {
    while true {
        let result = call()
        if result != -1 { return result }
        switch errno {
        case EINTR: continue
        case EAGAIN: return nil
        case let code: throw SocketError(operation, address: address(), code: code)
        }
    }
}
