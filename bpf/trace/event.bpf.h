/* SPDX-License-Identifier: MIT */
/* Where an event is written: into the ring, or to wait for what its function returns. */
#pragma once
#include "trace/captured.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

/* A call that did not return yet. */
struct waiting {
	__u64 frame; /* an address that no other such call has meanwhile */
	__u32 point;
	__u32 _pad;
};

/* Events that wait for what their function returns: the packet may be gone by then. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH); /* one whose function is never seen to return makes room */
	__uint(max_entries, AS_NEEDED); /* more where there are such functions */
	__type(key, struct waiting);
	__type(value, struct captured_event);
} held SEC(".maps");

static const struct captured_event empty_event;

static __always_inline struct packet_event *hold(const struct waiting *waiting)
{
	bpf_map_update_elem(&held, waiting, &empty_event, BPF_ANY);
	return bpf_map_lookup_elem(&held, waiting);
}

static __always_inline struct packet_event *reserve(void)
{
	if (keep_captured)
		return bpf_ringbuf_reserve(&ring, sizeof(struct captured_event), 0);
	return bpf_ringbuf_reserve(&ring, sizeof(struct packet_event), 0);
}
