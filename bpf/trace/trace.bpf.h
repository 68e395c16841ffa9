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

/* What `record` needs beside the words in the scratch. */
struct subject {
	__u64 skb; /* address; 0: the function has only a socket */
	__u64 head; /* address of its data; 0: not known */
	struct sock *sk;
	__u64 cookie;
};

static __always_inline void find_owner(const struct at *at, struct subject *subject, struct packet *packet)
{
	subject->cookie = find_socket(at, subject->sk);
	packet->words[WORD_PID] = owner_pid(subject->cookie);
}

/* Where an skb ends it may have no socket and no device any more: it was its journey's. */
static __always_inline void inherit_owner(struct journey *journey, struct subject *subject, struct packet *packet)
{
	__u32 *words = packet->words;

	if (!words[WORD_NETNS])
		words[WORD_NETNS] = journey->netns;
	if (!subject->cookie) {
		subject->cookie = journey->cookie;
		words[WORD_PID] = owner_pid(subject->cookie);
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

/* Chooses a packet that no filter has chosen yet; or takes the next hop of one that is followed. */
static __always_inline int choose(const struct at *at, struct subject *subject, struct packet *packet,
				  struct control *control_now, struct point_count *count, struct hop *hop, __u64 now)
{
	__u32 generation = *(volatile __u32 *)&control_now->generation;
	struct journey *journey = 0;
	struct filter *filter = active_filter(control_now, generation);
	int known = 0;

	hop->generation = generation;
	if (subject->skb)
		journey = find_journey(subject->skb, subject->head, packet->identity, now);
	if (!journey || journey->generation != generation || filter->per_event) {
		if (filter->needs_owner) {
			find_owner(at, subject, packet);
			known = 1;
		}
		if (!filter_accepts(at->scratch, generation)) {
			count->filtered++;
			return 0;
		}
	}
	if (is_counter(at->point)) {
		count->emitted++;
		return 0;
	}
	if (!subject->skb) {
		hop->admitted = take_token(control_now, now, &next_event_ns);
	} else if (!journey) {
		hop->admitted = begin_journey((__u64)untyped((void *)subject->skb), subject->head, now,
					      packet->identity, generation);
		hop->packet = packet_number(now);
		hop->number = 1;
	} else {
		take_hop(journey, now, generation, hop);
	}
	if (!hop->admitted) {
		count->limited++;
		count_lost(hop->packet, hop->since_ns);
		return 0;
	}
	if (!known)
		find_owner(at, subject, packet);
	if (journey) {
		if (at->last)
			inherit_owner(journey, subject, packet);
		journey->cookie = subject->cookie ?: journey->cookie;
		journey->netns = packet->words[WORD_NETNS] ?: journey->netns;
	}
	return 1;
}

/* What the event says beside the packet's headers. */
static __always_inline void note_sighting(const struct at *at, struct packet *packet, const struct subject *subject,
					  const struct hop *hop, __u64 now)
{
	struct sighting *sighting = &packet->sighting;

	sighting->place = at->place;
	sighting->hook = at->hook;
	sighting->point = at->point;
	sighting->shape = at->shape;
	sighting->at_ns = now;
	sighting->packet = hop->packet;
	sighting->since_ns = hop->since_ns;
	sighting->hop = hop->number;
	sighting->generation = hop->generation;
	sighting->skb = subject->skb;
	sighting->cookie = subject->cookie;
	sighting->stack = take_stack(at->ctx);
}

/* Filter, limit and record what is read into the scratch. */
static __always_inline void record(const struct at *at, struct packet *packet, struct subject *subject)
{
	struct control *control_now = control();
	__u32 point = at->point;
	struct point_count *count = bpf_map_lookup_elem(&counts, &point);
	struct hop hop = {};
	__u64 now;

	if (!control_now || !count || !is_open(control_now, point))
		return;
	count->hits++;
	now = bpf_ktime_get_ns();
	if (choose(at, subject, packet, control_now, count, &hop, now)) {
		learn_flow(at, packet->words, subject->cookie);
		read_rest_of(packet, at->scratch, (struct sk_buff *)subject->skb);
		note_sighting(at, packet, subject, &hop, now);
		if (at->waiting)
			hold_event(at->waiting, packet, count);
		else
			send_event(at->scratch);
	}
	if (at->last)
		end_journey(subject->skb, subject->head);
}

static __always_inline int trace_skb(const struct at *at, struct sk_buff *skb, int direct)
{
	struct packet *packet = scratch(at->scratch);
	struct subject subject = { .skb = (__u64)skb, .sk = at->sk ?: BPF_CORE_READ(skb, sk) };

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
		read_place(at, packet, skb, subject.sk, direct);
		identify(packet);
	}
	packet->words[WORD_MARK] = GET(direct, skb, mark);
	packet->words[WORD_DROP_REASON] = at->reason;
	packet->words[WORD_DROPPED] = at->point == POINT_KFREE_SKB;
	if (at->delivers)
		remember_delivery(packet, (__u64)skb, at->sk);
	subject.head = (__u64)BPF_CORE_READ(skb, head);
	record(at, packet, &subject);
	return 0;
}
