/* SPDX-License-Identifier: MIT */
/* How the event of a packet that is in the scratch is written and sent. */
#pragma once
#include <linux/bpf.h>
#include "abi/sizes.h"
#include "trace/event.bpf.h"
#include "trace/fill.bpf.h"

enum trace_size {
	FIXED_RAW_HEADERS = POINTS * RAW_HEADERS,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POINTS); /* and a point for each function that is called for */
	__type(key, __u32);
	__type(value, struct point_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FIXED_RAW_HEADERS); /* and for those functions */
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

static __always_inline void fill(struct packet_event *event, const struct packet *packet)
{
	const struct sighting *sighting = &packet->sighting;
	const __u32 *words = packet->words;

	__builtin_memset(event, 0, sizeof(*event));
	event->place = sighting->place;
	event->reason = words[WORD_DROP_REASON];
	event->nf_hook = sighting->hook;
	event->point = sighting->point;
	event->at_ns = sighting->at_ns;
	event->packet = sighting->packet;
	event->since_ns = sighting->since_ns;
	event->hop = sighting->hop;
	event->skb = sighting->skb;
	event->cookie = sighting->cookie;
	event->generation = sighting->generation;
	event->stack = sighting->stack;
	fill_headers(event, packet);
	event->interface = words[WORD_INTERFACE];
	event->netns = words[WORD_NETNS];
	event->pid = words[WORD_PID];
	event->mark = words[WORD_MARK];
	event->current_pid = bpf_get_current_pid_tgid() >> 32;
	event->cpu = bpf_get_smp_processor_id();
}

static __always_inline void write_event(struct packet_event *event, const struct packet *packet)
{
	fill(event, packet);
	if (keep_captured)
		capture(event, packet, (struct sk_buff *)packet->sighting.skb, packet->sighting.shape);
}

/*
 * Sends what is noted in the scratch of that number. A global function: the verifier walks through it once, and not in
 * each state that what is before may lead to; of each function on fentry it is another program.
 */
__noinline int send_event(__u32 number)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &number);
	struct packet_event *event;
	struct point_count *count;
	__u32 point;

	if (!packet)
		return 0;
	point = packet->sighting.point;
	count = bpf_map_lookup_elem(&counts, &point);
	if (!count)
		return 0;
	event = reserve();
	if (!event) {
		count->ring_full++;
		count_lost(packet->sighting.packet, packet->sighting.since_ns);
		return 0;
	}
	write_event(event, packet);
	if (keep_raw_headers && count->emitted < RAW_HEADERS)
		keep_header(point, count->emitted, packet);
	count->emitted++;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* The same, of one that is sent when its function returns. */
static __always_inline void hold_event(const struct waiting *waiting, struct packet *packet)
{
	struct packet_event *event = hold(waiting);
	__u32 point = packet->sighting.point;
	struct point_count *count = bpf_map_lookup_elem(&counts, &point);

	if (!count)
		return;
	if (!event) {
		count->ring_full++;
		count_lost(packet->sighting.packet, packet->sighting.since_ns);
		return;
	}
	write_event(event, packet);
	count->hits--; /* counted when it is sent */
}
