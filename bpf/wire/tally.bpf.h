/* SPDX-License-Identifier: MIT */
/* Where frames are counted. */
#pragma once
#include "abi/sizes.h"
#include "wire/attribution.bpf.h"
#include "wire/frame.bpf.h"

#define DEVICES 2 /* at which a packet may come in before it goes out: a bridge's port, then the bridge */

/* A hash and no LRU, which would forget counts in silence: what finds no room is counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WIRE_COUNTS);
	__type(key, struct wire_key);
	__type(value, struct wire_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WIRE_WAITING);
	__type(key, struct wire_waiting);
	__type(value, struct wire_count);
} waiting SEC(".maps");

/* A packet that came in without a certain owner: if it goes out again, it was forwarded. */
struct arrival {
	struct wire_waiting at[DEVICES];
	__u32 waits[DEVICES];
	struct frame frames[DEVICES];
};

/* By the address of the skb, which stays the same on its way through. What is evicted stays where it is counted. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ARRIVALS);
	__type(key, __u64);
	__type(value, struct arrival);
} arrivals SEC(".maps");

/* An arrival is too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct arrival);
} new_arrival SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct wire_loss);
} lost_frames SEC(".maps");

static __always_inline struct wire_count *count_of(const struct wire_key *key, const struct flow_owner *owner)
{
	struct wire_count *count = bpf_map_lookup_elem(&counts, key), fresh = {};

	if (count)
		return count;
	fresh.uid = owner->uid;
	__builtin_memcpy(fresh.comm, owner->comm, sizeof(fresh.comm));
	bpf_map_update_elem(&counts, key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&counts, key);
}

static __always_inline struct wire_count *waiting_of(const struct wire_waiting *at)
{
	struct wire_count *count = bpf_map_lookup_elem(&waiting, at), fresh = {};

	if (count)
		return count;
	bpf_map_update_elem(&waiting, at, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&waiting, at);
}

static __always_inline void add_received(struct wire_count *count, const struct frame *frame)
{
	__sync_fetch_and_add(&count->rx_frames, (__u64)frame->frames);
	__sync_fetch_and_add(&count->rx_bytes, (__u64)frame->bytes);
	__sync_fetch_and_add(&count->rx_buffers, 1);
	__sync_fetch_and_add(&count->rx_buffer_bytes, (__u64)frame->buffer_bytes);
}

static __always_inline void take_received(struct wire_count *count, const struct frame *frame)
{
	__sync_fetch_and_add(&count->rx_frames, -(__u64)frame->frames);
	__sync_fetch_and_add(&count->rx_bytes, -(__u64)frame->bytes);
	__sync_fetch_and_add(&count->rx_buffers, -1ULL);
	__sync_fetch_and_add(&count->rx_buffer_bytes, -(__u64)frame->buffer_bytes);
}

static __always_inline void add_sent(struct wire_count *count, const struct frame *frame)
{
	__sync_fetch_and_add(&count->tx_frames, (__u64)frame->frames);
	__sync_fetch_and_add(&count->tx_bytes, (__u64)frame->bytes);
	__sync_fetch_and_add(&count->tx_buffers, 1);
	__sync_fetch_and_add(&count->tx_buffer_bytes, (__u64)frame->buffer_bytes);
}

static __always_inline void lose(const struct frame *frame)
{
	__u32 zero = 0;
	struct wire_loss *loss = bpf_map_lookup_elem(&lost_frames, &zero);

	if (!loss)
		return;
	loss->frames += frame->frames;
	loss->bytes += frame->bytes;
}

static __always_inline void name_key(struct wire_key *key, const struct found *found, const struct packet *packet,
				     struct sk_buff *skb)
{
	const __u32 *words = packet->words;
	__u32 protocol = words[WORD_PROTOCOL];

	key->pid = found->waits ? 0 : found->owner.pid;
	key->start_ns = key->pid ? found->owner.start_ns : 0;
	key->cause = found->cause;
	key->netns = words[WORD_NETNS];
	key->interface = words[WORD_INTERFACE];
	key->protocol = protocol == IPPROTO_TCP					 ? WIRE_TCP
			: protocol == IPPROTO_UDP				 ? WIRE_UDP
			: protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? WIRE_ICMP
										 : WIRE_REST;
	key->stacked = is_stacked(skb);
}

/* Where the frame is counted: with its process or cause, or apart until its process is learned. */
static __always_inline struct wire_count *place_of(const struct found *found, struct wire_waiting *at, __u32 *waits)
{
	struct wire_count *count;

	*waits = 0;
	if (found->waits) {
		at->cookie = found->owner.cookie;
		if (!at->cookie)
			at->flow = found->flow;
		count = waiting_of(at);
		*waits = count != 0;
		if (count)
			return count;
	}
	return count_of(&at->key, &found->owner);
}

/* An skb that has come in before keeps that interface until this function is through. */
static __always_inline void remember_arrival(struct sk_buff *skb, const struct wire_waiting *at, __u32 waits,
					     const struct frame *frame)
{
	__u64 address = (__u64)untyped(skb);
	struct arrival *known = skb->skb_iif ? bpf_map_lookup_elem(&arrivals, &address) : 0, *fresh;
	__u32 zero = 0;

	if (known) {
		known->at[1] = *at;
		known->waits[1] = waits;
		known->frames[1] = *frame;
		return;
	}
	fresh = bpf_map_lookup_elem(&new_arrival, &zero);
	if (!fresh)
		return;
	__builtin_memset(fresh, 0, sizeof(*fresh));
	fresh->at[0] = *at;
	fresh->waits[0] = waits;
	fresh->frames[0] = *frame;
	bpf_map_update_elem(&arrivals, &address, fresh, BPF_ANY);
}

/* A packet that goes out again: where it came in, it was forwarded too. */
static __always_inline void move_arrival(struct sk_buff *skb)
{
	__u64 address = (__u64)untyped(skb);
	struct arrival *arrival = bpf_map_lookup_elem(&arrivals, &address);
	const struct flow_owner nobody = {};

	if (!arrival)
		return;
	for (int i = 0; i < DEVICES; i++) {
		struct wire_key key = arrival->at[i].key;
		struct wire_count *from, *to;

		if (!arrival->frames[i].frames)
			break;
		from = arrival->waits[i] ? bpf_map_lookup_elem(&waiting, &arrival->at[i])
					 : bpf_map_lookup_elem(&counts, &key);
		key.pid = 0;
		key.start_ns = 0;
		key.cause = WIRE_FORWARDED;
		to = count_of(&key, &nobody);
		if (!from || !to)
			continue;
		take_received(from, &arrival->frames[i]);
		add_received(to, &arrival->frames[i]);
	}
	bpf_map_delete_elem(&arrivals, &address);
}
