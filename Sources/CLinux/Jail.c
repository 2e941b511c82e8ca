#define _GNU_SOURCE
#include "CLinuxJail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Not in the headers of every system that has the call.
struct mount_attributes {
    uint64_t set, clear, propagation, user_namespace;
};
static const uint64_t read_only = 1, no_set_user_id = 2;
static const unsigned recursive = 0x8000;

// Where the new root is made, before it becomes the root.
static const char root[] = "/tmp/root";

static char failure[300] = "";

const char *clinux_jail_failure(void) { return failure; }

static int fail(const char *call, const char *path) {
    int code = errno;
    snprintf(failure, sizeof failure, "%s %s", call, path);
    errno = code;
    return -1;
}

// Makes the folders that a path leads through.
static int make_parents(const char *path) {
    char part[4096];
    if (strlen(path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        memcpy(part, path, (size_t)(slash - path));
        part[slash - path] = 0;
        if (mkdir(part, 0755) == -1 && errno != EEXIST && errno != EROFS) return -1;
    }
    return 0;
}

// Shows what a descriptor stands for at a path of the new root.
static int show(int source, const char *path, int writable) {
    char target[4096], link[40];
    snprintf(target, sizeof target, "%s%s", root, path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", source);
    struct stat status;
    if (fstat(source, &status) == -1 || make_parents(target) == -1) return fail("mkdir", target);
    if (S_ISDIR(status.st_mode)) {
        if (mkdir(target, 0755) == -1 && errno != EEXIST && errno != EROFS) return fail("mkdir", target);
    } else {
        int file = open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        if (file != -1) close(file);
    }
    if (mount(link, target, NULL, MS_BIND | MS_REC, NULL) == -1) return fail("mount", path);
    struct mount_attributes attributes = {.set = no_set_user_id | (writable ? 0 : read_only)};
    if (syscall(SYS_mount_setattr, AT_FDCWD, target, recursive, &attributes, sizeof attributes) == -1) return fail("mount_setattr", path);
    return 0;
}

static int make_devices(void) {
    static const char *names[] = {"null", "zero", "full", "random", "urandom"};
    char path[64], target[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "/dev/%s", names[i]);
        int device = open(path, O_PATH | O_CLOEXEC);
        if (device == -1) continue;
        int result = show(device, path, 1);
        close(device);
        if (result == -1) return -1;
    }
    static const char *links[][2] = {
        {"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"}};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        snprintf(target, sizeof target, "%s/dev/%s", root, links[i][1]);
        if (symlink(links[i][0], target) == -1 && errno != EEXIST) return fail("symlink", target);
    }
    return 0;
}

static int show_all(const char *paths, int pair_count, int writable_count, const int *sources) {
    const char *path = paths;
    for (int i = 0; i < pair_count; i++) {
        path += strlen(path) + 1;
        if (sources[i] != -1 && show(sources[i], path, i < writable_count) == -1) return -1;
        path += strlen(path) + 1;
    }
    return 0;
}

// An empty place to write to, which has an end.
static int make_temporary(int64_t size) {
    char options[64], target[64];
    snprintf(options, sizeof options, "size=%lld,nr_inodes=10000,mode=1777", (long long)size);
    snprintf(target, sizeof target, "%s/tmp", root);
    if (mkdir(target, 0755) == -1) return fail("mkdir", "/tmp");
    if (mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options) == -1) return fail("mount", "/tmp");
    return 0;
}

// The processes are this namespace's own already.
static int show_processes(void) {
    char target[64];
    snprintf(target, sizeof target, "%s/proc", root);
    if (mkdir(target, 0755) == -1) return fail("mkdir", "/proc");
    if (mount("/proc", target, NULL, MS_BIND | MS_REC, NULL) == -1) return fail("mount", "/proc");
    return 0;
}

int clinux_jail(const char *paths, int pair_count, int writable_count, int64_t temporary_size) {
    // The new root is made in /tmp, below which some of the sources may be: each is held fast before it is covered.
    int *sources = calloc((size_t)pair_count, sizeof *sources);
    if (sources == NULL) return -1;
    const char *path = paths;
    for (int i = 0; i < pair_count; i++) {
        sources[i] = open(path, O_PATH | O_CLOEXEC);
        path += strlen(path) + 1;
        path += strlen(path) + 1;
    }
    int result = 0;
    if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755") == -1) result = fail("mount", "/tmp");
    if (result == 0 && (mkdir(root, 0755) == -1 || mount(root, root, NULL, MS_BIND, NULL) == -1)) result = fail("mount", root);
    if (result == 0) result = show_all(paths, pair_count, writable_count, sources);
    for (int i = 0; i < pair_count; i++)
        if (sources[i] != -1) close(sources[i]);
    free(sources);
    if (result == -1 || make_devices() == -1 || show_processes() == -1 || make_temporary(temporary_size) == -1) return -1;
    if (chdir(root) == -1 || syscall(SYS_pivot_root, ".", ".") == -1) return fail("pivot_root", root);
    if (umount2(".", MNT_DETACH) == -1 || chdir("/") == -1) return fail("umount", "/");
    struct mount_attributes attributes = {.set = read_only};
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attributes, sizeof attributes) == -1) return fail("mount_setattr", "/");
    return 0;
}

int clinux_close_to_others(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int clinux_renounce_privileges(void) {
    // A change of user must not take CAP_NET_RAW back; exec takes everything else. Without SECBIT_NOROOT, user 0 would get all capabilities of the namespace back at every exec.
    if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == -1) return -1;
    for (unsigned long capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (capability != CAP_NET_RAW) (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
