/* SPDX-License-Identifier: MIT */
/* Whom SYNs to a listener come from. Addresses as in events.h. */
#pragma once
#include <linux/types.h>

struct syn_source {
	__u64 listener; /* IDENTITY of the socket */
	__u8 address[16]; /* of networks, of IPv4 the first three bytes, of IPv6 the first eight */
};
_Static_assert(sizeof(struct syn_source) == 24, "syn_source");

struct syn_total {
	__u64 syns;
	__u64 rest; /* those of them whose address found no room */
};
_Static_assert(sizeof(struct syn_total) == 16, "syn_total");
