/* SPDX-License-Identifier: MIT */
/* The rule of nftables that dropped a packet. */
#pragma once
#include "abi/drop.h"
#include "kernel/kernel.h"
#include "rules/told.bpf.h"

/* Whoever frees a packet that a rule dropped frees it at once. */
static __always_inline void take_rule(struct sk_buff *skb, struct drop_key *key)
{
	__u64 address = (__u64)skb;
	struct verdict *verdict = bpf_map_lookup_elem(&verdicts, &address);

	if (!verdict)
		return;
	if (verdict->head == (__u64)skb->head) {
		key->rule = verdict->rule.handle;
		key->table = verdict->rule.table;
	}
	bpf_map_delete_elem(&verdicts, &address);
}
