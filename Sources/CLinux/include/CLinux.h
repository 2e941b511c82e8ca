// What Swift's Glibc module does not show of Linux: calls that need _GNU_SOURCE, macros, and the one thing that must be
// written in C, a child between fork and exec. Plain numbers and strings only, so that no Swift caller needs a pointer type.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// accept4(2) with SOCK_CLOEXEC: a program that the server starts must not inherit its clients.
int clinux_accept(int listener);

/// pipe2(2) with O_CLOEXEC. Returns 0, or -1 with errno.
int clinux_pipe(int *read_end, int *write_end);

/// The symbol of an errno value ("EADDRINUSE"), or NULL where the C library knows none: strerrorname_np(3).
const char *clinux_errno_name(int code);

/// Blocks the given signals for the calling thread and the threads it starts, and returns a descriptor that is readable
/// while one of them is pending: sigprocmask(2), signalfd(2). -1 with errno on failure.
int clinux_signal_descriptor(const int *signals, int count);

#endif
