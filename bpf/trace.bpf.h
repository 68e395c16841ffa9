/* SPDX-License-Identifier: MIT */
/* One packet at one kernel function: read, filter, limit, record. */
#pragma once
#include <linux/bpf.h>
#include "flow.bpf.h"
#include "limit.bpf.h"
#include "delivery.bpf.h"
#include "fill.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POINTS);
	__type(key, __u32);
	__type(value, struct point_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, POINTS * RAW_HEADERS);
	__type(key, __u32);
	__type(value, struct raw_header);
} raw_headers SEC(".maps");

const volatile _Bool keep_raw_headers = 0;

static __always_inline void keep_header(__u32 point, __u64 emitted, const struct packet *packet)
{
	__u32 slot = point * RAW_HEADERS + emitted, size = sizeof(((struct raw_header *)0)->bytes);
	struct raw_header *raw = bpf_map_lookup_elem(&raw_headers, &slot);

	if (!raw)
		return;
	__builtin_memcpy(raw->bytes, packet->header, sizeof(raw->bytes));
	raw->length = packet->read < size ? packet->read : size;
}

static __always_inline void fill(struct packet_event *event, const struct at *at, const struct packet *packet)
{
	const __u32 *words = packet->words;

	__builtin_memset(event, 0, sizeof(*event));
	event->place = at->place;
	event->reason = at->reason;
	event->point = at->point;
	fill_headers(event, packet);
	event->interface = words[WORD_INTERFACE];
	event->netns = words[WORD_NETNS];
	event->pid = words[WORD_PID];
	event->mark = words[WORD_MARK];
	event->current_pid = bpf_get_current_pid_tgid() >> 32;
	event->cpu = bpf_get_smp_processor_id();
}

/* Filter, limit and record a packet whose words are read. `skb` is an address, 0 for none. */
static __always_inline void record(const struct at *at, struct packet *packet, __u64 skb, struct sock *sk)
{
	struct control *control_now = control();
	__u32 point = at->point, generation;
	struct point_count *count = bpf_map_lookup_elem(&counts, &point);
	struct packet_event *event;
	struct filter *filter;
	__u64 now, cookie = 0;

	if (!control_now || !count || !control_now->ready)
		return;
	count->hits++;
	generation = control_now->generation;
	filter = active_filter(control_now, generation);
	if (filter->needs_owner) {
		cookie = find_socket(at, sk, packet->words);
		packet->words[WORD_PID] = owner_pid(cookie);
	}
	if (!filter_accepts(point, generation)) {
		count->filtered++;
		return;
	}
	if (point >= POINT_COUNT_RECEIVE) {
		count->emitted++;
		return;
	}
	now = bpf_ktime_get_ns();
	if (!admit(control_now, skb, packet, now, point == POINT_KFREE_SKB || point == POINT_CONSUME_SKB)) {
		count->limited++;
		return;
	}
	if (!filter->needs_owner) {
		cookie = find_socket(at, sk, packet->words);
		packet->words[WORD_PID] = owner_pid(cookie);
	}
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) {
		count->ring_full++;
		return;
	}
	learn_flow(at, packet->words, cookie);
	fill(event, at, packet);
	event->at_ns = now;
	event->skb = skb;
	event->cookie = cookie;
	event->generation = generation;
	if (keep_raw_headers && count->emitted < RAW_HEADERS)
		keep_header(point, count->emitted, packet);
	count->emitted++;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline int trace_skb(const struct at *at, struct sk_buff *skb, int direct)
{
	struct packet *packet = scratch(at->point);
	struct sock *sk = at->sk ?: GET(direct, skb, sk);
	/* not GET: the verifier types a pointer to packet memory, and a global function takes numbers only */
	__u64 head = (__u64)BPF_CORE_READ(skb, head), data = (__u64)BPF_CORE_READ(skb, data);
	__u32 header = GET(direct, skb, network_header);
	__u64 start = at->shape == SHAPE_RECEIVE ? data : head + header;
	__u32 link = GET(direct, skb, mac_header);
	struct net_device *device;

	if (!packet || (at->shape != SHAPE_RECEIVE && (!header || header == 0xffff)))
		return 0;
	packet->vlan = tag_beside(skb);
	if (!read_frame(at->point, link == 0xffff ? 0 : head + link, start, head + GET(direct, skb, tail),
			GET(direct, skb, len) + (__u32)(data - start), GET(direct, skb, protocol)))
		return 0;
	if (at->shape == SHAPE_SOCKET) {
		packet->words[WORD_INTERFACE] = GET(direct, skb, skb_iif);
		packet->words[WORD_NETNS] = sk ? socket_netns(sk) : 0;
	} else {
		device = GET(direct, skb, dev);
		packet->words[WORD_INTERFACE] = BPF_CORE_READ(device, ifindex);
		packet->words[WORD_NETNS] = BPF_CORE_READ(device, nd_net.net, ns.inum);
	}
	packet->words[WORD_MARK] = GET(direct, skb, mark);
	packet->words[WORD_DROP_REASON] = at->reason;
	packet->words[WORD_DROPPED] = at->point == POINT_KFREE_SKB;
	identify(packet);
	if (at->sk)
		remember_delivery(packet, (__u64)skb, at->sk);
	record(at, packet, (__u64)skb, sk);
	return 0;
}
