/* SPDX-License-Identifier: MIT */
/* What comes to this host by source network and port, while it is more than usual. Addresses as in events.h. */
#pragma once
#include <linux/types.h>

enum flood_kind {
	FLOOD_DATAGRAMS = 0,
	FLOOD_MESSAGES = 1, /* of ICMP */
	FLOOD_FRAGMENTS = 2,
	FLOOD_RESETS = 3, /* segments with RST */
	FLOOD_KINDS = 4,
};

struct flood_key {
	__u8 network[16]; /* of IPv4 the first three bytes, of IPv6 the first eight */
	__u32 netns;
	__u16 port; /* of datagrams and segments, the destination's */
	__u16 kind; /* enum flood_kind */
};
_Static_assert(sizeof(struct flood_key) == 24, "flood_key");

struct flood {
	__u64 packets;
	__u64 bytes; /* of IP packets */
};
_Static_assert(sizeof(struct flood) == 16, "flood");
