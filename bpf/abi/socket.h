/* SPDX-License-Identifier: MIT */
/* A part of the wire: what a sweep and a last reading say of a socket. Widths and orders as in events.h. */
#pragma once
#include <linux/types.h>

/*
 * In a sweep, in place of a record: the cookie of a socket that is as it was in the sweep before, with
 * this bit. No cookie has it.
 */
#define UNCHANGED (1ULL << 63)

/* What stands for the protocol of sockets that are told by more than it; no IP protocol has such a number. */
enum socket_kind {
	RAW_SOCKET = 0x8000, /* or-ed to the IP protocol */
	FRAMES_SOCKET = 0xffff,
};

/* The sweep's row for an open socket, and the record of one that closed. From acked_bytes on as in struct tcp_info. */
struct socket_record {
	__u64 cookie;
	__u64 rx_bytes; /* payload; TCP only */
	__u64 tx_bytes; /* payload, without retransmissions; TCP only */
	__u64 opened_ns; /* monotonic; 0: older than nettop */
	__u64 start_ns; /* of the owner, since boot; 0: no owner known */
	__u64 acked_bytes; /* with the SYN of the side that connected, and the FIN */
	__u64 delivery_rate; /* bytes per second; 0: no sample yet */
	__u8 local_address[16];
	__u8 remote_address[16];
	__u32 pid;
	__u32 uid;
	__u32 rtt_us;
	__u32 retransmits;
	__u32 netns;
	__u32 rtt_variance_us;
	__u32 min_rtt_us; /* all bits set: not measured yet */
	__u32 congestion_window; /* segments */
	__u32 slow_start_threshold; /* segments; 0x7fffffff: not reached yet */
	__u32 mss;
	__u32 receive_queue; /* bytes not read yet; of a listener: connections not accepted yet */
	__u32 send_queue; /* bytes not acknowledged yet; of a listener: most of those connections */
	__u32 unsent_bytes; /* of a listener: of its handshakes, those whose answer was sent once so far */
	__u32 segments_sent;
	__u32 lost_segments;
	__u32 out_of_order_segments;
	__u32 busy_jiffies;
	__u32 receiver_limited_jiffies;
	__u32 send_buffer_limited_jiffies;
	__u32 drops; /* packets that it dropped, as it counts them itself */
	__u32 handshakes; /* of a listener: connections before the end of their handshake */
	__u32 device; /* the interface's number that it is bound to, also by the zone of an address; 0: none */
	__u16 local_port;
	__u16 remote_port;
	__u16 protocol; /* IPPROTO_, or enum socket_kind */
	__u16 ethertype; /* of a packet socket: what it receives; 0: nothing */
	__u8 state;
	__u8 application_limited; /* 1: delivery_rate is no more than what the application sent */
	__u8 mini; /* 1: a request, with its listener's owner, or a time-wait socket: no figures and byte counts */
	__u8 send_buffer_full; /* 1: whoever writes has to wait */
	__u8 subflow; /* 1: it carries bytes for an MPTCP socket, where processes are counted */
	__u8 waiting; /* 1: accepted by the kernel, and no process has taken it from its listener yet */
	__u8 timeouts; /* of a request: how often its answer was due again */
	__u8 _pad[1];
	char comm[16];
	char congestion_control[16];
};
_Static_assert(sizeof(struct socket_record) == 224, "socket_record");

/* Who a UDP socket talks to that is not connected to them. */
struct far_end_key {
	__u64 cookie;
	__u8 address[16];
	__u16 port;
	__u8 _pad[6];
};
_Static_assert(sizeof(struct far_end_key) == 32, "far_end_key");

struct far_end {
	__u64 rx_bytes;
	__u64 tx_bytes;
	__u64 opened_ns; /* its first datagram, monotonic */
};
_Static_assert(sizeof(struct far_end) == 24, "far_end");
