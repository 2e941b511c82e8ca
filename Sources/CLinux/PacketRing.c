#include "CLinuxPacketRing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

struct clinux_packet_ring {
    char *frames;
    unsigned frame_count, frame_size;
    // The oldest packet that is kept, and how many of those from there on are known to be filled.
    unsigned oldest, filled;
};

// The kernel gets its memory in blocks; a few large ones may not be found.
static const unsigned block_size = 1 << 16;

struct clinux_packet_ring *clinux_packet_ring_open(int packet_socket, unsigned frame_count, unsigned frame_size) {
    int version = TPACKET_V2;
    struct tpacket_req request = {
        .tp_block_size = block_size, .tp_block_nr = frame_count / (block_size / frame_size), .tp_frame_size = frame_size,
        .tp_frame_nr = frame_count};
    if (setsockopt(packet_socket, SOL_PACKET, PACKET_VERSION, &version, sizeof version) == -1) return NULL;
    if (setsockopt(packet_socket, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) == -1) return NULL;
    struct clinux_packet_ring *ring = calloc(1, sizeof *ring);
    if (ring == NULL) return NULL;
    ring->frame_count = frame_count;
    ring->frame_size = frame_size;
    ring->frames = mmap(NULL, (size_t)frame_count * frame_size, PROT_READ | PROT_WRITE, MAP_SHARED, packet_socket, 0);
    if (ring->frames != MAP_FAILED) return ring;
    int failure = errno;
    free(ring);
    errno = failure;
    return NULL;
}

void clinux_packet_ring_close(struct clinux_packet_ring *ring) {
    munmap(ring->frames, (size_t)ring->frame_count * ring->frame_size);
    free(ring);
}

static struct tpacket2_hdr *frame(const struct clinux_packet_ring *ring, unsigned place) {
    return (struct tpacket2_hdr *)(ring->frames + (size_t)(place % ring->frame_count) * ring->frame_size);
}

// Each packet is counted once, when it is first seen to be there.
static void look(struct clinux_packet_ring *ring) {
    while (ring->filled < ring->frame_count
           && __atomic_load_n(&frame(ring, ring->oldest + ring->filled)->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)
        ring->filled++;
}

static void let_go(struct clinux_packet_ring *ring) {
    __atomic_store_n(&frame(ring, ring->oldest)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    ring->oldest = (ring->oldest + 1) % ring->frame_count;
    ring->filled--;
}

void clinux_packet_ring_keep(struct clinux_packet_ring *ring, unsigned count) {
    look(ring);
    while (ring->filled > count) let_go(ring);
}

long clinux_packet_ring_take(
    struct clinux_packet_ring *ring, void *buffer, size_t capacity, int64_t *length, int32_t *protocol, int64_t *seconds,
    int64_t *nanoseconds) {
    look(ring);
    if (ring->filled == 0) return -1;
    const struct tpacket2_hdr *header = frame(ring, ring->oldest);
    const struct sockaddr_ll *address = (const void *)((const char *)header + TPACKET_ALIGN(sizeof *header));
    size_t count = header->tp_snaplen < capacity ? header->tp_snaplen : capacity;
    memcpy(buffer, (const char *)header + header->tp_net, count);
    *length = header->tp_len;
    *protocol = ntohs(address->sll_protocol);
    *seconds = header->tp_sec;
    *nanoseconds = header->tp_nsec;
    let_go(ring);
    return (long)count;
}
