/* SPDX-License-Identifier: MIT */
/* Where the payload of a packet stands, going by its headers. */
#pragma once
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4
#define TCP_ACK 16

struct segment {
	__u32 offset; /* of the payload, from the header of IP */
	__u32 length;
	__u32 sequence;
	__u32 acknowledged;
	__u16 source;
	__u16 destination; /* the socket's own port is 0 once it is closed */
	__u8 flags; /* of TCP */
	__u8 protocol;
};

/* 0: it is neither TCP nor UDP right behind the header of IP. */
static __always_inline int read_segment(struct __sk_buff *skb, struct segment *segment)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct ipv6hdr *ipv6 = data;
	struct iphdr *ip = data;
	struct tcphdr *tcp;
	struct udphdr *udp;
	__u32 at;

	if (data + sizeof(*ip) > end)
		return 0;
	if (ip->version == 4) {
		at = ip->ihl * 4;
		segment->protocol = ip->protocol;
	} else {
		if (data + sizeof(*ipv6) > end)
			return 0;
		at = sizeof(*ipv6);
		segment->protocol = ipv6->nexthdr;
	}
	if (segment->protocol == IPPROTO_UDP) {
		udp = data + at;
		if ((void *)(udp + 1) > end)
			return 0;
		segment->offset = at + sizeof(*udp);
		segment->source = bpf_ntohs(udp->source);
		segment->destination = bpf_ntohs(udp->dest);
	} else if (segment->protocol == IPPROTO_TCP) {
		tcp = data + at;
		if ((void *)(tcp + 1) > end)
			return 0;
		segment->offset = at + tcp->doff * 4;
		segment->flags = ((__u8 *)tcp)[13];
		segment->sequence = bpf_ntohl(tcp->seq) + !!(segment->flags & TCP_SYN);
		segment->acknowledged = bpf_ntohl(tcp->ack_seq);
		segment->source = bpf_ntohs(tcp->source);
		segment->destination = bpf_ntohs(tcp->dest);
	} else {
		return 0;
	}
	segment->length = skb->len > segment->offset ? skb->len - segment->offset : 0;
	return 1;
}

/* The addresses of a packet; where it has IPv4's both are 0 but for the last four bytes before. */
static __always_inline void read_packet_ends(struct __sk_buff *skb, __u8 source[16], __u8 destination[16])
{
	__u8 version = 0;

	bpf_skb_load_bytes(skb, 0, &version, 1);
	if (version >> 4 == 4) {
		*(__u16 *)(source + 10) = *(__u16 *)(destination + 10) = 0xffff;
		bpf_skb_load_bytes(skb, 12, source + 12, 4);
		bpf_skb_load_bytes(skb, 16, destination + 12, 4);
	} else {
		bpf_skb_load_bytes(skb, 8, source, 16);
		bpf_skb_load_bytes(skb, 24, destination, 16);
	}
}
