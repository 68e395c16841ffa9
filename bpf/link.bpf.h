/* SPDX-License-Identifier: MIT */
/* An sk_buff's headers, from the link layer's on. */
#pragma once
#include "tunnel.bpf.h"

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
		type = bytes[ETHERNET_BYTES + TAG_BYTES * i + 2] << 8 |
		       bytes[ETHERNET_BYTES + TAG_BYTES * i + 3];
		at += TAG_BYTES;
	}
	if ((type != ETH_P_IP && type != ETH_P_IPV6) || at < before)
		return 0;
	__builtin_memcpy(packet->mac, bytes, 6);
	packet->link = 1;
	if (!packet->vlan)
		packet->vlan = tag;
	return type << 8 | (__u32)(at - before);
}

/* All headers of an sk_buff into the scratch of `point`. `link` 0: it has no link layer. */
static __always_inline int read_frame(__u32 point, __u64 link, __u64 start, __u64 end, __u32 whole,
				      __u32 protocol)
{
	int found = link ? read_link(point, link, start, end) : 0;
	__u32 tags = found & 0xff;

	if (found)
		protocol = bpf_htons(found >> 8);
	if (!read_headers(point, start + tags, end, whole - tags, protocol))
		return 0;
	read_tunnel(point);
	return 1;
}

/* The tag that stands beside the packet, not in it. */
static __always_inline __u32 tag_beside(struct sk_buff *skb)
{
	struct sk_buff___flagged *flagged = (void *)skb;

	if (bpf_core_field_exists(flagged->vlan_present) &&
	    !BPF_CORE_READ_BITFIELD_PROBED(flagged, vlan_present))
		return 0;
	return BPF_CORE_READ(skb, vlan_tci);
}
