// A file system in which only what was asked for can be seen: for programs that nobody trusts.
#ifndef CLINUX_JAIL_H
#define CLINUX_JAIL_H

#include <stdint.h>

/// Leaves this process, and what it starts, with a file system that holds nothing but some files and folders of the machine's:
/// pivot_root(2), mount_setattr(2).
///
/// `paths` holds pairs, where something is and where it is to be seen, one after the other, each with its NUL byte; the first
/// `writable_count` pairs can be written to, the others only be read. What does not exist is left out. /dev has the few devices
/// that hurt nobody, /proc the processes of the namespace, and /tmp is empty, `temporary_size` bytes large, and gone with the process.
///
/// Call it after clinux_isolate(CLINUX_PRIVATE_PROCESSES). Returns 0, or -1 with errno; clinux_jail_failure() then names what failed.
int clinux_jail(const char *paths, int pair_count, int writable_count, int64_t temporary_size);

/// What clinux_jail() failed at last: a call and a path.
const char *clinux_jail_failure(void);

/// Keeps other processes of the same user from looking into this one, or writing into it: prctl(2), PR_SET_DUMPABLE.
int clinux_close_to_others(void);

/// From now on, whatever this process starts has no privilege and never gets one, root's included: no capability but CAP_NET_RAW,
/// where this process passes it on; capabilities(7), prctl(2), PR_SET_NO_NEW_PRIVS. Returns 0, or -1 with errno.
int clinux_renounce_privileges(void);

#endif
