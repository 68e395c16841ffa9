/* SPDX-License-Identifier: MIT */
/* Who owns which socket. Apart, as programs on a cgroup, which know no structs of the kernel, ask it too. */
#pragma once
#include "abi/sizes.h"
#include "abi/packet.h"
#include <bpf/bpf_helpers.h>

/*
 * LRU, so that a socket whose end no hook sees cannot fill them for ever. An owner that was evicted
 * is learned again at the socket's next call.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, OWNERS);
	__type(key, __u64); /* IDENTITY of the socket */
	__type(value, struct owner);
} owners SEC(".maps");
