import Foundation
import LabProgram
import Sockets

/// Ctrl-C while something is under way: ends that, leaves the terminal in order, and then ends the workbook.
///
/// The grader's own processes need no ending. Each holds the end of a pipe that closes with the workbook, and ends then.
enum Interruption {
    /// What a shell says of a program that SIGINT has ended.
    static let exitCode: Int32 = 130

    /// From now on, SIGINT and SIGTERM run `cleanUp` and end the workbook.
    ///
    /// Call it before any thread is started.
    ///
    /// - Throws: `SocketError` if the signals can't be watched.
    static func watch(_ status: StatusLine, cleanUp: @escaping @Sendable () -> Void) throws(SocketError) {
        try TerminationSignals().whenRaised {
            status.close()
            cleanUp()
            exit(exitCode)
        }
    }
}
