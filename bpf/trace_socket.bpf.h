/* SPDX-License-Identifier: MIT */
/* Kernel functions that have a socket but no packet with headers. */
#pragma once
#include "trace.bpf.h"

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
		packet->identity = delivery->identity;
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
	packet->identity = packet->sequence;
	record(&at, packet, (__u64)skb, sk);
	return 0;
}
