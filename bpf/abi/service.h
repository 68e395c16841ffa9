/* SPDX-License-Identifier: MIT */
/* How long servers take to answer, by process and port. Widths and orders as in packet.h. */
#pragma once
#include <linux/types.h>

/*
 * Times fall into slots of equal width, eight to each power of two: the widest error is an eighth. A unit is 1,024 ns;
 * the first eight slots are a unit each, the last one has all from 68 s on.
 */
enum service_slot {
	SERVICE_UNIT_BITS = 10,
	SERVICE_STEP_BITS = 3,
	SERVICE_SLOTS = 193,
};

struct service_key {
	__u32 pid; /* of the socket's owner; 0: not learned */
	__u16 port;
	__u16 _pad;
};
_Static_assert(sizeof(struct service_key) == 8, "service_key");

struct service {
	__u64 answers;
	__u64 total_ns;
	__u64 cookie; /* of the socket that answered last */
	__u64 slots[SERVICE_SLOTS];
};
_Static_assert(sizeof(struct service) == 1568, "service");

struct service_control {
	__u64 since_ns; /* what was asked before was not seen to be answered */
	__u64 no_room; /* answers that are in no count: there are too many services */
	__u64 no_storage; /* packets of sockets that found no memory to be followed */
};
_Static_assert(sizeof(struct service_control) == 24, "service_control");
