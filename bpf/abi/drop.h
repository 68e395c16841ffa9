/* SPDX-License-Identifier: MIT */
/* Counted drops on the wire. Widths, orders and addresses as in events.h. */
#pragma once
#include <linux/types.h>

/* What tells apart the causes that share a reason and a place. */
enum drop_trait {
	DROP_AT_LISTENER = 1, /* the socket listens: it counts some of these drops too */
	DROP_UNTRACKED = 2, /* netfilter dropped it before, or as, conntrack was to take it in */
	DROP_MULTICAST = 4, /* its destination */
	DROP_BROADCAST = 8, /* its frame's, or its own destination */
};

/* What drops are counted by. */
struct drop_key {
	__u64 place; /* address of the caller that freed the skb */
	__u32 reason; /* 0: the kernel does not say */
	__u32 interface;
	__u32 netns;
	__u32 pid; /* of the socket's owner; 0: not known */
	__u32 generation; /* of the filter; a new one begins all counts anew */
	__u32 traits; /* enum drop_trait, or-ed */
	__u64 rule; /* handle of the rule of nftables that dropped it; 0: none did, or the kernel was not seen at it */
	__u64 table; /* that rule's, by handle in its network namespace */
};
_Static_assert(sizeof(struct drop_key) == 48, "drop_key");

/* What of packets are told apart in a count. */
enum drop_protocol {
	DROP_TCP,
	DROP_UDP,
	DROP_ICMP, /* ICMPv6 too */
	DROP_OTHER, /* what is no IP, too */
	DROP_PROTOCOLS,
};

struct drop {
	__u64 counts[DROP_PROTOCOLS]; /* by enum drop_protocol */
	__u64 bytes; /* of IP packets, or what is left of another's frame */
	__u64 stack_at_ns; /* for the kernel's side alone */
	__u32 stack; /* number in the stacks map + 1; 0: none could be kept */
	__u32 _pad;
};
_Static_assert(sizeof(struct drop) == 56, "drop");

/* The newest packet of a drop_key. */
struct last_drop {
	__u64 at_ns;
	__u64 cookie; /* of the socket; 0: not known */
	__u8 source[16];
	__u8 destination[16];
	__u32 sequence;
	__u32 acknowledgment;
	__u32 length;
	__u16 source_port;
	__u16 destination_port;
	__u16 icmp_id;
	__u16 ether_type;
	__u8 family; /* 4, 6; 0: not IP, or its header could not be read */
	__u8 protocol;
	__u8 tcp_flags;
	__u8 status; /* enum packet_status, or-ed */
	__u8 _pad[8];
};
_Static_assert(sizeof(struct last_drop) == 80, "last_drop");

/* A packet that asked for something of this host, a SYN or a datagram, and was dropped. */
struct refusal {
	__u8 source[16];
	__u8 destination[16];
	__u32 netns;
	__u32 reason; /* 0: the kernel does not say */
	__u16 source_port;
	__u16 destination_port;
	__u8 protocol;
	__u8 _pad[3];
};
_Static_assert(sizeof(struct refusal) == 48, "refusal");

/* By what RST segments to this host that were dropped are counted. */
struct reset_key {
	__u32 netns;
	__u32 reason; /* 0: the kernel does not say */
};
_Static_assert(sizeof(struct reset_key) == 8, "reset_key");

enum drop_size {
	DROP_FRAMES = 48,
};
