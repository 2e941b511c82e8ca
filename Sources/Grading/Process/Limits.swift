import CLinux
import Glibc

/// How much of the machine a program under test may use, its descendants included.
struct Limits: Sendable {
    /// Open descriptors of each process: RLIMIT_NOFILE.
    var openFiles = 4_096
    /// Memory of its own in RAM, in bytes, all processes together. Watched by the grader.
    var memory = 512 << 20
    /// Processes at a time. Watched by the grader.
    var processes = 64
    /// Bytes written to stdout and stderr. Watched by the grader.
    var output = 4 << 20
    /// Bytes of a file that it writes: RLIMIT_FSIZE.
    var fileSize = 64 << 20
    /// Seconds of processor time of each process: RLIMIT_CPU.
    var processorSeconds = 60

    /// What the kernel enforces.
    var kernelLimits: [clinux_limit] {
        [
            (RLIMIT_NOFILE, openFiles), (RLIMIT_FSIZE, fileSize), (RLIMIT_CPU, processorSeconds), (RLIMIT_CORE, 0),
        ].map { clinux_limit(resource: Int32($0.0.rawValue), value: Int64($0.1)) }
    }
}
