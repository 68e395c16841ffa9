/* SPDX-License-Identifier: MIT */
/* ICMP messages about TCP connections, as they come. */
#pragma once
#include "socket/heard.bpf.h"

/* TCP is told of a message by these, where functions can be followed: nothing else is looked at. */
static __always_inline int on_told(struct sk_buff *skb, __u8 family)
{
	unsigned char *head = BPF_CORE_READ(skb, head);

	hear(head + BPF_CORE_READ(skb, network_header), head + BPF_CORE_READ(skb, transport_header), family,
	     BPF_CORE_READ(skb, dev, nd_net.net, ns.inum));
	return 0;
}

SEC("fentry/tcp_v4_err")
int BPF_PROG(enter_tcp_v4_err, struct sk_buff *skb)
{
	return on_told(skb, 4);
}

SEC("fentry/tcp_v6_err")
int BPF_PROG(enter_tcp_v6_err, struct sk_buff *skb)
{
	return on_told(skb, 6);
}

/* Elsewhere each frame that comes in, while it is known that a connection was told, or somebody asks for events. */
SEC("tp_btf/netif_receive_skb")
int BPF_PROG(on_frame, struct sk_buff *skb)
{
	unsigned char *ip = skb->data;
	__u16 type = skb->protocol;
	__u8 protocol = 0, start = 0;

	if (type == bpf_htons(ETH_P_IP)) {
		bpf_probe_read_kernel(&protocol, sizeof(protocol), ip + 9);
		if (protocol != IPPROTO_ICMP)
			return 0;
		bpf_probe_read_kernel(&start, sizeof(start), ip);
		hear(ip, ip + (start & 15) * 4, 4, BPF_CORE_READ(skb, dev, nd_net.net, ns.inum));
	} else if (type == bpf_htons(ETH_P_IPV6)) {
		bpf_probe_read_kernel(&protocol, sizeof(protocol), ip + 6);
		if (protocol == IPPROTO_ICMPV6)
			hear(ip, ip + 40, 6, BPF_CORE_READ(skb, dev, nd_net.net, ns.inum));
	}
	return 0;
}
