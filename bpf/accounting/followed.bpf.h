/* SPDX-License-Identifier: MIT */
/*
 * When a process takes what was received: told to who follows conversations. These programs see it in any case; another
 * one at the same tracepoint would cost each read of the machine as much again.
 */
#pragma once
#include "abi/request.h"
#include "abi/sizes.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* What is behind two pointers alone would be in no BTF. */
const struct progress *_followed_progress __attribute__((unused));

/*
 * Made elsewhere, with as many entries: with fewer and BPF_F_INNER_MAP each look-up would be a call, which took 30 ns of
 * each read.
 */
struct progress_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PROGRESS);
	__type(key, __u32);
	__type(value, struct progress);
};

/* User space puts the table there, and takes it out again. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__array(values, struct progress_table);
} followed SEC(".maps");

/* The process has taken all before `number`. */
static __always_inline void note_read(__u64 cookie, __u32 number)
{
	__u32 zero = 0, place = PROGRESS_PLACE(cookie);
	void *table = bpf_map_lookup_elem(&followed, &zero);
	struct progress *now = table ? bpf_map_lookup_elem(table, &place) : 0;

	if (!now || now->cookie != cookie || now->skipped || (now->read_ns && now->read == number))
		return;
	now->read_ns = bpf_ktime_get_ns();
	now->read = number;
}
