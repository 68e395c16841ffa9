/* SPDX-License-Identifier: MIT */
/* The datagrams that open a connection of QUIC: they hold its hellos, and are told whole, as they are authenticated so. */
#pragma once
#include "packet/identity.bpf.h"
#include "requests/wanted.bpf.h"

/* Of a datagram: as much as paths carry whole. */
#define DATAGRAM 2048
#define INITIALS_TOLD 3 /* of each side: a hello with a key of a post-quantum exchange takes two */
#define COUNTED_ANEW_NS 10000000000ULL /* another connection between the same ends */
#define HANDSHAKES_EACH_SECOND 100 /* to open one costs user space a millisecond */
#define SECOND_NS 1000000000ULL
#define QUIC_HEAD 5 /* first byte and version: RFC 8999, 5.1 */
#define MOST_DATAGRAMS 3 /* of a packet with several, that are looked at */

enum quic_version { QUIC_NEGOTIATION = 0, QUIC_V1 = 1, QUIC_V2 = 0x6b3343cf };

struct quic_flow {
	__u64 cookie;
	__u8 remote[16];
	__u32 remote_port;
	__u32 _pad;
};

struct initials {
	__u64 since_ns;
	__u8 told[2];
	__u8 is_held; /* back, by the rate limit: with all that follows */
	__u8 _pad[5];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, QUIC_FLOWS);
	__type(key, struct quic_flow);
	__type(value, struct initials);
} quic_flows SEC(".maps");

struct quic_rate {
	__u64 second;
	__u64 begun;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct quic_rate);
} quic_rates SEC(".maps");

struct initial_packet {
	struct segment segment;
	__u64 cookie;
	__u64 now;
	__u32 direction;
	__u32 answers; /* it can only be an answer: of a retry, or other versions */
};

/* RFC 9000, 17.2; RFC 9369, 3.2. The second bit may be anything: RFC 9287. */
static __always_inline int is_initial(const __u8 head[QUIC_HEAD], __u32 *answers)
{
	__u32 version = (__u32)head[1] << 24 | (__u32)head[2] << 16 | (__u32)head[3] << 8 | head[4];
	__u32 kind = head[0] >> 4 & 3;

	*answers = version == QUIC_NEGOTIATION;
	if (version == QUIC_NEGOTIATION)
		return 1;
	if (version != QUIC_V1 && version != QUIC_V2)
		return 0;
	*answers = kind == (version == QUIC_V1 ? 3 : 0);
	return *answers || kind == (version == QUIC_V1 ? 0 : 1);
}

/* About so many a second: CPUs may count past each other. */
static __always_inline int may_begin(__u64 now)
{
	__u32 zero = 0;
	struct quic_rate *rate = bpf_map_lookup_elem(&quic_rates, &zero);

	if (!rate)
		return 0;
	if (rate->second != now / SECOND_NS) {
		rate->second = now / SECOND_NS;
		rate->begun = 0;
	}
	if (rate->begun >= HANDSHAKES_EACH_SECOND)
		return 0;
	__sync_fetch_and_add(&rate->begun, 1);
	return 1;
}

/* Whether a datagram of a flow is told. */
static __always_inline int is_told(struct quic_flow *flow, struct initial_packet *packet)
{
	struct initials fresh = { .since_ns = packet->now };
	struct initials *seen = bpf_map_lookup_elem(&quic_flows, flow);
	__u32 side = packet->direction & 1;
	struct piece_count *count;

	if (!seen || packet->now - seen->since_ns > COUNTED_ANEW_NS) {
		if (packet->answers)
			return 0;
		fresh.is_held = !may_begin(packet->now);
		count = counts();
		if (fresh.is_held && count)
			__sync_fetch_and_add(&count->held_back, 1);
		bpf_map_update_elem(&quic_flows, flow, &fresh, BPF_ANY);
		seen = bpf_map_lookup_elem(&quic_flows, flow);
		if (!seen)
			return 0;
	}
	if (seen->is_held || seen->told[side] >= INITIALS_TOLD)
		return 0;
	seen->told[side]++;
	return 1;
}

static __noinline int tell_initial(struct __sk_buff *skb, struct initial_packet *packet)
{
	struct segment *segment = &packet->segment;
	int sent = packet->direction == PIECE_SENT;
	__u8 head[QUIC_HEAD] = {}, local[16] = {};
	struct quic_flow flow = { .cookie = packet->cookie };
	struct piece *piece;
	__u32 n;

	if (segment->length < QUIC_HEAD || bpf_skb_load_bytes(skb, segment->offset, head, QUIC_HEAD) ||
	    !is_initial(head, &packet->answers))
		return 0;
	read_packet_ends(skb, sent ? local : flow.remote, sent ? flow.remote : local);
	flow.remote_port = sent ? segment->destination : segment->source;
	if (!is_told(&flow, packet))
		return 1;
	piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + DATAGRAM, 0);
	if (!piece) {
		count_ring_full(1);
		return 0;
	}
	fill_datagram(piece, skb, segment, packet->direction);
	piece->cookie = packet->cookie;
	piece->speech = SPEECH_QUIC;
	n = segment->length > DATAGRAM ? DATAGRAM : segment->length;
	COPY(skb, segment->offset, piece, n, DATAGRAM);
	bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);
	return 1;
}

/* A packet may have several datagrams of one size (UDP_SEGMENT, UDP_GRO), of which the last may be shorter. */
static __always_inline int on_initials(struct __sk_buff *skb, struct bpf_sock *sk, struct segment *whole, int direction)
{
	struct initial_packet packet = { .segment = *whole, .direction = direction };
	__u32 each = skb->gso_size, left = whole->length, i;
	__u8 first = 0;

	if (bpf_skb_load_bytes(skb, whole->offset, &first, 1) || first >> 7 == 0)
		return 1;
	if (!is_wanted_between(skb, PORTS(whole), SPEECH_QUIC)) {
		count_unwanted();
		return 1;
	}
	packet.cookie = identity(skb, sk);
	packet.now = bpf_ktime_get_ns();
	for (i = 0; i < MOST_DATAGRAMS && left; i++) {
		packet.segment.length = each && each < left ? each : left;
		if (!tell_initial(skb, &packet))
			break;
		left -= packet.segment.length;
		packet.segment.offset += packet.segment.length;
	}
	return 1;
}
