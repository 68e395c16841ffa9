/* SPDX-License-Identifier: MIT */
/* One packet at one kernel function: read, filter, limit, record. */
#pragma once
#include <linux/bpf.h>
#include "abi/sizes.h"
#include "packet/flow.bpf.h"
#include "trace/journey.bpf.h"
#include "trace/delivery.bpf.h"
#include "trace/send.bpf.h"
#include "trace/stack.bpf.h"
#include "packet/skb.bpf.h"
#include "trace/socket_words.bpf.h"

/* Whom the packet in the scratch of that number belongs to. A global function: it is called in two places. */
__noinline int find_owner(__u32 number)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &number);

	if (!packet)
		return 0;
	packet->sighting.is_owner_sought = 1;
	packet->sighting.cookie = find_socket(number, &packet->sighting);
	packet->words[WORD_PID] = owner_pid(packet->sighting.cookie);
	return 0;
}

/* Where an skb ends it may have no socket and no device any more: it was its journey's. */
static __always_inline void inherit_owner(struct journey *journey, struct packet *packet)
{
	__u32 *words = packet->words;

	if (!words[WORD_NETNS])
		words[WORD_NETNS] = journey->netns;
	if (!packet->sighting.cookie) {
		packet->sighting.cookie = journey->cookie;
		words[WORD_PID] = owner_pid(journey->cookie);
	}
}

static __always_inline int is_counter(__u32 point)
{
	return point == POINT_COUNT_RECEIVE || point == POINT_COUNT_TRANSMIT;
}

static __always_inline int is_open(const struct control *control, __u32 point)
{
	return control->ready == GATE_ALL || (control->ready == GATE_COUNTERS && is_counter(point));
}

/* The next hop of a packet that is followed, or the first; whether it is admitted. */
static __always_inline int take_place(const struct control *control_now, struct journey *journey, struct packet *packet)
{
	struct sighting *sighting = &packet->sighting;

	if (!sighting->skb)
		return take_token(control_now, sighting->at_ns, &next_event_ns);
	if (journey)
		return take_hop(journey, sighting);
	sighting->packet = packet_number(sighting->at_ns);
	sighting->hop = 1;
	return begin_journey(sighting->skb, sighting->head, sighting->at_ns, packet->identity, sighting->generation);
}

/* By which filter, and when. Its journey, where it has one. */
static __always_inline struct journey *begin_sighting(struct packet *packet, struct control *control_now)
{
	struct sighting *sighting = &packet->sighting;

	sighting->generation = *(volatile __u32 *)&control_now->generation;
	sighting->at_ns = bpf_ktime_get_ns();
	if (!sighting->skb)
		return 0;
	return find_journey(sighting->skb, sighting->head, packet->identity, sighting->at_ns);
}

/* Whether the filter lets it through, now or at an earlier event of its journey. */
static __always_inline int is_chosen(__u32 number, struct packet *packet, struct control *control_now,
				     const struct journey *journey)
{
	__u32 generation = packet->sighting.generation;
	struct filter *filter = active_filter(control_now, generation);

	if (journey && journey->generation == generation && !filter->per_event)
		return 1;
	if (filter->needs_owner)
		find_owner(number);
	return filter_accepts(number, generation);
}

/* What its journey is to remember, and what only that knows. */
static __always_inline void pass_on(struct journey *journey, struct packet *packet)
{
	if (packet->sighting.last)
		inherit_owner(journey, packet);
	journey->cookie = packet->sighting.cookie ?: journey->cookie;
	journey->netns = packet->words[WORD_NETNS] ?: journey->netns;
}

/* Chooses a packet that no filter has chosen yet; or takes the next hop of one that is followed. */
static __always_inline int choose(__u32 number, struct packet *packet, struct control *control_now,
				  struct point_count *count)
{
	struct journey *journey = begin_sighting(packet, control_now);

	if (!is_chosen(number, packet, control_now, journey)) {
		count->filtered++;
		return 0;
	}
	if (!take_place(control_now, journey, packet)) {
		count->limited++;
		count_lost(packet->sighting.packet, packet->sighting.since_ns);
		return 0;
	}
	if (!packet->sighting.is_owner_sought)
		find_owner(number);
	if (journey)
		pass_on(journey, packet);
	return 1;
}

/* Of a point that is open; it is hit. */
static __always_inline struct point_count *hit(const struct control *control_now, __u32 point)
{
	struct point_count *count = bpf_map_lookup_elem(&counts, &point);

	if (!count || !is_open(control_now, point))
		return 0;
	count->hits++;
	return count;
}

/*
 * Filter and limit: whether what is read into the scratch of that number, and noted as its sighting, is to be shown. A
 * global function: the verifier walks through it once, and not in each state that the reading may lead to.
 */
__noinline int is_shown(__u32 number)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &number);
	struct control *control_now = control();
	struct point_count *count;
	int chosen;

	if (!packet || !control_now)
		return 0;
	count = hit(control_now, packet->sighting.point);
	if (!count)
		return 0;
	chosen = choose(number, packet, control_now, count);
	if (packet->sighting.last)
		end_journey(packet->sighting.skb, packet->sighting.head);
	return chosen;
}

/* The same, of what is counted alone. */
__noinline int count_shown(__u32 number)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &number);
	struct control *control_now = control();
	struct point_count *count;

	if (!packet || !control_now)
		return 0;
	count = hit(control_now, packet->sighting.point);
	if (!count)
		return 0;
	if (is_chosen(number, packet, control_now, begin_sighting(packet, control_now)))
		count->emitted++;
	else
		count->filtered++;
	return 0;
}

/* Filter, limit and record what is read into the scratch. `skb`: 0: the function has only a socket. */
static __always_inline void record(const struct at *at, struct packet *packet, struct sk_buff *skb, struct sock *sk)
{
	struct sighting *sighting = &packet->sighting;

	sighting->place = at->place;
	sighting->hook = at->hook;
	sighting->point = at->point;
	sighting->shape = at->shape;
	sighting->has_socket = at->sk != 0;
	sighting->last = at->last;
	sighting->skb = (__u64)untyped(skb);
	sighting->sk = (__u64)untyped(sk);
	if (at->counts) {
		count_shown(at->scratch);
		return;
	}
	if (!is_shown(at->scratch))
		return;
	learn_flow(at, packet->words, sighting->cookie);
	read_rest_of(packet, at->scratch, skb);
	sighting->stack = take_stack(at->ctx);
	if (at->waiting)
		hold_event(at->waiting, packet);
	else
		send_event(at->scratch);
}

static __always_inline int trace_skb(const struct at *at, struct sk_buff *skb, int direct)
{
	struct packet *packet = scratch(at->scratch);
	struct sock *sk = at->sk ?: BPF_CORE_READ(skb, sk);

	if (!packet)
		return 0;
	if (!read_skb(at, skb, direct)) {
		/* no IP header: not built yet, or never (netlink, unix) */
		if (!at->sk || at->shape != SHAPE_ANY || !is_inet(at->sk))
			return 0;
		packet = read_socket_words(at->scratch, at->sk, 1);
		if (!packet)
			return 0;
		packet->status = PACKET_SOCKET | PACKET_UNBUILT;
	} else {
		read_place(at, packet, skb, sk, direct);
		identify(packet);
	}
	packet->words[WORD_MARK] = GET(direct, skb, mark);
	packet->words[WORD_DROP_REASON] = at->reason;
	packet->words[WORD_DROPPED] = at->point == POINT_KFREE_SKB;
	if (at->delivers)
		remember_delivery(packet, (__u64)skb, at->sk);
	packet->sighting.head = (__u64)BPF_CORE_READ(skb, head);
	record(at, packet, skb, sk);
	return 0;
}
