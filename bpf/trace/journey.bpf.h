/* SPDX-License-Identifier: MIT */
/* A packet's journey: it is chosen once, then followed through all functions, clones and NAT included. */
#pragma once
#include "abi/sizes.h"
#include "packet/packet.bpf.h"
#include "packet/filter.bpf.h"

/* skb addresses are recycled: an entry older than this belongs to an earlier packet. */
#define JOURNEY_NS 2000000000ULL

/*
 * Under the address of an skb: where it is on its way. Under the address of its data: where its
 * clones, which share the data, begin.
 */
struct journey {
	__u64 packet;
	__u64 at_ns;
	__u64 cookie; /* of the last socket that it was known to belong to */
	__u32 identity; /* 0: its headers were not built yet */
	__u32 generation; /* of the filter that chose it */
	__u32 netns;
	__u16 hops;
	__u8 admitted;
	__u8 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, JOURNEYS);
	__type(key, __u64);
	__type(value, struct journey);
} journeys SEC(".maps");

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

	if (!control->packet_ns)
		return 1;
	if (due - now > control->burst_ns)
		return 0;
	*next = due + control->packet_ns;
	return 1;
}

/* The journey under an address, if it is this packet's. */
static __always_inline struct journey *journey_at(__u64 address, __u32 identity, __u64 now)
{
	struct journey *journey = bpf_map_lookup_elem(&journeys, &address);

	if (!journey || now - journey->at_ns > JOURNEY_NS)
		return 0;
	if (identity && !journey->identity)
		journey->identity = identity;
	return !identity || journey->identity == identity ? journey : 0;
}

/* 0: no filter has chosen this packet yet. `head` is the address of its data, 0 where it is not known. */
static __always_inline struct journey *find_journey(__u64 skb, __u64 head, __u32 identity, __u64 now)
{
	struct journey *journey = journey_at(skb, identity, now), clone;

	if (journey || !head)
		return journey;
	journey = journey_at(head, identity, now);
	if (!journey)
		return 0;
	clone = *journey;
	clone.hops = 0;
	bpf_map_update_elem(&journeys, &skb, &clone, BPF_ANY);
	return bpf_map_lookup_elem(&journeys, &skb);
}

/* A packet's number; on one CPU no two begin at the same time. */
static __always_inline __u64 packet_number(__u64 now)
{
	return now << 8 | (bpf_get_smp_processor_id() & 0xff);
}

/*
 * The rate limit decides here, once for a packet, so that what is shown has its whole path. Whether it was admitted. A
 * global function: the verifier walks through it once, and not in each state that what is before may lead to.
 */
__noinline int begin_journey(__u64 skb, __u64 head, __u64 now, __u32 identity, __u32 generation)
{
	struct journey fresh = { .at_ns = now, .identity = identity, .generation = generation };
	struct control *control_now = control();

	if (!control_now)
		return 0;
	fresh.packet = packet_number(now);
	fresh.admitted = take_token(control_now, now, &next_packet_ns);
	if (head)
		bpf_map_update_elem(&journeys, &head, &fresh, BPF_ANY);
	fresh.hops = 1;
	bpf_map_update_elem(&journeys, &skb, &fresh, BPF_ANY);
	return fresh.admitted;
}

/* The next event of a journey; whether it is admitted. One that is counted but then finds no room leaves a gap in the numbers. */
static __always_inline int take_hop(struct journey *journey, struct sighting *sighting)
{
	__u64 since = sighting->at_ns - journey->at_ns;

	journey->generation = sighting->generation;
	journey->at_ns = sighting->at_ns;
	sighting->packet = journey->packet;
	sighting->since_ns = since > 0xffffffff ? 0xffffffff : since;
	sighting->hop = ++journey->hops;
	return journey->admitted;
}

static __always_inline void end_journey(__u64 skb, __u64 head)
{
	bpf_map_delete_elem(&journeys, &skb);
	if (head)
		bpf_map_delete_elem(&journeys, &head);
}
