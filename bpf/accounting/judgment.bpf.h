/* SPDX-License-Identifier: MIT */
/* Whether what is sent again had been dropped here before. */
#pragma once
#include "accounting/segments.bpf.h"

/* What is sent again. */
struct again {
	__u64 cookie;
	__u64 begun_ns; /* what was dropped from then on is this very sending, and no reason for it */
	__u64 now;
	__u32 start;
	__u32 end;
	__u32 netns;
	__u32 refused; /* as refused_bytes */
	__u16 port;
};

/* What is judged at the moment, and what was found. */
struct judgment {
	struct again again;
	struct dropped_at cause;
	__u64 cause_ns; /* when that was dropped; 0: none was found in the set */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct judgment);
} judgments SEC(".maps");

static __always_inline struct judgment *judgment(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&judgments, &zero);
}

static __always_inline int is_of(const struct segment_drop *drop, const struct again *again)
{
	if (drop->cookie)
		return drop->cookie == again->cookie;
	return drop->port == again->port || drop->at.netns != again->netns; /* a port may have been translated */
}

/*
 * Whether what was dropped came into its socket's sequence all the same. If the socket was told, it sent it later as if
 * for the first time, and still counts the bytes twice; if not, it counts fewer than it did in that moment. As
 * other segments may have been refused since, more say nothing.
 */
static __always_inline int judge_pending(const struct segment_drop *drop, const struct again *again)
{
	if (!drop->pending || is_before(again->refused, drop->refused))
		return FAULT_LOCAL;
	return again->refused == drop->refused ? FAULT_PATH : FAULT_UNKNOWN;
}

/*
 * Whether it was dropped with that stretch of a set, whose part of it is taken out; FAULT_PATH: no. This and the next
 * one are global functions, so that the verifier walks through each once: of numbers alone, as Linux 5.10 knows no others.
 */
__noinline int judge_stretch(__u32 sequence, __u32 nth)
{
	struct segment_set *set = segment_set(sequence);
	struct judgment *now = judgment();
	const struct again *again;
	struct segment_drop *one;
	int found;

	if (!set || !now || nth >= SEGMENTS_IN_SET)
		return FAULT_UNKNOWN;
	again = &now->again;
	one = &set->drops[nth];
	if (!is_kept(one->at_ns, again->now) || one->at_ns >= again->begun_ns || !is_of(one, again) ||
	    !is_before(one->start, again->end) || !is_before(again->start, one->end))
		return FAULT_PATH;
	found = judge_pending(one, again);
	if (found == FAULT_LOCAL && one->at_ns > now->cause_ns) {
		now->cause_ns = one->at_ns;
		now->cause = one->at;
	}
	one->start = again->end;
	if (!is_before(one->start, one->end))
		one->at_ns = 0;
	return found;
}

/* Looks in the set of one of its blocks; what is found is taken out, up to the end of what is sent again. enum fault. */
__noinline int judge_segment(__u32 sequence)
{
	struct segment_set *set = segment_set(sequence);
	struct judgment *now = judgment();
	int fault = FAULT_PATH, found;

	if (!set || !now)
		return FAULT_UNKNOWN;
	now->cause_ns = 0;
	for (__u32 nth = 0; nth < SEGMENTS_IN_SET; nth++) {
		found = judge_stretch(sequence, nth);
		if (found == FAULT_LOCAL || (found == FAULT_UNKNOWN && fault == FAULT_PATH))
			fault = found;
	}
	if (fault == FAULT_PATH && is_kept(set->forgotten_ns, now->again.now))
		return FAULT_UNKNOWN;
	return fault;
}
