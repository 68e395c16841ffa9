/* SPDX-License-Identifier: MIT */
/* The call stack at an event, kept once in a map; the event carries its number. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi/sizes.h"
#include "abi/packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, AS_NEEDED); /* STACKS, if they are asked for */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, STACK_FRAMES * sizeof(__u64));
} stacks SEC(".maps");

/* Those that could not be kept: another one has the place, or the frames cannot be found. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, __u64);
} lost_stacks SEC(".maps");

const volatile _Bool keep_stacks = 0;

/* Its number + 1; 0: not asked for, or not kept. `ctx` is what the program was called with. */
static __always_inline __u32 take_stack(void *ctx)
{
	__u32 zero = 0;
	__u64 *lost;
	long stack;

	if (!keep_stacks)
		return 0;
	stack = bpf_get_stackid(ctx, &stacks, 0);
	if (stack >= 0)
		return stack + 1;
	lost = bpf_map_lookup_elem(&lost_stacks, &zero);
	if (lost)
		(*lost)++;
	return 0;
}
