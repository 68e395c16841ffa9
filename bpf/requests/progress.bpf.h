/* SPDX-License-Identifier: MIT */
/*
 * How far conversations have come. What follows the last piece of an answer, that it is read or acknowledged, is in no
 * piece: user space looks it up. Each has a place that it may share with another one; the one that moved last has it.
 */
#pragma once
#include "requests/piece.bpf.h"

/* The accounting writes what processes read: bpf/accounting/followed.bpf.h, which has the same. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PROGRESS);
	__type(key, __u32);
	__type(value, struct progress);
} progress SEC(".maps");

/* 0: nothing of it is known yet. */
static __always_inline struct progress *progress_of(__u64 cookie)
{
	__u32 place = PROGRESS_PLACE(cookie);
	struct progress *found;

	if (!cookie)
		return 0;
	found = bpf_map_lookup_elem(&progress, &place);
	if (!found)
		return 0;
	if (found->cookie != cookie) {
		__builtin_memset(found, 0, sizeof(*found));
		found->cookie = cookie;
	}
	return found;
}

/* What has no place is not noted anyway. A global function: the verifier walks through it once. */
__noinline int note_skipped(__u64 cookie, __u32 is_skipped)
{
	__u32 place = PROGRESS_PLACE(cookie);
	struct progress *found = bpf_map_lookup_elem(&progress, &place);

	if (found && found->cookie == cookie)
		found->skipped = is_skipped;
	return 0;
}

/* The other side has all before `number`. */
static __always_inline void note_acknowledged(__u64 cookie, struct bpf_sock *sk, __u32 number)
{
	struct progress *now = progress_of(cookie);
	struct bpf_tcp_sock *tcp;

	if (!now)
		return;
	if (sk->state != BPF_TCP_ESTABLISHED && sk->state != BPF_TCP_CLOSE_WAIT) {
		tcp = bpf_tcp_sock(sk);
		if (tcp && number == tcp->snd_nxt)
			number--; /* a FIN counts as a byte */
	}
	if (now->acknowledged_ns && (__s32)(number - now->acknowledged) <= 0)
		return;
	now->acknowledged_ns = bpf_ktime_get_ns();
	now->acknowledged = number;
}

static __always_inline void note_moved(__u64 cookie, int direction, __u32 next, __u64 at_ns)
{
	struct progress *now = progress_of(cookie);

	if (!now)
		return;
	if (direction == PIECE_SENT) {
		now->sent_ns = at_ns;
		now->sent = next;
	} else {
		now->received_ns = at_ns;
		now->received = next;
	}
}
