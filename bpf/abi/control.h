/* SPDX-License-Identifier: MIT */
/* The live filter on the wire: what user space writes while the programs run. */
#pragma once
#include <linux/types.h>

/* A packet's fields as words for the filter. src/filter/words.ts has the same numbers. */
enum packet_word {
	WORD_PROTOCOL = 0,
	WORD_FAMILY = 1,
	WORD_SOURCE_PORT = 2,
	WORD_DESTINATION_PORT = 3,
	WORD_SOURCE = 4, /* four words, host order, most significant first */
	WORD_DESTINATION = 8,
	WORD_LENGTH = 12,
	WORD_TCP_FLAGS = 13,
	WORD_PID = 14,
	WORD_INTERFACE = 15,
	WORD_NETNS = 16,
	WORD_MARK = 17,
	WORD_ICMP_ID = 18,
	WORD_ICMP_TYPE = 19,
	WORD_DROP_REASON = 20,
	WORD_DROPPED = 21, /* 1 where the packet is dropped */
	PACKET_WORDS = 32, /* a power of two, so that one AND bounds an index */
};

enum filter_verdict {
	FILTER_ACCEPT = 0xfffe,
	FILTER_REJECT = 0xffff,
};

enum filter_size {
	FILTER_STEPS = 64,
	FILTER_SLOTS = 8,
};

/* v = words[word] & mask; go to `yes` if low <= v <= high, else to `no`; both lie ahead. */
struct filter_step {
	__u32 word;
	__u32 mask;
	__u32 low;
	__u32 high;
	__u16 yes;
	__u16 no;
};
_Static_assert(sizeof(struct filter_step) == 20, "filter_step");

struct filter {
	__u32 count; /* 0: accept all */
	__u32 needs_owner;
	__u32 per_event; /* it asks for what differs from function to function: packets are not followed */
	struct filter_step steps[FILTER_STEPS];
};
_Static_assert(sizeof(struct filter) == 1292, "filter");

/* Which programs work: opened when all are attached. */
enum gate {
	GATE_NONE = 0,
	GATE_ALL = 1,
	GATE_COUNTERS = 2, /* those that count while the trace is frozen */
};

/*
 * What user space sets while the programs run. A new filter is written to the slot that the next
 * generation points at, then the generation is raised: one store swaps the filter.
 */
struct control {
	__u32 generation; /* slot = generation % FILTER_SLOTS */
	__u32 ready; /* enum gate */
	__u64 packet_ns; /* rate limit: time that one packet costs; 0: no limit */
	__u64 burst_ns; /* how far a burst may run ahead */
	struct filter filters[FILTER_SLOTS];
};
_Static_assert(sizeof(struct control) == 24 + 8 * 1292, "control");
