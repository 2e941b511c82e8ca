#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int clinux_interface_with_address(const char *address) {
    struct in_addr four;
    struct in6_addr six;
    int family = inet_pton(AF_INET, address, &four) == 1 ? AF_INET : inet_pton(AF_INET6, address, &six) == 1 ? AF_INET6 : 0;
    struct ifaddrs *list;
    if (family == 0 || getifaddrs(&list) == -1) return 0;
    int index = 0;
    for (struct ifaddrs *entry = list; entry != NULL && index == 0; entry = entry->ifa_next) {
        if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != family) continue;
        const void *own = family == AF_INET ? (const void *)&((struct sockaddr_in *)entry->ifa_addr)->sin_addr
                                            : (const void *)&((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr;
        const void *wanted = family == AF_INET ? (const void *)&four : (const void *)&six;
        if (memcmp(own, wanted, family == AF_INET ? sizeof four : sizeof six) == 0) index = (int)if_nametoindex(entry->ifa_name);
    }
    freeifaddrs(list);
    return index;
}

int clinux_interface_named(const char *name) { return (int)if_nametoindex(name); }

static int is_loopback(int descriptor, int interface_index) {
    struct ifreq request = {0};
    if (if_indextoname((unsigned)interface_index, request.ifr_name) == NULL) return 0;
    return ioctl(descriptor, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_LOOPBACK) != 0;
}

// The loopback interface shows each packet twice, as it is sent and as it is received. The first is what counts: it is there when send(2)
// returns, while the second may wait for a busy kernel.
static const struct sock_filter only_sent[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, 0), // drop
};

// Lets what an interface is to show through, and nothing else: so a busy interface does not fill the socket's buffer. With a port, these
// are TCP segments from or to it.
static int attach_filter(int descriptor, int is_loopback, int port) {
    const struct sock_filter of_port[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 5, 0),     // to IPv6
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 11),      // else drop
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),                     // IPv4: protocol
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 9),    // else drop
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),                    // X = header length
        BPF_STMT(BPF_JMP | BPF_JA, 3),                             // to the ports
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),                     // IPv6: next header
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 5),    // else drop
        BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 40),                   // X = header length
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),                     // source port
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)port, 3, 0), // keep
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),                     // destination port
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)port, 1, 0), // keep
        BPF_STMT(BPF_RET | BPF_K, 0),                              // drop
    };
    const struct sock_filter keep_all = BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF);
    struct sock_filter code[32];
    unsigned short count = 0;
    if (is_loopback)
        for (unsigned i = 0; i < sizeof only_sent / sizeof *only_sent; i++) code[count++] = only_sent[i];
    if (port > 0)
        for (unsigned i = 0; i < sizeof of_port / sizeof *of_port; i++) code[count++] = of_port[i];
    code[count++] = keep_all;
    struct sock_fprog program = {.len = count, .filter = code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int prepare(int descriptor, int interface_index, int port) {
    int on = 1, room = 4 << 20;
    if (setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == -1) return -1;
    if (attach_filter(descriptor, is_loopback(descriptor, interface_index), port) == -1) return -1;
    // More room than the system's limit needs a privilege; what it grants without one will do.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) == -1)
        (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = interface_index};
    return bind(descriptor, (struct sockaddr *)&address, sizeof address);
}

int clinux_packet_socket(int interface_index, int port) {
    // Protocol 0: nothing is seen before bind(2) has said of which interface.
    int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor == -1) return -1;
    if (prepare(descriptor, interface_index, port) == 0) return descriptor;
    int failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
}

long clinux_packet_receive(
    int packet_socket, void *buffer, size_t capacity, int64_t *length, int32_t *protocol, int64_t *seconds, int64_t *nanoseconds) {
    struct sockaddr_ll address = {0};
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr alignment;
    } control;
    struct iovec piece = {.iov_base = buffer, .iov_len = capacity};
    struct msghdr message = {
        .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &piece, .msg_iovlen = 1,
        .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(packet_socket, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (count == -1) return -1;
    struct timespec time = {0};
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item != NULL; item = CMSG_NXTHDR(&message, item))
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_TIMESTAMPNS) memcpy(&time, CMSG_DATA(item), sizeof time);
    if (time.tv_sec == 0) clock_gettime(CLOCK_REALTIME, &time);
    *length = count;
    *protocol = ntohs(address.sll_protocol);
    *seconds = time.tv_sec;
    *nanoseconds = time.tv_nsec;
    return (size_t)count < capacity ? (long)count : (long)capacity;
}

long clinux_packet_drops(int packet_socket) {
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;
    if (getsockopt(packet_socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == -1) return -1;
    return (long)statistics.tp_drops;
}

int clinux_tcp_info(
    int stream, int32_t *state, int32_t *options, int32_t *send_scale, int32_t *receive_scale, int64_t *send_mss,
    int64_t *receive_mss, int64_t *round_trip_time, int64_t *round_trip_variation, int64_t *retransmissions) {
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(stream, IPPROTO_TCP, TCP_INFO, &info, &size) == -1) return -1;
    *state = info.tcpi_state;
    *options = info.tcpi_options & 7;
    *send_scale = info.tcpi_snd_wscale;
    *receive_scale = info.tcpi_rcv_wscale;
    *send_mss = info.tcpi_snd_mss;
    *receive_mss = info.tcpi_rcv_mss;
    *round_trip_time = info.tcpi_rtt;
    *round_trip_variation = info.tcpi_rttvar;
    *retransmissions = info.tcpi_total_retrans;
    return 0;
}
