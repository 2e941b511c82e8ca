import CLinux
import Glibc

/// How much of the machine a program under test may use, its descendants included.
struct Limits: Sendable {
    /// Open descriptors of each process: RLIMIT_NOFILE.
    var openFiles = 4_096
    /// How many it may open until it raises the limit itself, as far as the one above.
    var softOpenFiles = Int.max
    /// Memory of its own in RAM, in bytes, all processes together. Watched by the grader.
    var memory = 512 << 20
    /// Processes at a time. Watched by the grader.
    var processes = 64
    /// Bytes written to stdout and stderr. Watched by the grader.
    var output = 4 << 20
    /// Bytes of a file that it writes: RLIMIT_FSIZE.
    var fileSize = 64 << 20
    /// Processes and threads that the kernel lets a program in a jail have, before the grader has looked: RLIMIT_NPROC.
    var kernelProcesses = 400
    /// Seconds of processor time of each process: RLIMIT_CPU.
    var processorSeconds = 60

    /// What the kernel enforces.
    var kernelLimits: [clinux_limit] {
        var limits = [
            (RLIMIT_NOFILE, openFiles, softOpenFiles), (RLIMIT_FSIZE, fileSize, fileSize), (RLIMIT_CPU, processorSeconds, processorSeconds),
            (RLIMIT_CORE, 0, 0),
        ].map { clinux_limit(resource: Int32($0.0.rawValue), value: Int64($0.1), soft: Int64($0.2)) }
        if Runner.isJailed {
            let count = Int64(kernelProcesses)
            limits.append(clinux_limit(resource: clinux_limit_of_processes(), value: count, soft: count))
        }
        return limits
    }
}
