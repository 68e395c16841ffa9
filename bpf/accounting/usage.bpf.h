/* SPDX-License-Identifier: MIT */
/* What processes moved, by socket. */
#pragma once
#include "abi/sizes.h"
#include "accounting/closing.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, USAGES);
	__type(key, struct usage_key);
	__type(value, struct usage);
} usages SEC(".maps");

/* The entry of a process that `owner` tells about, made where there is none. */
static __always_inline struct usage *usage_of(struct usage_key *key, struct owner *owner)
{
	struct usage *usage = bpf_map_lookup_elem(&usages, key);

	if (!usage) {
		struct usage fresh = { .start_ns = owner->start_ns, .uid = owner->uid };

		__builtin_memcpy(fresh.comm, owner->comm, sizeof(fresh.comm));
		bpf_map_update_elem(&usages, key, &fresh, BPF_NOEXIST);
		usage = bpf_map_lookup_elem(&usages, key);
	}
	return usage;
}

/* `usage`: 0, where there was no room for it. */
static __always_inline void add_usage(struct usage *usage, __u64 rx, __u64 tx)
{
	struct account_loss *lost;

	if (usage) {
		/* clang makes an atomic or of adding 0, which older kernels do not know */
		if (rx)
			__sync_fetch_and_add(&usage->rx_bytes, rx);
		if (tx)
			__sync_fetch_and_add(&usage->tx_bytes, tx);
	} else if ((lost = loss())) {
		lost->usage_full += rx + tx;
	}
}
