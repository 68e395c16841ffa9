/* SPDX-License-Identifier: MIT */
/* Whose packet it is on the wire, or why it is nobody's. */
#pragma once
#include "wire/flow_owner.bpf.h"
#include "wire/sender.bpf.h"

#define TCP_RST 4
#define TCP_ACK 16

/* By the socket that listens, or that has no far end: its address alone does not say that it is this host's. */
static __always_inline int join_unconnected(struct found *found)
{
	struct flow_key flow = found->flow;
	__u64 *cookie = find_unconnected(&flow);

	if (!cookie)
		return 0;
	found->unsure = 1;
	take_owner(found, *cookie);
	return 1;
}

static __always_inline void join_flow(struct found *found, const struct packet *packet, int transmit)
{
	const __u32 *words = packet->words;
	__u32 protocol = words[WORD_PROTOCOL], opens = (words[WORD_TCP_FLAGS] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	__u32 refuses;
	__u64 *cookie;

	found->unsure = !transmit;
	if (packet->status & PACKET_FRAGMENT) {
		if (words[WORD_FAMILY] == 4) {
			name_fragment(&found->flow, packet);
			take_flow_owner(found);
		}
		return;
	}
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) {
		found->cause = WIRE_KERNEL;
		if (!transmit && is_echo(words, 0) && take_flow_owner(found))
			found->unsure = 0;
		return;
	}
	cookie = bpf_map_lookup_elem(&flows, &found->flow);
	if (cookie) {
		found->unsure = 0;
		take_owner(found, *cookie);
		return;
	}
	/* a reset without a socket is the kernel's own, to whom nobody listens */
	refuses = transmit && words[WORD_TCP_FLAGS] & TCP_RST;
	found->cause = protocol == IPPROTO_UDP || opens || refuses ? WIRE_KERNEL : WIRE_CLOSED;
	found->waits = protocol == IPPROTO_UDP && !transmit;
	if (protocol == IPPROTO_TCP && !opens && take_flow_owner(found))
		return;
	join_unconnected(found);
}

/* `raw` is skb->sk as a number. */
static __always_inline void attribute_transmit(struct found *found, const struct packet *packet, struct sk_buff *skb,
					       struct sock *raw)
{
	__u32 local = raw && socket_netns(raw) == packet->words[WORD_NETNS];
	__u64 cookie;

	if (skb->skb_iif && !local) {
		found->cause = WIRE_FORWARDED;
		return;
	}
	if (raw && !is_inet(raw))
		return; /* a program that writes frames itself */
	if (raw && is_full(raw)) {
		cookie = sender_identity(skb, raw);
		if (cookie && (!is_kernels(raw) || bpf_map_lookup_elem(&owners, &cookie))) {
			take_owner(found, cookie);
			return;
		}
	}
	if (packet->words[WORD_FAMILY])
		join_flow(found, packet, 1);
	else if (skb->protocol == bpf_htons(ETH_P_ARP))
		found->cause = WIRE_KERNEL;
}

/* For another station, and no bridge takes it there: the device listens to everything. */
static __always_inline int is_overheard(struct sk_buff *skb)
{
	struct sk_buff___segments *segments = (void *)skb;
	struct net_device___below *device = (void *)BPF_CORE_READ(skb, dev);

	return BPF_CORE_READ_BITFIELD_PROBED(segments, pkt_type) == PACKET_OTHERHOST &&
	       !BPF_CORE_READ(device, rx_handler);
}

static __always_inline void attribute_receive(struct found *found, const struct packet *packet, struct sk_buff *skb)
{
	if (is_overheard(skb))
		return;
	if (packet->words[WORD_FAMILY])
		join_flow(found, packet, 0);
	else if (skb->protocol == bpf_htons(ETH_P_ARP))
		found->cause = WIRE_KERNEL;
	else
		found->unsure = 1;
}
