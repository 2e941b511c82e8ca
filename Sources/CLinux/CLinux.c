#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_accept(int listener, int non_blocking) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | (non_blocking ? SOCK_NONBLOCK : 0));
}

int clinux_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1) return -1;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

const char *clinux_errno_name(int code) { return strerrorname_np(code); }

int clinux_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC);
}

int64_t clinux_time_since_arrival(int stream) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    return getsockopt(stream, IPPROTO_TCP, TCP_INFO, &info, &length) == -1 ? -1 : info.tcpi_last_data_recv;
}

int clinux_poll(void *entries, size_t count, int64_t nanoseconds) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return ppoll(entries, count, nanoseconds < 0 ? NULL : &limit, NULL);
}

enum { DATAGRAMS_PER_CALL = 64, BYTES_PER_SEGMENTED_CALL = 65000 };

/// One large buffer that the kernel cuts into datagrams of `size` bytes, far below the cost of a walk through the whole
/// network stack for each. Returns 0 where that can't be had: an old kernel, a device without checksums in hardware, or
/// datagrams that need fragments.
static int send_segmented(int socket, const uint8_t *bytes, size_t size, int count) {
    // Asked first: a kernel that does not know the option takes the control message below and sends one huge datagram.
    int current;
    socklen_t length = sizeof current;
    if (getsockopt(socket, SOL_UDP, UDP_SEGMENT, &current, &length) == -1) return 0;

    int most = BYTES_PER_SEGMENTED_CALL / size;
    if (most > DATAGRAMS_PER_CALL) most = DATAGRAMS_PER_CALL;
    if (count > most) count = most;
    if (count < 2) return 0;
    struct iovec part = {(void *)bytes, size * count};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(uint16_t))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    control.header.cmsg_level = SOL_UDP;
    control.header.cmsg_type = UDP_SEGMENT;
    control.header.cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t segment = size;
    memcpy(CMSG_DATA(&control.header), &segment, sizeof segment);
    if (sendmsg(socket, &message, MSG_NOSIGNAL) != -1) return count;
    return errno == EINVAL || errno == EMSGSIZE || errno == EIO || errno == EOPNOTSUPP ? 0 : -1;
}

/// Points each message header at its datagram. Returns how many there is room for.
static int lay_out(
    struct mmsghdr *messages, struct iovec *parts, const uint8_t *bytes, size_t stride, const uint32_t *lengths, int count) {
    if (count > DATAGRAMS_PER_CALL) count = DATAGRAMS_PER_CALL;
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){(void *)(bytes + i * stride), lengths ? lengths[i] : stride};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
    }
    return count;
}

int clinux_send_datagrams(int socket, const uint8_t *bytes, size_t stride, const uint32_t *lengths, int count) {
    int alike = 0;
    while (alike < count && lengths[alike] == stride) alike++;
    if (alike > 1) {
        int sent = send_segmented(socket, bytes, stride, alike);
        if (sent != 0) return sent;
    }
    struct mmsghdr messages[DATAGRAMS_PER_CALL];
    struct iovec parts[DATAGRAMS_PER_CALL];
    return sendmmsg(socket, messages, lay_out(messages, parts, bytes, stride, lengths, count), MSG_NOSIGNAL);
}

int clinux_receive_datagrams(int socket, uint8_t *bytes, size_t stride, uint32_t *lengths, int count) {
    struct mmsghdr messages[DATAGRAMS_PER_CALL];
    struct iovec parts[DATAGRAMS_PER_CALL];
    int received = recvmmsg(socket, messages, lay_out(messages, parts, bytes, stride, NULL, count), MSG_DONTWAIT, NULL);
    for (int i = 0; i < received; i++) lengths[i] = messages[i].msg_len;
    return received;
}
