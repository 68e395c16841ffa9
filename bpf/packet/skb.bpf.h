/* SPDX-License-Identifier: MIT */
/* Where in an skb its headers are, and on which device it is. */
#pragma once
#include "packet/flow.bpf.h"
#include "packet/link.bpf.h"

/* A device that is one: where an skb waits in a queue, something else stands in its place. */
static __always_inline int is_device(struct net_device *device)
{
	__u32 netns = BPF_CORE_READ(device, nd_net.net, ns.inum);

	return netns - NETNS_LOWEST < NETNS_NUMBERS;
}

static __always_inline void read_place(const struct at *at, struct packet *packet, struct sk_buff *skb, struct sock *sk,
				       int direct)
{
	struct net_device *device = BPF_CORE_READ(skb, dev);
	struct dst_entry *route;

	if (at->shape == SHAPE_OUTPUT) {
		route = (void *)(GET(direct, skb, _skb_refdst) & ~1UL);
		device = BPF_CORE_READ(route, dev);
	} else if (at->shape == SHAPE_SOCKET || (at->shape == SHAPE_ANY && !is_device(device))) {
		packet->words[WORD_INTERFACE] = GET(direct, skb, skb_iif);
		packet->words[WORD_NETNS] = sk ? socket_netns(sk) : 0;
		return;
	}
	packet->words[WORD_INTERFACE] = BPF_CORE_READ(device, ifindex);
	packet->words[WORD_NETNS] = BPF_CORE_READ(device, nd_net.net, ns.inum);
	if (!packet->words[WORD_NETNS] && sk) /* the packet's device was taken off */
		packet->words[WORD_NETNS] = socket_netns(sk);
}

/* Headers where the shape says they are; where it does not, at the network header, else at the data. */
static __always_inline int read_skb(const struct at *at, struct sk_buff *skb, int direct)
{
	/* not GET: the verifier types a pointer to packet memory, and a global function takes numbers only */
	__u64 head = (__u64)BPF_CORE_READ(skb, head), data = (__u64)BPF_CORE_READ(skb, data);
	__u32 header = GET(direct, skb, network_header), link = GET(direct, skb, mac_header);
	__u64 start = data;

	if (at->shape != SHAPE_RECEIVE) {
		if (header && header != 0xffff)
			start = head + header;
		else if (at->shape != SHAPE_ANY)
			return 0;
	}
	return read_frame(at->scratch, link == 0xffff ? 0 : head + link, start, head + GET(direct, skb, tail),
			  GET(direct, skb, len) + (__u32)(data - start), GET(direct, skb, protocol));
}
