/* SPDX-License-Identifier: MIT */
/* A packet's first bytes behind its event, for capture files. */
#pragma once
#include "abi/captured.h"
#include "packet/link.bpf.h"
#include "trace/journey.bpf.h"

/* Events are followed by struct captured. */
const volatile _Bool keep_captured = 0;

struct captured_event {
	struct packet_event event;
	struct captured captured;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct lost_frames);
} lost_frames SEC(".maps");

/*
 * An event that goes no further. `packet`: its identity; 0: the function has only a socket. `since_ns`: the packet's
 * event before; 0: this is its first.
 */
static __always_inline void count_lost(__u64 packet, __u32 since_ns)
{
	__u32 zero = 0;
	struct lost_frames *lost = keep_captured ? bpf_map_lookup_elem(&lost_frames, &zero) : 0;

	if (!lost)
		return;
	__sync_fetch_and_add(&lost->events, 1);
	if (packet && !since_ns)
		__sync_fetch_and_add(&lost->packets, 1);
}

static __always_inline __u32 event_bytes(void)
{
	return keep_captured ? sizeof(struct captured_event) : sizeof(struct packet_event);
}

/* `skb`: 0 where there is none, and so no header. */
static __always_inline void capture(struct packet_event *event, const struct packet *packet, struct sk_buff *skb,
				    __u32 shape)
{
	struct captured *captured = &((struct captured_event *)event)->captured;
	__u32 zero = 0;
	struct lost_frames *lost = bpf_map_lookup_elem(&lost_frames, &zero);

	__builtin_memset(captured, 0, __builtin_offsetof(struct captured, link_header));
	captured->lost_packets = lost ? lost->packets : 0;
	captured->lost_events = lost ? lost->events : 0;
	captured->shape = shape;
	if (!packet->start || !skb)
		return;
	captured->network = packet->read;
	captured->link = packet->link_bytes;
	if (tag_beside(skb))
		captured->tag = bpf_ntohs(BPF_CORE_READ(skb, vlan_proto));
	bpf_probe_read_kernel(captured->link_header, sizeof(captured->link_header),
			      (void *)(packet->start - packet->link_bytes));
	bpf_probe_read_kernel(captured->header, sizeof(captured->header), packet->header);
}
