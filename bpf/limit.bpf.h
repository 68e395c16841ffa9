/* SPDX-License-Identifier: MIT */
/* The rate limit: decided once for a packet, not for each function that it passes. */
#pragma once
#include "packet.bpf.h"
#include "filter.bpf.h"

/* An skb's address is used again; a decision that old was for another packet. */
#define ADMISSION_NS 100000000ULL

/* Rate limit: what was decided for an skb, and for which packet in it. */
struct admission {
	__u64 at_ns;
	__u32 identity;
	__u32 admitted;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct admission);
} admissions SEC(".maps");

/* When the next one is due, were all sent at the full rate: packets, and events that know no packet. */
__u64 next_packet_ns = 0;
__u64 next_event_ns = 0;

/*
 * Token bucket as a due time (GCRA): a packet costs packet_ns, a burst may run burst_ns ahead. Two
 * CPUs may take the same token; what is held back is counted exactly all the same.
 */
static __always_inline int take_token(const struct control *control, __u64 now, __u64 *next)
{
	__u64 due = *next > now ? *next : now;

	if (due - now > control->burst_ns)
		return 0;
	*next = due + control->packet_ns;
	return 1;
}

/* Decided once for a packet, so that what is shown has its whole path. */
static __always_inline int admit(const struct control *control, __u64 skb, const struct packet *packet,
				 __u64 now, int last)
{
	struct admission *known, fresh = { .at_ns = now, .identity = packet->identity };

	if (!control->packet_ns)
		return 1;
	if (!skb)
		return take_token(control, now, &next_event_ns);
	known = bpf_map_lookup_elem(&admissions, &skb);
	if (known && known->identity == fresh.identity && now - known->at_ns < ADMISSION_NS) {
		int admitted = known->admitted;

		if (last)
			bpf_map_delete_elem(&admissions, &skb);
		return admitted;
	}
	fresh.admitted = take_token(control, now, &next_packet_ns);
	if (!last)
		bpf_map_update_elem(&admissions, &skb, &fresh, BPF_ANY);
	return fresh.admitted;
}
