/* SPDX-License-Identifier: MIT */
/* The rate limit: whole requests are told or held back, as they begin. */
#pragma once
#include "requests/wanted.bpf.h"

const volatile __u32 request_ns = 0; /* time that one request costs; 0: no limit */
const volatile __u32 least_request_ns = 0; /* of those that are told however many come; 0: as many as the limit says */

#define BURST_NS 500000000ULL /* so far ahead of the rate requests may be: who fell behind catches up */
#define MOST_AHEAD_NS (2 * BURST_NS)
#define LEAST_BURST_NS 50000000ULL
#define HELD_PART 4 /* one that is held back takes so large a part of the time of one that is told */

/* When the next one is due, were all told at the full rate, or at the least one. */
__u64 next_request_ns = 0;
__u64 next_least_ns = 0;

/*
 * What was decided of requests at the first of their ends, for the other one. A decision that was overwritten is made
 * anew.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DECISIONS);
	__type(key, __u32);
	__type(value, __u64);
} decisions SEC(".maps");

#define DECISION_SHIFT 20 /* leaves as many places */

enum decided { DECIDED = 1, DECIDED_HELD = 2, DECIDED_SEVERAL = 4 };

/* A request, by its ports and the sequence number at which it begins: both ends have the same. */
static __always_inline __u64 *decision_at(__u32 ports, __u32 sequence)
{
	__u32 place = (sequence ^ ports) * PROGRESS_FACTOR >> DECISION_SHIFT;

	return bpf_map_lookup_elem(&decisions, &place);
}

#define SWAPPED(ports) ((ports) << 16 | (ports) >> 16)
#define DECISION_MARK(ports, sequence) ((sequence) ^ SWAPPED(ports))

/* enum decided, or-ed, at its other end; 0: nothing was. This and the next ones are global functions, as in wanted.bpf.h. */
__noinline int decided_before(__u32 ports, __u32 sequence)
{
	__u64 *decision = request_ns ? decision_at(ports, sequence) : 0, found;

	if (!decision)
		return 0;
	found = *decision;
	if ((__u32)found != DECISION_MARK(ports, sequence))
		return 0;
	*decision = 0;
	return found >> 32;
}

__noinline int note_decided(__u32 ports, __u32 sequence, __u32 decided)
{
	__u64 *decision = request_ns ? decision_at(ports, sequence) : 0;

	if (decision)
		*decision = (__u64)decided << 32 | DECISION_MARK(ports, sequence);
	return 0;
}

static __always_inline void count_held_back(void)
{
	struct piece_count *count = counts();

	if (count)
		__sync_fetch_and_add(&count->held_back, 1);
}

/*
 * Whether one that is over the limit is told, as one of the least that are. The more come that are held back, the less
 * time is left for those that are told: to know most of what comes, a part of it is as good, and costs less.
 */
static __always_inline int is_of_least(__u64 now, __u64 due)
{
	__u64 next = next_least_ns, least_due = next > now ? next : now;
	int is_told = least_due - now <= LEAST_BURST_NS;

	if (is_told)
		next_least_ns = least_due + least_request_ns;
	if (due - now < MOST_AHEAD_NS)
		next_request_ns = due + (is_told ? request_ns : request_ns / HELD_PART);
	return is_told;
}

/*
 * Whether one more is over the limit. As the trace's take_token(): two CPUs may take the same token. What is held back
 * is counted exactly all the same.
 */
__noinline int is_over_limit(__u64 now)
{
	__u64 next = next_request_ns, due = next > now ? next : now;

	if (!request_ns)
		return 0;
	if (due - now > BURST_NS)
		return !are_names_alone() && !(least_request_ns && is_of_least(now, due));
	next_request_ns = due + request_ns;
	return 0;
}

/* Whether a request is over the limit of which nothing else is to be known. */
static __always_inline int is_held_back(__u32 ports, __u32 sequence, __u64 now)
{
	__u32 decided = decided_before(ports, sequence);

	if (!decided) {
		decided = is_over_limit(now) ? DECIDED | DECIDED_HELD : DECIDED;
		note_decided(ports, sequence, decided);
		if (decided & DECIDED_HELD)
			count_held_back();
	}
	return decided & DECIDED_HELD;
}

/* What listeners were shown: answers that their sockets will send, by ports and by where the client stands then. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, HELD_ANSWERS);
	__type(key, __u64);
	__type(value, __u32);
} held_answers SEC(".maps");

static __always_inline int is_listeners_held_back(__u32 ports, __u32 sequence, __u32 length, __u64 now)
{
	__u64 answer = (__u64)SWAPPED(ports) << 32 | (sequence + length);
	__u32 held = 1;

	if (!is_held_back(ports, sequence, now))
		return 0;
	bpf_map_update_elem(&held_answers, &answer, &held, BPF_ANY);
	return 1;
}

/* `asked`: where the client stands; a FIN counts as a byte. A global function. */
__noinline int is_answer_held_back(__u32 ports, __u32 asked)
{
	__u64 answer = (__u64)ports << 32 | asked, before = (__u64)ports << 32 | (asked - 1);

	return request_ns &&
	       (bpf_map_lookup_elem(&held_answers, &answer) || bpf_map_lookup_elem(&held_answers, &before));
}
