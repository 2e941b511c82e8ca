// What Swift's Glibc module does not show of Linux: calls that need _GNU_SOURCE, macros, and the one thing that must be
// written in C, a child between fork and exec. Plain numbers and strings only, so that no Swift caller needs a pointer type.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

/// accept4(2) with SOCK_CLOEXEC: a program that the server starts must not inherit its clients. With SOCK_NONBLOCK as well
/// if `non_blocking` is not 0.
int clinux_accept(int listener, int non_blocking);

/// pipe2(2) with O_CLOEXEC. Returns 0, or -1 with errno.
int clinux_pipe(int *read_end, int *write_end);

/// The symbol of an errno value ("EADDRINUSE"), or NULL where the C library knows none: strerrorname_np(3).
const char *clinux_errno_name(int code);

/// Blocks the given signals for the calling thread and the threads it starts, and returns a descriptor that is readable
/// while one of them is pending: sigprocmask(2), signalfd(2). -1 with errno on failure.
int clinux_signal_descriptor(const int *signals, int count);

/// Milliseconds since the last bytes arrived at a TCP socket, read or not: tcpi_last_data_recv of TCP_INFO, tcp(7). -1 with errno.
int64_t clinux_time_since_arrival(int stream);

// Capturing: packet(7), namespaces(7), and what the kernel tells about a TCP connection, tcp(7).

/// The interface (if_nametoindex(3)) that has an address, written in numbers; 0 if none has it.
int clinux_interface_with_address(const char *address);

/// The interface of a name ("lo"); 0 if there is none.
int clinux_interface_named(const char *name);

/// A packet(7) socket that sees the packets of one interface from the IP header on, with a time stamp to the nanosecond.
/// On a loopback interface every packet passes twice; it is seen when it leaves. With a port above 0, only TCP segments
/// from or to it are seen. -1 with errno on failure: EPERM without CAP_NET_RAW.
int clinux_packet_socket(int interface_index, int port);

/// The next packet, without waiting: its first `capacity` bytes go into `buffer`, its whole length into `length`, its
/// EtherType into `protocol`, and the time since 1970 into the last two. Returns the bytes written, or -1 with errno.
long clinux_packet_receive(
    int packet_socket, void *buffer, size_t capacity, int64_t *length, int32_t *protocol, int64_t *seconds, int64_t *nanoseconds);

/// How many packets the kernel has thrown away since the last call, because the socket's buffer was full; -1 with errno.
long clinux_packet_drops(int packet_socket);

/// What the kernel tells about its end of a TCP connection: TCP_INFO in tcp(7). Times in microseconds, sizes in bytes;
/// `options` has the bits 1 (time stamps), 2 (selective acknowledgment), 4 (window scale). Returns 0, or -1 with errno.
int clinux_tcp_info(
    int stream, int32_t *state, int32_t *options, int32_t *send_scale, int32_t *receive_scale, int64_t *send_mss,
    int64_t *receive_mss, int64_t *round_trip_time, int64_t *round_trip_variation, int64_t *retransmissions);

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
