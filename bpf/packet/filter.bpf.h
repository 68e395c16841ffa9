/* SPDX-License-Identifier: MIT */
/* The live filter: a table of steps that user space swaps while the programs run. */
#pragma once
#include "abi/sizes.h"
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

#define ROUNDS 8 /* most filters need no more */

/*
 * Where ROUNDS steps lead from `at` on, of the filter of a generation and the words in the scratch of `point`. A round
 * chooses by arithmetic, as the verifier would walk on from each branch. This and the next one are global functions:
 * the verifier walks through each once.
 */
__noinline int follow_steps(__u32 point, __u32 generation, __u32 at)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	struct control *control_now = control();
	const struct filter *filter;

	if (!packet || !control_now)
		return FILTER_STEPS;
	filter = active_filter(control_now, generation);
	for (int round = 0; round < ROUNDS; round++) {
		const struct filter_step *step;
		__u64 index = at;
		__s64 value, outside;

		if (at >= FILTER_STEPS)
			break;
		BOUND(index, FILTER_STEPS - 1);
		step = &filter->steps[index];
		value = packet->words[step->word & (PACKET_WORDS - 1)] & step->mask;
		outside = ((value - step->low) | (step->high - value)) >> 63; /* all bits, or none */
		at = step->yes ^ ((step->yes ^ step->no) & outside);
	}
	return at;
}

/* Steps only lead forward, so that FILTER_STEPS rounds reach a verdict in any table. */
__noinline int filter_accepts(__u32 point, __u32 generation)
{
	struct control *control_now = control();
	__u32 at;

	if (!control_now)
		return 0;
	at = active_filter(control_now, generation)->count ? 0 : FILTER_ACCEPT;
	for (int steps = 0; steps < FILTER_STEPS && at < FILTER_STEPS; steps += ROUNDS)
		at = follow_steps(point, generation, at);
	return at == FILTER_ACCEPT;
}
