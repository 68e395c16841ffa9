/* SPDX-License-Identifier: MIT */
/* The live filter: a table of steps that user space swaps while the programs run. */
#pragma once
#include "abi/sizes.h"
#include "kernel/compat.h"
#include "packet/packet.bpf.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Keeps the compiler from moving the bound to another copy, where the verifier does not see it. */
#define BOUND(variable, mask) asm volatile("%0 &= %1" : "+r"(variable) : "i"(mask))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct control);
} controls SEC(".maps");

static __always_inline struct control *control(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&controls, &zero);
}

static __always_inline struct filter *active_filter(struct control *control, __u32 generation)
{
	return &control->filters[generation & (FILTER_SLOTS - 1)];
}

/* A packet's way through a filter's table. */
struct passage {
	const struct packet *packet;
	const struct filter *filter;
	__u64 at;
};

/* A round chooses by arithmetic, as the verifier would walk on from each branch. 1: `at` is the verdict. */
static long choose_step(__u32 round, struct passage *passage)
{
	const struct filter_step *step;
	__u64 index = passage->at;
	__s64 value, outside;

	if (index >= FILTER_STEPS)
		return 1;
	BOUND(index, FILTER_STEPS - 1);
	step = &passage->filter->steps[index];
	value = passage->packet->words[step->word & (PACKET_WORDS - 1)] & step->mask;
	outside = ((value - step->low) | (step->high - value)) >> 63; /* all bits, or none */
	passage->at = step->yes ^ ((step->yes ^ step->no) & outside);
	return 0;
}

/*
 * Whether the words in the scratch of `point` pass the filter of a generation. Steps only lead forward,
 * so FILTER_STEPS rounds reach a verdict in any table. A global function, so that the verifier walks
 * through it once.
 */
__noinline int filter_accepts(__u32 point, __u32 generation)
{
	struct passage passage = { .packet = bpf_map_lookup_elem(&packets, &point) };
	struct control *control_now = control();

	if (!passage.packet || !control_now)
		return 0;
	passage.filter = active_filter(control_now, generation);
	passage.at = passage.filter->count ? 0 : FILTER_ACCEPT;
	if (has_loop())
		bpf_loop(FILTER_STEPS, choose_step, &passage, 0);
	else
		for (int round = 0; round < FILTER_STEPS; round++)
			if (choose_step(round, &passage))
				break;
	return passage.at == FILTER_ACCEPT;
}
