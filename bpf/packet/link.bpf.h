/* SPDX-License-Identifier: MIT */
/* An sk_buff's headers, from the link layer's on. */
#pragma once
#include "kernel/compat.h"
#include "packet/tunnel.bpf.h"

#define ETHERNET_BYTES 14
#define TAG_BYTES 4
#define TAGS 2

static __always_inline int is_tag(__u32 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/*
 * The Ethernet header at `link` and the tags behind it, if they lead to an IP header at `start` or
 * behind it: an sk_buff keeps the place of a header that is gone. Returns the type of what they lead to
 * << 8 | bytes from `start` to there; 0: no such header.
 */
__noinline int read_link(__u32 point, __u64 link, __u64 start, __u64 end)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	__u8 bytes[ETHERNET_BYTES + TAGS * TAG_BYTES] = {};
	__u64 room = end - link, before = start - link;
	__u32 type, at = ETHERNET_BYTES, tag = 0;

	if (!packet || end < link || start < link || room < ETHERNET_BYTES || before > sizeof(bytes))
		return 0;
	if (room > sizeof(bytes))
		room = sizeof(bytes);
	if (bpf_probe_read_kernel(bytes, room & 31, (void *)link))
		return 0;
	type = bytes[12] << 8 | bytes[13];
	for (int i = 0; i < TAGS; i++) {
		if (!is_tag(type) || at + TAG_BYTES > room)
			break;
		if (!i)
			tag = bytes[ETHERNET_BYTES] << 8 | bytes[ETHERNET_BYTES + 1];
		type = bytes[ETHERNET_BYTES + TAG_BYTES * i + 2] << 8 | bytes[ETHERNET_BYTES + TAG_BYTES * i + 3];
		at += TAG_BYTES;
	}
	if ((type != ETH_P_IP && type != ETH_P_IPV6) || at < before)
		return 0;
	__builtin_memcpy(packet->mac, bytes, 6);
	packet->link = 1;
	packet->link_bytes = at == before ? at : 0;
	if (!packet->vlan)
		packet->vlan = tag;
	return type << 8 | (__u32)(at - before);
}

/*
 * What the filter asks for, into the scratch of `point`. `link` is the address of the link layer, 0 where
 * there is none; it is read where tags may stand before the IP header.
 */
static __always_inline int read_frame(__u32 point, __u64 link, __u64 start, __u64 end, __u32 whole, __u32 protocol)
{
	int found = link && is_tag(bpf_ntohs(protocol)) ? read_link(point, link, start, end) : 0;
	__u32 tags = found & 0xff;

	if (found)
		protocol = bpf_htons(found >> 8);
	return read_headers(point, start + tags, end, whole - tags, protocol);
}

/* What no filter asks for: the link layer and the packet in a tunnel. */
static __always_inline void read_rest(struct packet *packet, __u32 point, __u64 link)
{
	__u32 protocol = packet->words[WORD_PROTOCOL];

	if (!packet->start)
		return;
	if (link)
		read_link(point, link, packet->start, packet->end);
	if (protocol == IPPROTO_UDP || protocol == IPPROTO_GRE || protocol == IPPROTO_IPIP || protocol == IPPROTO_IPV6)
		read_tunnel(point);
}

/* The tag that stands beside the packet, not in it. */
static __always_inline __u32 tag_beside(struct sk_buff *skb)
{
	return has_tag_beside(skb) ? BPF_CORE_READ(skb, vlan_tci) : 0;
}

/* The same of an sk_buff. */
static __always_inline void read_rest_of(struct packet *packet, __u32 point, struct sk_buff *skb)
{
	__u32 tag, link;

	if (!packet->start)
		return;
	tag = tag_beside(skb);
	if (tag)
		packet->vlan = tag; /* it is the outer one */
	link = BPF_CORE_READ(skb, mac_header);
	read_rest(packet, point, link == 0xffff ? 0 : (__u64)BPF_CORE_READ(skb, head) + link);
}
