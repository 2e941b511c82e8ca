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

/// poll(2) with a limit in nanoseconds (-1: none) on `count` entries of struct pollfd: ppoll(2).
int clinux_poll(void *entries, size_t count, int64_t nanoseconds);

/// Sends datagrams on a connected socket with as few system calls as the kernel allows: sendmmsg(2), and UDP_SEGMENT of
/// udp(7) where they are of one size. Datagram i is lengths[i] bytes at bytes + i * stride. Returns how many were sent,
/// or -1 with errno if not even the first was.
int clinux_send_datagrams(int socket, const uint8_t *bytes, size_t stride, const uint32_t *lengths, int count);

/// Receives up to `count` datagrams that have come, into the same layout, and never waits: recvmmsg(2). What is longer than
/// `stride` is cut off. Returns how many, or -1 with errno.
int clinux_receive_datagrams(int socket, uint8_t *bytes, size_t stride, uint32_t *lengths, int count);

#endif
