/* SPDX-License-Identifier: MIT */
/* Kernel functions that have a socket but no packet with headers. */
#pragma once
#include "trace/trace.bpf.h"

/* A function that has a socket and no packet: the socket's own, or the one that it is being handed. */
static __always_inline int trace_sock(const struct at *at, int transmit)
{
	struct packet *packet = read_socket_words(at->scratch, at->sk, transmit);

	if (packet)
		record(at, packet, 0, at->sk);
	return 0;
}

static __always_inline int trace_readable(const struct at *at)
{
	struct packet *packet = read_socket_words(at->scratch, at->sk, 0);
	struct sk_buff *skb = 0;
	__u32 zero = 0;
	struct delivery *delivery = bpf_map_lookup_elem(&deliveries, &zero);

	if (!packet)
		return 0;
	if (delivery && delivery->sk == (__u64)at->sk) {
		skb = (struct sk_buff *)delivery->skb;
		packet->sequence = delivery->sequence;
		packet->acknowledgment = delivery->acknowledgment;
		packet->payload = delivery->payload;
		packet->words[WORD_LENGTH] = delivery->length;
		packet->words[WORD_INTERFACE] = delivery->interface;
		packet->words[WORD_TCP_FLAGS] = delivery->tcp_flags;
		packet->identity = delivery->identity;
		delivery->sk = 0;
	}
	record(at, packet, skb, at->sk);
	return 0;
}

/* The headers are not built yet: the sequence number is in the control block (struct tcp_skb_cb). */
static __always_inline int trace_retransmit(const struct at *at, struct sk_buff *skb)
{
	struct packet *packet = read_socket_words(at->scratch, at->sk, 1);
	struct tcp_sock *socket = (void *)at->sk;
	__u32 control_block[2] = {};

	if (!packet)
		return 0;
	BPF_CORE_READ_INTO(&control_block, skb, cb);
	packet->sequence = control_block[0];
	packet->acknowledgment = BPF_CORE_READ(socket, rcv_nxt);
	packet->payload = BPF_CORE_READ(skb, len);
	packet->words[WORD_LENGTH] = packet->payload;
	packet->sighting.head = (__u64)BPF_CORE_READ(skb, head);
	record(at, packet, skb, at->sk);
	return 0;
}
