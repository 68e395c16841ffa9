/* SPDX-License-Identifier: MIT */
/*
 * Segments that this kernel dropped, by their sequence numbers: no address translation changes them, and there is no
 * socket any more where a packet has left its namespace. What is sent again is looked up here.
 */
#pragma once
#include "abi/fault.h"
#include "abi/sizes.h"
#include "socket/socket.bpf.h"

/* As long as a timer may wait before it sends again (TCP_RTO_MAX, 120 s), and some more. */
#define SEGMENT_KEPT_NS 130000000000ULL
/* What is dropped at once, one behind the other, is one stretch. */
#define BURST_NS 10000000ULL
#define BLOCK_BITS 16 /* a segment has 64 kB at most, and lies in two blocks at most */
#define HASH_MULTIPLIER 0x9e3779b1u /* 2^32 divided by the golden ratio, odd */

#define SEGMENTS_IN_SET 8

/* A stretch of a connection's sequence that was dropped, until it is sent again. */
struct segment_drop {
	struct dropped_at at;
	__u64 at_ns; /* 0: there is none */
	__u64 cookie; /* of the socket that sent it; 0: not known */
	__u32 start;
	__u32 end; /* behind it */
	__u32 refused; /* bytes that the socket counted as sent and not in its sequence, as they were dropped */
	__u16 port; /* from which it came */
	/* the socket had not counted it into its sequence yet, and does not if it is told of the drop */
	__u8 pending;
	__u8 is_piece; /* of one that was cut up on its way; it came into the sequence if any piece was taken */
};

/* Those whose sequence numbers lie in one block. */
struct segment_set {
	struct segment_drop drops[SEGMENTS_IN_SET];
	__u64 forgotten_ns; /* when one was overwritten that may still be asked for; 0: never */
};

/* An array and no LRU, as it has to be known what was forgotten. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SEGMENT_DROPS);
	__type(key, __u32);
	__type(value, struct segment_set);
} segment_drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RETRANSMIT_FAULTS);
	__type(key, __u64); /* IDENTITY of the socket */
	__type(value, struct retransmit_faults);
} retransmit_faults SEC(".maps");

static __always_inline int is_before(__u32 one, __u32 other)
{
	return (__s32)(one - other) < 0;
}

static __always_inline struct segment_set *segment_set(__u32 sequence)
{
	__u32 nth = ((sequence >> BLOCK_BITS) * HASH_MULTIPLIER) % SEGMENT_DROPS;

	return bpf_map_lookup_elem(&segment_drops, &nth);
}

static __always_inline int is_kept(__u64 at_ns, __u64 now)
{
	return at_ns && now - at_ns < SEGMENT_KEPT_NS;
}

static __always_inline struct retransmit_faults *faults_of(__u64 cookie)
{
	struct retransmit_faults *faults = bpf_map_lookup_elem(&retransmit_faults, &cookie), none = {};

	if (faults)
		return faults;
	bpf_map_update_elem(&retransmit_faults, &cookie, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&retransmit_faults, &cookie);
}

/*
 * Bytes that a socket counted as sent and that are not in its sequence: what the kernel refused as it was sent first.
 * The connection's first number is in it too: two of them say how many there were in between.
 */
static __always_inline __u32 refused_bytes(struct tcp_sock *tcp)
{
	__u32 sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);

	return sent - (BPF_CORE_READ(tcp, snd_nxt) - has_sent_fin(tcp, 0));
}

/* On either side: a queue frees what it refuses at once in reverse. */
static __always_inline int continues(const struct segment_drop *before, const struct segment_drop *drop)
{
	return (before->end == drop->start || drop->end == before->start) && before->cookie == drop->cookie &&
	       before->port == drop->port && before->pending == drop->pending && before->at.place == drop->at.place &&
	       before->at.reason == drop->at.reason && before->at.netns == drop->at.netns &&
	       before->at.interface == drop->at.interface && drop->at_ns - before->at_ns < BURST_NS;
}

/* A piece of what the same queue has refused as a whole a moment ago, in the same attempt to send it. */
static __always_inline int is_within(const struct segment_drop *whole, const struct segment_drop *drop)
{
	return drop->is_piece && !whole->is_piece && whole->cookie == drop->cookie && whole->port == drop->port &&
	       !is_before(drop->start, whole->start) && !is_before(whole->end, drop->end) &&
	       whole->refused == drop->refused && drop->at_ns - whole->at_ns < BURST_NS;
}

/* What is dropped before it came into its socket's sequence, again: the kernel had refused it the time before. */
static __always_inline int is_overtaken(const struct segment_drop *before, const struct segment_drop *drop)
{
	return before->pending && drop->pending && before->cookie == drop->cookie && before->port == drop->port &&
	       is_before(before->start, drop->end) && is_before(drop->start, before->end);
}

/*
 * The next three are global functions, so that the verifier walks through each once, and not through all that may have
 * been before: on one machine a program had 101,540 instructions for it, and 2,315 since.
 */

/* Whether a stretch of a set takes a drop in. */
__noinline int is_taken_in(const struct segment_drop *drop, __u32 sequence, __u32 nth)
{
	struct segment_set *set = segment_set(sequence);
	struct segment_drop *one;

	if (!set || !drop || nth >= SEGMENTS_IN_SET)
		return 0;
	one = &set->drops[nth];
	if (!one->at_ns)
		return 0;
	if (continues(one, drop)) {
		if (one->end == drop->start)
			one->end = drop->end;
		else
			one->start = drop->start;
		one->at_ns = drop->at_ns;
		return 1;
	}
	if (is_within(one, drop)) {
		one->at = drop->at; /* it has the queue's reason */
		return 1;
	}
	if (is_overtaken(one, drop))
		one->at_ns = 0;
	return 0;
}

/* Which of a set's stretches is the oldest, or none. */
__noinline int oldest_of(__u32 sequence)
{
	struct segment_set *set = segment_set(sequence);
	__u64 oldest_ns = ~0ULL;
	int oldest = 0;

	if (!set)
		return 0;
	for (__u32 nth = 0; nth < SEGMENTS_IN_SET; nth++) {
		if (set->drops[nth].at_ns < oldest_ns) {
			oldest_ns = set->drops[nth].at_ns;
			oldest = nth;
		}
	}
	return oldest;
}

/* Puts it into the set of one of its blocks. Two CPUs that drop in one set at the same moment may leave one of the two. */
__noinline int keep_segment(const struct segment_drop *drop, __u32 sequence)
{
	struct segment_set *set = segment_set(sequence);
	__u32 oldest;

	if (!set || !drop)
		return 0;
	for (__u32 nth = 0; nth < SEGMENTS_IN_SET; nth++)
		if (is_taken_in(drop, sequence, nth))
			return 0;
	oldest = oldest_of(sequence);
	if (oldest >= SEGMENTS_IN_SET)
		return 0;
	if (is_kept(set->drops[oldest].at_ns, drop->at_ns))
		set->forgotten_ns = drop->at_ns;
	set->drops[oldest] = *drop;
	return 0;
}

static __always_inline void keep_drop(const struct segment_drop *drop)
{
	__u32 last = drop->end - 1;

	keep_segment(drop, drop->start);
	if (last >> BLOCK_BITS != drop->start >> BLOCK_BITS)
		keep_segment(drop, last);
}
