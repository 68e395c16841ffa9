/* SPDX-License-Identifier: MIT */
/* Which packet a socket is being handed, for functions further down that get the socket alone. */
#pragma once
#include "abi/sizes.h"
#include "packet/packet.bpf.h"

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
	__u32 identity;
	__u32 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct delivery);
} deliveries SEC(".maps");

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
	delivery->identity = packet->identity;
}
