// A ring of captured packets that the kernel fills without a system call for each: packet(7), PACKET_RX_RING.
#ifndef CLINUX_PACKET_RING_H
#define CLINUX_PACKET_RING_H

#include <stddef.h>
#include <stdint.h>

/// The packets that a packet socket has seen and nobody has let go of.
struct clinux_packet_ring;

/// Lets a packet(7) socket fill a ring of `frame_count` places of `frame_size` bytes each (a power of two from 256 to 65536;
/// some 80 bytes of it are the kernel's own). The socket stays the caller's. NULL with errno on failure.
struct clinux_packet_ring *clinux_packet_ring_open(int packet_socket, unsigned frame_count, unsigned frame_size);

/// Unmaps it.
void clinux_packet_ring_close(struct clinux_packet_ring *ring);

/// Lets go of the oldest packets, so that at most `count` stay. What comes when every place is taken is lost.
void clinux_packet_ring_keep(struct clinux_packet_ring *ring, unsigned count);

/// The oldest packet, which is let go of: its first `capacity` bytes go into `buffer`; the rest as with
/// clinux_packet_receive(). Returns the bytes written, or -1 if there is none.
long clinux_packet_ring_take(
    struct clinux_packet_ring *ring, void *buffer, size_t capacity, int64_t *length, int32_t *protocol, int64_t *seconds,
    int64_t *nanoseconds);

#endif
