/* SPDX-License-Identifier: MIT */
/* Packets that a rule of nftables has just dropped, until they are freed. */
#pragma once
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include "abi/sizes.h"

struct rule {
	__u64 handle; /* in its table; 0: not known */
	__u64 table; /* the table's handle, in its network namespace */
};

struct verdict {
	__u64 head; /* of the packet's data: the address of a packet may be another's by now */
	struct rule rule;
};

/* By address of the packet. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, VERDICTS);
	__type(key, __u64);
	__type(value, struct verdict);
} verdicts SEC(".maps");
