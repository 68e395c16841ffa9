/* SPDX-License-Identifier: MIT */
/*
 * The wire: every struct and enum that user space reads or writes. Fixed widths, fields ordered by
 * width, padding named. Addresses are 16 bytes in network order, IPv4 in its IPv4-mapped form.
 * Ports, lengths and sequence numbers are in host order.
 */
#pragma once
#include <linux/types.h>
#include "abi/control.h"
#include "abi/socket.h"
#include "abi/life.h"

/* Who owns a socket, learned where that process was running. */
struct owner {
	__u64 start_ns;
	__u64 opened_ns;
	/*
	 * TCP: as the last sweep found the socket, in one number; 0: to be shown. In another network namespace
	 * the last sweep of files that showed it.
	 */
	__u64 shown;
	__u32 pid;
	__u32 uid;
	__u32 copied_seq; /* TCP: up to where its process has read */
	__u8 inherited; /* taken over from the listener: accepted, not used yet */
	__u8 flow_known; /* the socket was bound when it was learned */
	__u8 shared; /* TCP: more than one process has used it */
	__u8 _pad;
	char comm[16];
	__u32 netns; /* of the socket, as it was learned; 0: it was not bound then */
	__u32 _pad2;
};
_Static_assert(sizeof(struct owner) == 64, "owner");

/*
 * Bytes that a process moved by calls, for sockets whose protocol does not count them itself; of TCP
 * sockets that several processes use, the parts of the stream that it moved before another took over.
 */
struct usage_key {
	__u64 cookie;
	__u32 pid;
	__u16 protocol;
	__u16 life; /* of a shared TCP socket that goes by its address: when it opened, in 2^16 ns, modulo 2^16; else 0 */
};
_Static_assert(sizeof(struct usage_key) == 16, "usage_key");

struct usage {
	__u64 rx_bytes;
	__u64 tx_bytes;
	__u64 rx_far_bytes; /* beside those: what is counted by its far end */
	__u64 tx_far_bytes;
	__u64 start_ns;
	__u32 uid;
	__u8 receives; /* TCP: what follows is moved by this process, until another takes over */
	__u8 sends;
	__u8 _pad[2];
	char comm[16];
};
_Static_assert(sizeof(struct usage) == 64, "usage");

struct flow_key {
	__u8 local_address[16];
	__u8 remote_address[16];
	__u32 netns;
	__u32 protocol;
	__u16 local_port;
	__u16 remote_port;
	__u32 _pad;
};
_Static_assert(sizeof(struct flow_key) == 48, "flow_key");

/* One packet (or one socket) at one kernel function. */
struct packet_event {
	__u64 at_ns;
	__u64 packet; /* the same at all functions that the packet passes, as a clone too; 0: not known */
	__u64 skb; /* address; 0: the function has only a socket */
	__u64 cookie;
	__u64 place; /* address of the caller that freed the skb, or of the netfilter chain; else 0 */
	__u8 source[16];
	__u8 destination[16];
	__u8 inner_source[16];
	__u8 inner_destination[16];
	__u32 sequence;
	__u32 acknowledgment;
	__u32 length; /* of the IP packet */
	__u32 interface;
	__u32 netns;
	__u32 pid; /* of the socket's owner; 0: not known */
	__u32 current_pid; /* whoever was running, which in softirq is a bystander */
	__u32 generation;
	__u32 reason;
	__u32 payload;
	__u32 mark;
	__u32 since_ns; /* the packet's event before; 0: this is its first, all bits: 4.29 s or more */
	__u32 stack; /* number in the stacks map + 1; 0: not taken */
	__u32 tunnel_id; /* VNI, or key of GRE */
	__u16 source_port;
	__u16 destination_port;
	__u16 inner_source_port;
	__u16 inner_destination_port;
	__u16 point;
	__u16 cpu;
	__u16 hop; /* number of this event in those of its skb, from 1; one that is missing was lost */
	__u16 icmp_type; /* type << 8 | code */
	__u16 icmp_id;
	__u16 icmp_sequence;
	__u16 vlan; /* tag control information; 0: none */
	__u8 mac[6]; /* destination, with PACKET_LINK */
	__u8 family; /* 4, 6 */
	__u8 protocol;
	__u8 tcp_flags;
	__u8 status; /* enum packet_status, or-ed */
	__u8 inner_family;
	__u8 inner_protocol;
	__u8 tunnel; /* enum tunnel */
	__u8 nf_hook; /* enum nf_place */
	__u8 verdict; /* enum nf_verdict, with nf_hook */
	__u8 ttl; /* hop limit of IPv6; 0: not known */
	__u16 window; /* TCP, as it stands in the header */
};
_Static_assert(sizeof(struct packet_event) == 200, "packet_event");

enum packet_status {
	PACKET_PARTIAL = 1, /* headers are not in the linear part of the skb */
	PACKET_FRAGMENT = 2, /* not the first fragment: no ports */
	PACKET_SOCKET = 4, /* joined by socket, no header was read */
	PACKET_UNBUILT = 8, /* there is no header yet: addresses are the socket's */
	PACKET_HIDDEN = 16, /* not even the IP header is in the linear part */
	PACKET_LINK = 32, /* it has an Ethernet header: `mac` stands there */
};

enum tunnel {
	TUNNEL_NONE = 0,
	TUNNEL_VXLAN = 1,
	TUNNEL_GENEVE = 2,
	TUNNEL_IPIP = 3, /* also IPv6 in IPv4, IPv4 in IPv6, IPv6 in IPv6 */
	TUNNEL_GRE = 4, /* without a key */
	TUNNEL_GRE_KEY = 5,
};

/* Where netfilter asks its chains. */
enum nf_place {
	NF_NOWHERE = 0, /* the function is not netfilter's */
	NF_PREROUTING = 1, /* enum nf_inet_hooks + 1 from here on */
	NF_INPUT = 2,
	NF_FORWARD = 3,
	NF_OUTPUT = 4,
	NF_POSTROUTING = 5,
	NF_INGRESS = 6,
	NF_EGRESS = 7,
	NF_BROUTING = 8,
};

/* include/uapi/linux/netfilter.h */
enum nf_verdict {
	NF_DROP = 0,
	NF_ACCEPT = 1,
	NF_STOLEN = 2,
	NF_QUEUE = 3,
	NF_REPEAT = 4,
	NF_STOP = 5,
};

/* A chain of nftables, or a table of iptables, by its address. */
struct chain {
	char table[32]; /* cut where it is longer */
	char name[32]; /* empty for a table of iptables: the chain has the hook's name */
};
_Static_assert(sizeof(struct chain) == 64, "chain");

/* Per function and CPU. hits = filtered + limited + ring_full + emitted, exactly. */
struct point_count {
	__u64 hits;
	__u64 filtered;
	__u64 limited;
	__u64 ring_full;
	__u64 emitted;
};
_Static_assert(sizeof(struct point_count) == 40, "point_count");

/*
 * Functions in which a tracepoint stands, by the number that events carry. src/attach/points.ts has
 * the same numbers. Functions that programs are called by have the numbers from POINTS on.
 */
enum point {
	POINT_NETIF_RECEIVE_SKB = 0,
	POINT_TCP_RCV_ESTABLISHED = 1,
	POINT_SOCK_DEF_READABLE = 2,
	POINT_SKB_COPY_DATAGRAM_ITER = 3,
	POINT_DEV_QUEUE_XMIT = 4,
	POINT_DEV_HARD_START_XMIT = 5,
	POINT_NETIF_RX = 6,
	POINT_TCP_RETRANSMIT_SKB = 7,
	POINT_KFREE_SKB = 8,
	POINT_CONSUME_SKB = 9,
	/* not functions: they count what matches while the trace is frozen */
	POINT_COUNT_RECEIVE = 10,
	POINT_COUNT_TRANSMIT = 11,
	/* not a point: the scratch of programs that kprobes call, of which one at a time runs on a CPU */
	POINT_KPROBES = 12,
	POINTS = 16,
};

/* A function that a program is called by. */
struct function {
	__u8 sk; /* position of a socket that stands before the packet, from 1; 0: none */
	__u8 shape; /* enum skb_shape */
	__u8 delivers; /* functions that it calls know the socket alone */
	__u8 transmit; /* without a packet: which way the socket's data goes */
};
_Static_assert(sizeof(struct function) == 4, "function");

/* -d: the first bytes from the network header on, of the first packets at a function. */
struct raw_header {
	__u32 length; /* 0: none yet */
	__u8 bytes[60];
};
_Static_assert(sizeof(struct raw_header) == 64, "raw_header");

enum stack_size {
	STACKS = 16384,
	STACK_FRAMES = 48,
};

enum raw_headers {
	RAW_HEADERS = 2, /* kept for each point */
};

/* What the accounting side could not keep, by cause, per CPU. */
struct account_loss {
	__u64 usage_full; /* bytes of calls that found no room in the usage map */
	__u64 closed_full; /* last records that went into the overflow map instead of the ring */
	__u64 closed_lost; /* last records that found no room there either */
	__u64 streams_full; /* connections that could not be divided between their processes */
	__u64 far_ends_full; /* bytes of datagrams that are counted without their far end */
	__u64 released_lost; /* last records of sockets without states that found no room in the ring */
};
_Static_assert(sizeof(struct account_loss) == 48, "account_loss");
