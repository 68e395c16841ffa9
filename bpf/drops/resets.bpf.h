/* SPDX-License-Identifier: MIT */
/* RST segments to this host that are dropped: the kernel has no counter of them. */
#pragma once
#include "abi/sizes.h"
#include "abi/drop.h"
#include "packet/packet.bpf.h"

const struct reset_key *_reset_key __attribute__((unused));

#define TCP_FLAG_RST 0x04

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RESETS);
	__type(key, struct reset_key);
	__type(value, __u64);
} resets SEC(".maps");

static __always_inline void count_reset(const __u32 *words, __u32 reason)
{
	struct reset_key key = { .netns = words[WORD_NETNS], .reason = reason };
	__u64 one = 1, *count;

	if (words[WORD_PROTOCOL] != IPPROTO_TCP || !(words[WORD_TCP_FLAGS] & TCP_FLAG_RST))
		return;
	count = bpf_map_lookup_elem(&resets, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&resets, &key, &one, BPF_NOEXIST);
}
