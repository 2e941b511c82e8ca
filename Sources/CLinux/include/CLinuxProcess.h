// Starting and confining processes: what a grader needs of Linux and Swift's Glibc module does not show.
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// A limit for a program: setrlimit(2). The hard one, and the soft one, which the program may raise itself.
struct clinux_limit {
    int resource;
    int64_t value;
    int64_t soft;
};

/// RLIMIT_NPROC, which Swift's Glibc module does not show.
int clinux_limit_of_processes(void);

/// Starts a program, found by PATH, as the leader of a process group of its own. `death_signal` (0 is none) is sent to it when
/// the thread that calls this ends: prctl(2), PR_SET_PDEATHSIG.
///
/// `words` holds the program and its arguments one after the other, each with its NUL byte. Signals are back at their defaults
/// (SIGPIPE above all), none is blocked, and of the descriptors only 0, 1 and 2 go along: `input` (-1 is /dev/null),
/// `output`, `error`.
///
/// Returns the process id, or -1 with errno; then also when the program could not be executed.
pid_t clinux_start(const char *words, int word_count, const char *directory, int input, int output, int error,
                   const struct clinux_limit *limits, int limit_count, int death_signal);

/// Keeps the calling thread, and what it starts from now on, to `count` processors from number `first` on, of those that this process
/// may use: sched_setaffinity(2). Returns 0, or -1 with errno.
int clinux_use_processors(int first, int count);

/// pidfd_open(2): a descriptor that is readable once the process has ended.
int clinux_process_descriptor(pid_t process);

/// Becomes the parent of orphaned descendants, so that none is lost: prctl(2), PR_SET_CHILD_SUBREAPER.
int clinux_adopt_orphans(void);

/// How much of the machine a process is parted from.
enum {
    /// Nothing: it shares the machine's network and processes.
    CLINUX_SHARED = 0,
    /// A user and a network namespace of its own: user_namespaces(7), network_namespaces(7).
    CLINUX_PRIVATE_NETWORK = 1,
    /// Process and mount namespaces as well: when its first process ends, all end. pid_namespaces(7)
    CLINUX_PRIVATE_PROCESSES = 2,
};

/// Parts the process from the machine. Call it before the first thread is started.
///
/// With CLINUX_PRIVATE_PROCESSES it returns in a child, the first process of the new namespaces, whose standard streams and
/// other descriptors are the caller's; the caller itself stays behind to pass on the child's exit code.
///
/// Returns 0, or -1 with errno; `clinux_isolation_failure` then names the call.
int clinux_isolate(int level);

/// From now on, clinux_start() starts programs as the user nobody where the namespace knows that user besides root: then a program
/// can't signal or trace this process, and the kernel counts its processes. Returns whether it is so: 1 or 0.
int clinux_start_as_nobody(void);

/// The call that `clinux_isolate` failed at last.
const char *clinux_isolation_failure(void);

/// Lets whatever this process starts from now on capture packets, as far as it may itself (an ambient CAP_NET_RAW), or takes the
/// capability away from them, for good: capabilities(7). Returns 0, or -1 with errno.
int clinux_let_programs_capture(int allowed);

/// Whether a process without privilege gets a user and a network namespace of its own here: 1 or 0. Found by trying, in a child.
int clinux_can_part_network(void);

#endif
