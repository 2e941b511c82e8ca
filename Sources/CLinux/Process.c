#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_use_processors(int first, int count) {
    static cpu_set_t all;
    static int is_known = 0;
    if (!is_known && sched_getaffinity(0, sizeof all, &all) == -1) return -1;
    is_known = 1;
    cpu_set_t some;
    CPU_ZERO(&some);
    int place = 0;
    for (int number = 0; number < CPU_SETSIZE; number++) {
        if (!CPU_ISSET(number, &all)) continue;
        if (place >= first && place < first + count) CPU_SET(number, &some);
        place++;
    }
    return sched_setaffinity(0, sizeof some, &some);
}

int clinux_process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_limit_of_processes(void) { return RLIMIT_NPROC; }

int clinux_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1); }

// Whether programs are started as another user than this process: see clinux_start_as_nobody().
static int starts_as_nobody = 0;
static const unsigned nobody = 65534;

// Between fork and exec only async-signal-safe calls are allowed (signal-safety(7)): no allocation, no locks.
static int become_program(char **arguments, const char *directory, const int streams[3], const struct clinux_limit *limits,
                          int limit_count, int death_signal, pid_t parent) {
    setpgid(0, 0);
    if (starts_as_nobody && (setgroups(0, NULL) == -1 || setresgid(nobody, nobody, nobody) == -1 || setresuid(nobody, nobody, nobody) == -1))
        return errno;
    // Behind the change of user, which takes it back.
    if (death_signal != 0) prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent) return ESRCH;
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int stream = 0; stream < 3; stream++)
        if (dup2(streams[stream], stream) == -1) return errno;
    // Everything else closes at exec, the error pipe too.
    if (syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */) == -1)
        for (int number = 3; number < 1024; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
    for (int i = 0; i < limit_count; i++) {
        struct rlimit hard;
        if (getrlimit(limits[i].resource, &hard) == -1) return errno;
        // Nobody but root may raise a hard limit; a lower one that is there already is as good.
        rlim_t value = (rlim_t)limits[i].value;
        if (hard.rlim_max != RLIM_INFINITY && value > hard.rlim_max) value = hard.rlim_max;
        rlim_t soft = (rlim_t)limits[i].soft;
        struct rlimit limit = {soft < value ? soft : value, value};
        if (setrlimit(limits[i].resource, &limit) == -1) return errno;
    }
    if (directory != NULL && chdir(directory) == -1) return errno;
    execvp(arguments[0], arguments);
    return errno;
}

pid_t clinux_start(const char *words, int word_count, const char *directory, int input, int output, int error,
                   const struct clinux_limit *limits, int limit_count, int death_signal) {
    char **arguments = calloc((size_t)word_count + 1, sizeof *arguments);
    if (arguments == NULL) return -1;
    for (int i = 0; i < word_count; i++, words += strlen(words) + 1) arguments[i] = (char *)words;
    int report[2];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t parent = getpid();
    pid_t process = -1;
    int failure = 0;
    if (null == -1 || pipe2(report, O_CLOEXEC) == -1) {
        failure = errno;
    } else {
        int streams[3] = {input == -1 ? null : input, output, error};
        process = fork();
        if (process == 0) {
            int code = become_program(arguments, directory, streams, limits, limit_count, death_signal, parent);
            ssize_t written = write(report[1], &code, sizeof code);
            _exit(written == sizeof code ? 127 : 126);
        }
        if (process == -1) failure = errno;
        close(report[1]);
        // The pipe closes without a word when exec succeeds.
        if (process != -1) {
            ssize_t count;
            do count = read(report[0], &failure, sizeof failure);
            while (count == -1 && errno == EINTR);
            if (count == sizeof failure) {
                while (waitpid(process, NULL, 0) == -1 && errno == EINTR) {}
                process = -1;
            }
        }
        close(report[0]);
    }
    if (null != -1) close(null);
    free(arguments);
    if (process == -1) errno = failure;
    return process;
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file == -1) return -1;
    ssize_t count = write(file, text, strlen(text));
    int code = errno;
    close(file);
    errno = code;
    return count == (ssize_t)strlen(text) ? 0 : -1;
}

static int bring_loopback_up(void) {
    int number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (number == -1) return -1;
    struct ifreq request = {0};
    strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    int result = ioctl(number, SIOCSIFFLAGS, &request);
    int code = errno;
    close(number);
    errno = code;
    return result;
}

// The child's exit code, or that of a shell for a signal, is this process's own.
static void pass_on(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) == -1 && errno == EINTR) {}
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static const char *failed = "";

const char *clinux_isolation_failure(void) { return failed; }

// Whether the namespace knows the user nobody besides this process's own.
static int knows_nobody = 0;

// Root may let a namespace know more users than one. Somebody outside of it must say so: this child, once the other has parted.
static pid_t start_mapper(int signal_pipe[2]) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;
    char go, path[40];
    close(signal_pipe[1]);
    if (read(signal_pipe[0], &go, 1) != 1) _exit(1);
    snprintf(path, sizeof path, "/proc/%d/uid_map", (int)parent);
    if (write_file(path, "0 0 1\n65534 65534 1\n") == -1) _exit(1);
    snprintf(path, sizeof path, "/proc/%d/gid_map", (int)parent);
    _exit(write_file(path, "0 0 1\n65534 65534 1\n") == -1 ? 1 : 0);
}

static int map_users_of_root(int signal_pipe[2], pid_t mapper) {
    int status = 1;
    ssize_t written = write(signal_pipe[1], "1", 1);
    while (waitpid(mapper, &status, 0) == -1 && errno == EINTR) {}
    return written == 1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int clinux_start_as_nobody(void) {
    starts_as_nobody = knows_nobody;
    return starts_as_nobody;
}

int clinux_isolate(int level) {
    if (level == CLINUX_SHARED) return 0;
    uid_t user = geteuid();
    gid_t group = getegid();
    int more = level >= CLINUX_PRIVATE_PROCESSES ? CLONE_NEWPID | CLONE_NEWNS : 0;
    int signal_pipe[2] = {-1, -1};
    pid_t mapper = user == 0 && group == 0 && pipe2(signal_pipe, O_CLOEXEC) == 0 ? start_mapper(signal_pipe) : -1;
    failed = "unshare";
    int parted = unshare(CLONE_NEWUSER | CLONE_NEWNET | more);
    int code = errno;
    if (mapper != -1 && parted == 0) knows_nobody = map_users_of_root(signal_pipe, mapper) == 0;
    if (signal_pipe[0] != -1) {
        close(signal_pipe[0]);
        close(signal_pipe[1]);
    }
    // Where it was not asked for anything, it has ended by now: its pipe has closed.
    if (mapper != -1 && parted == -1) waitpid(mapper, NULL, 0);
    errno = code;
    if (parted == 0 && knows_nobody) {
        // Done already.
    } else if (parted == 0) {
        // The same user and group inside as outside, so that a program sees itself as it is (and is no more than that).
        char map[64];
        failed = "write uid_map";
        snprintf(map, sizeof map, "%u %u 1", user, user);
        if (write_file("/proc/self/uid_map", map) == -1) return -1;
        if (write_file("/proc/self/setgroups", "deny") == -1 && errno != ENOENT) return -1;
        snprintf(map, sizeof map, "%u %u 1", group, group);
        if (write_file("/proc/self/gid_map", map) == -1) return -1;
    } else if (unshare(CLONE_NEWNET | more) == -1) {
        // Without user namespaces root can still do the rest; nobody else can.
        return -1;
    }
    failed = "ioctl lo";
    if (bring_loopback_up() == -1) return -1;
    if (level < CLINUX_PRIVATE_PROCESSES) return 0;
    failed = "fork";
    pid_t child = fork();
    if (child == -1) return -1;
    if (child > 0) pass_on(child);
    failed = "mount /proc";
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1) return -1;
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int clinux_let_programs_capture(int allowed) {
    if (!allowed) {
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_NET_RAW, 0, 0);
        return prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
    }
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) == -1) return -1;
    sets[0].inheritable |= sets[0].permitted & 1U << CAP_NET_RAW;
    if (syscall(SYS_capset, &header, sets) == -1) return -1;
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
}

int clinux_can_part_network(void) {
    pid_t child = fork();
    if (child == -1) return 0;
    // A user of its own first: whoever has no privilege can do no more than this.
    if (child == 0) _exit(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 0 : 1);
    int status = 1;
    while (waitpid(child, &status, 0) == -1 && errno == EINTR) {}
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
