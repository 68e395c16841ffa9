/* SPDX-License-Identifier: MIT */
/* Segments that this kernel dropped, and whose fault a retransmit is. */
#pragma once
#include <linux/types.h>
#include "abi/life.h"

enum fault_size {
	QDISC_NAME = 16,
};

/* Why a segment had to be sent again. */
enum fault {
	FAULT_UNKNOWN = 0, /* drops are not told here, or one may have been forgotten */
	FAULT_LOCAL = 1, /* this kernel dropped it before, or the acknowledgment that it got */
	FAULT_PATH = 2, /* this kernel dropped nothing of it */
};

/* Where a segment was dropped, and why. */
struct dropped_at {
	__u64 place; /* address of the caller that freed the skb */
	__u32 reason;
	__u32 netns; /* 0: not known */
	__u32 interface; /* in that network namespace; 0: it had none yet */
	__u32 acknowledgment; /* it was one, from the far end: what it acknowledged is sent again */
	char qdisc[QDISC_NAME]; /* the discipline of the interface's queue */
};
_Static_assert(sizeof(struct dropped_at) == 40, "dropped_at");

/* Of one connection, since it first retransmitted or something of it was dropped. */
struct retransmit_faults {
	struct dropped_at newest; /* of what was sent again, or of what was dropped of it last */
	struct dropped_at acknowledgment_at;
	__u64 acknowledgment_ns; /* when one to it was dropped; 0: never */
	__u32 acknowledged; /* by that one */
	__u32 local; /* segments that were sent again */
	__u32 path;
	__u32 dropped; /* skbs of it that were dropped while they were known to be its own */
};
_Static_assert(sizeof(struct retransmit_faults) == 104, "retransmit_faults");

/* LIFE_RETRANSMIT. */
struct retransmit_event {
	struct life_event event;
	struct dropped_at at; /* FAULT_LOCAL */
	__u32 fault; /* enum fault */
	__u32 _pad;
};
_Static_assert(sizeof(struct retransmit_event) == 184, "retransmit_event");
