/* SPDX-License-Identifier: MIT */
/* One packet at one kernel function: read, filter, limit, record. */
#pragma once
#include <linux/bpf.h>
#include "socket.bpf.h"
#include "packet.bpf.h"
#include "filter.bpf.h"

/* Where the network header is, and whether the device field can be trusted. */
enum skb_shape {
	SHAPE_RECEIVE, /* data is the network header; sk is the sender's or nobody's */
	SHAPE_TRANSMIT, /* network_header is set, dev is the device */
	SHAPE_SOCKET, /* network_header is set, dev may be something else (udp dev_scratch, rbnode) */
};

struct at {
	__u32 point;
	enum skb_shape shape;
	struct sock *sk; /* an argument of the function; 0: take the skb's */
	__u64 place;
	__u32 reason;
};

/* Each program has its own scratch on each CPU: the kernel does not let a program nest in itself. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POINTS);
	__type(key, __u32);
	__type(value, struct packet);
} packets SEC(".maps");

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

/* The packet that this CPU is handing to a TCP socket: sk_data_ready, deeper in the same call, has no skb. */
struct delivery {
	__u64 sk;
	__u64 skb;
	__u32 sequence;
	__u32 acknowledgment;
	__u32 length;
	__u32 payload;
	__u32 interface;
	__u32 tcp_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct delivery);
} deliveries SEC(".maps");

const volatile _Bool keep_raw_headers = 0;
__u64 next_packet_ns = 0; /* rate limit: when the next packet is due, were all sent at the full rate */

#define ADMISSION_NS 100000000ULL
#define TCP_SYN 2

static __always_inline void set_address(__u8 address[16], const __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		((__u32 *)address)[i] = bpf_htonl(words[i]);
}

static __always_inline void load_network(const __u8 address[16], __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		words[i] = bpf_ntohl(((const __u32 *)address)[i]);
}

static __always_inline __u32 owner_pid(__u64 cookie)
{
	struct owner *owner = cookie ? bpf_map_lookup_elem(&owners, &cookie) : 0;
	return owner ? owner->pid : 0;
}

static __always_inline void set_flow(struct flow_key *flow, const __u32 *words, int local, int remote,
				     int local_word, int remote_word)
{
	set_address(flow->local_address, words + local_word);
	set_address(flow->remote_address, words + remote_word);
	flow->netns = words[WORD_NETNS];
	flow->protocol = words[WORD_PROTOCOL];
	flow->local_port = words[local];
	flow->remote_port = words[remote];
}

/* The socket that a packet belongs to: exactly, or as an address that listens. */
static __always_inline __u64 find_flow(const __u32 *words, int local, int remote, int local_word,
				       int remote_word)
{
	struct flow_key flow = {};
	__u64 *cookie;

	set_flow(&flow, words, local, remote, local_word, remote_word);
	cookie = bpf_map_lookup_elem(&flows, &flow);
	if (!cookie) {
		widen_flow(&flow);
		cookie = bpf_map_lookup_elem(&flows, &flow);
	}
	return cookie ? *cookie : 0;
}

/* Owner by socket, or by flow: never the current task, which in softirq is a bystander. */
static __always_inline __u64 find_socket(const struct at *at, struct sock *sk, const __u32 *words)
{
	__u64 cookie = sk ? BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) : 0;

	if (cookie && (at->sk || at->shape != SHAPE_RECEIVE))
		return cookie;
	if (at->shape == SHAPE_TRANSMIT)
		return find_flow(words, WORD_SOURCE_PORT, WORD_DESTINATION_PORT, WORD_SOURCE, WORD_DESTINATION);
	return find_flow(words, WORD_DESTINATION_PORT, WORD_SOURCE_PORT, WORD_DESTINATION, WORD_SOURCE);
}

/* A connecting socket gets its port after its owner is learned: its SYN tells the flow. */
static __always_inline void learn_flow(const struct at *at, const __u32 *words, __u64 cookie)
{
	struct flow_key flow = {};

	if (at->shape != SHAPE_TRANSMIT || !(words[WORD_TCP_FLAGS] & TCP_SYN) || !cookie)
		return;
	set_flow(&flow, words, WORD_SOURCE_PORT, WORD_DESTINATION_PORT, WORD_SOURCE, WORD_DESTINATION);
	bpf_map_update_elem(&flows, &flow, &cookie, BPF_NOEXIST);
}

/*
 * Token bucket as a due time (GCRA): a packet costs packet_ns, a burst may run burst_ns ahead. Two
 * CPUs may take the same token; what is held back is counted exactly all the same.
 */
static __always_inline int take_token(const struct control *control, __u64 now)
{
	__u64 due = next_packet_ns > now ? next_packet_ns : now;

	if (due - now > control->burst_ns)
		return 0;
	next_packet_ns = due + control->packet_ns;
	return 1;
}

/* Decided once for a packet, so that what is shown has its whole path. */
static __always_inline int admit(const struct control *control, __u64 skb, const struct packet *packet,
				 __u64 now, int last)
{
	const __u32 *words = packet->words;
	struct admission *known, fresh = { .at_ns = now };

	if (!control->packet_ns)
		return 1;
	fresh.identity = packet->sequence ^ packet->acknowledgment ^ words[WORD_TCP_FLAGS] << 8 ^
			 words[WORD_SOURCE_PORT] << 16 ^ words[WORD_DESTINATION_PORT] ^
			 load16(packet, 4) << 8 ^ words[WORD_LENGTH];
	known = bpf_map_lookup_elem(&admissions, &skb);
	if (known && known->identity == fresh.identity && now - known->at_ns < ADMISSION_NS) {
		int admitted = known->admitted;

		if (last)
			bpf_map_delete_elem(&admissions, &skb);
		return admitted;
	}
	fresh.admitted = take_token(control, now);
	if (!last)
		bpf_map_update_elem(&admissions, &skb, &fresh, BPF_ANY);
	return fresh.admitted;
}

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

	event->place = at->place;
	event->reason = at->reason;
	event->point = at->point;
	set_address(event->source, words + WORD_SOURCE);
	set_address(event->destination, words + WORD_DESTINATION);
	event->sequence = packet->sequence;
	event->acknowledgment = packet->acknowledgment;
	event->payload = packet->payload;
	event->status = packet->status;
	event->length = words[WORD_LENGTH];
	event->interface = words[WORD_INTERFACE];
	event->netns = words[WORD_NETNS];
	event->pid = words[WORD_PID];
	event->source_port = words[WORD_SOURCE_PORT];
	event->destination_port = words[WORD_DESTINATION_PORT];
	event->icmp_type = words[WORD_ICMP_TYPE];
	event->icmp_id = words[WORD_ICMP_ID];
	event->family = words[WORD_FAMILY];
	event->protocol = words[WORD_PROTOCOL];
	event->tcp_flags = words[WORD_TCP_FLAGS];
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
	if (!filter_accepts(filter, packet->words)) {
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
	event->at_ns = now;
	event->skb = skb;
	event->cookie = cookie;
	event->generation = generation;
	fill(event, at, packet);
	if (keep_raw_headers && count->emitted < RAW_HEADERS)
		keep_header(point, count->emitted, packet);
	count->emitted++;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline struct packet *scratch(__u32 point)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);

	if (packet)
		__builtin_memset(packet, 0, __builtin_offsetof(struct packet, header));
	return packet;
}

static __always_inline void remember_delivery(const struct packet *packet, __u64 skb, struct sock *sk)
{
	__u32 zero = 0;
	struct delivery *delivery = bpf_map_lookup_elem(&deliveries, &zero);

	if (!delivery)
		return;
	delivery->sk = (__u64)sk;
	delivery->skb = skb;
	delivery->sequence = packet->sequence;
	delivery->acknowledgment = packet->acknowledgment;
	delivery->length = packet->words[WORD_LENGTH];
	delivery->payload = packet->payload;
	delivery->interface = packet->words[WORD_INTERFACE];
	delivery->tcp_flags = packet->words[WORD_TCP_FLAGS];
}

static __always_inline int trace_skb(const struct at *at, struct sk_buff *skb, int direct)
{
	struct packet *packet = scratch(at->point);
	struct sock *sk = at->sk ?: GET(direct, skb, sk);
	const unsigned char *head = GET(direct, skb, head), *data = GET(direct, skb, data);
	__u32 header = GET(direct, skb, network_header);
	const unsigned char *start = at->shape == SHAPE_RECEIVE ? data : head + header;
	struct net_device *device;

	if (!packet || (at->shape != SHAPE_RECEIVE && (!header || header == 0xffff)))
		return 0;
	if (!read_headers(packet, start, head + GET(direct, skb, tail),
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
	if (at->sk)
		remember_delivery(packet, (__u64)skb, at->sk);
	record(at, packet, (__u64)skb, sk);
	return 0;
}

/* A function that has only a socket: its addresses, as a received packet would carry them. */
static __always_inline struct packet *read_socket_words(__u32 point, struct sock *sk, int transmit)
{
	struct packet *packet = scratch(point);
	struct flow_key flow;
	__u32 *words;

	if (!packet || !is_inet(sk))
		return 0;
	words = packet->words;
	read_flow(sk, &flow);
	load_network(flow.local_address, words + (transmit ? WORD_SOURCE : WORD_DESTINATION));
	load_network(flow.remote_address, words + (transmit ? WORD_DESTINATION : WORD_SOURCE));
	words[transmit ? WORD_SOURCE_PORT : WORD_DESTINATION_PORT] = flow.local_port;
	words[transmit ? WORD_DESTINATION_PORT : WORD_SOURCE_PORT] = flow.remote_port;
	words[WORD_PROTOCOL] = flow.protocol;
	words[WORD_FAMILY] = BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET ? 4 : 6;
	words[WORD_NETNS] = flow.netns;
	packet->status = PACKET_SOCKET;
	return packet;
}

static __always_inline int trace_readable(struct sock *sk)
{
	struct packet *packet = read_socket_words(POINT_SOCK_DEF_READABLE, sk, 0);
	struct at at = { .point = POINT_SOCK_DEF_READABLE, .shape = SHAPE_SOCKET, .sk = sk };
	__u32 zero = 0;
	struct delivery *delivery = bpf_map_lookup_elem(&deliveries, &zero);
	__u64 skb = 0;

	if (!packet)
		return 0;
	if (delivery && delivery->sk == (__u64)sk) {
		skb = delivery->skb;
		packet->sequence = delivery->sequence;
		packet->acknowledgment = delivery->acknowledgment;
		packet->payload = delivery->payload;
		packet->words[WORD_LENGTH] = delivery->length;
		packet->words[WORD_INTERFACE] = delivery->interface;
		packet->words[WORD_TCP_FLAGS] = delivery->tcp_flags;
		delivery->sk = 0;
	}
	record(&at, packet, skb, sk);
	return 0;
}

/* The headers are not built yet: the sequence number is in the control block (struct tcp_skb_cb). */
static __always_inline int trace_retransmit(struct sock *sk, struct sk_buff *skb)
{
	struct packet *packet = read_socket_words(POINT_TCP_RETRANSMIT_SKB, sk, 1);
	struct at at = { .point = POINT_TCP_RETRANSMIT_SKB, .shape = SHAPE_SOCKET, .sk = sk };
	__u32 control_block[2] = {};

	if (!packet)
		return 0;
	BPF_CORE_READ_INTO(&control_block, skb, cb);
	packet->sequence = control_block[0];
	packet->acknowledgment = BPF_CORE_READ((struct tcp_sock *)sk, rcv_nxt);
	packet->payload = BPF_CORE_READ(skb, len);
	packet->words[WORD_LENGTH] = packet->payload;
	record(&at, packet, (__u64)skb, sk);
	return 0;
}
