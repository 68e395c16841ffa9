/* SPDX-License-Identifier: MIT */
/* A packet's headers, read from its sk_buff into words. */
#pragma once
#include "packet/packet.bpf.h"

#define IPPROTO_HOPOPTS 0
#define IPPROTO_IPIP 4
#define IPPROTO_IPV6 41
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_GRE 47
#define IPPROTO_AH 51
#define IPPROTO_DSTOPTS 60
#define EXTENSIONS 6 /* more than that many extension headers are not followed */

static __always_inline void parse_transport(struct packet *packet, __u32 at)
{
	__u32 *words = packet->words, protocol = words[WORD_PROTOCOL];
	__u32 need = protocol == IPPROTO_TCP ? 20 : 8;

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP && protocol != IPPROTO_ICMP &&
	    protocol != IPPROTO_ICMPV6)
		return;
	if (at + need > packet->read) {
		packet->status |= PACKET_PARTIAL;
		return;
	}
	at &= HEADER_BYTES - 1; /* as the verifier sees it */
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		__u32 type = load16(packet, at), kind = type >> 8;

		words[WORD_ICMP_TYPE] = type;
		if (kind == 0 || kind == 8 || kind == 128 || kind == 129) { /* echo, RFC 792, RFC 4443 */
			words[WORD_ICMP_ID] = load16(packet, at + 4);
			packet->icmp_sequence = load16(packet, at + 6);
		}
		return;
	}
	words[WORD_SOURCE_PORT] = load16(packet, at);
	words[WORD_DESTINATION_PORT] = load16(packet, at + 2);
	if (protocol == IPPROTO_TCP) {
		__u32 headers = at + (packet->header[at + 12] >> 4) * 4;

		packet->sequence = load32(packet, at + 4);
		packet->acknowledgment = load32(packet, at + 8);
		words[WORD_TCP_FLAGS] = packet->header[at + 13];
		packet->window = load16(packet, at + 14);
		packet->payload = words[WORD_LENGTH] > headers ? words[WORD_LENGTH] - headers : 0;
	}
}

static __always_inline int is_extension(__u32 family, __u32 next)
{
	if (next == IPPROTO_AH)
		return 1;
	return family == 6 && (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_FRAGMENT ||
			       next == IPPROTO_DSTOPTS);
}

/*
 * One of the packet in the scratch of `point`; 0: there is none to be passed. This and the next one are global
 * functions: the verifier walks through each once, and not for each header and family.
 */
__noinline int pass_extension(__u32 point, __u32 family)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	struct extensions *extensions;
	__u32 at, next;

	if (!packet)
		return 0;
	extensions = &packet->extensions;
	at = extensions->at;
	next = extensions->next;
	if (extensions->status || !is_extension(family, next))
		return 0; /* behind a fragment header is data */
	if (at + 8 > packet->read) {
		extensions->status |= PACKET_PARTIAL;
		return 0;
	}
	at &= HEADER_BYTES - 1; /* as the verifier sees it */
	if (next == IPPROTO_FRAGMENT && load16(packet, at + 2) & 0xfff8)
		extensions->status |= PACKET_FRAGMENT;
	/* A fragment header has 0 there (RFC 8200, 4.5); AH counts words, less two (RFC 4302, 2.2). */
	extensions->at = at + packet->header[at + 1] * (next == IPPROTO_AH ? 4 : 8) + 8;
	extensions->next = packet->header[at];
	return 1;
}

__noinline int pass_extensions(__u32 point, __u32 family)
{
	for (int i = 0; i < EXTENSIONS; i++)
		if (!pass_extension(point, family))
			break;
	return 0;
}

static __always_inline void parse_rest(struct packet *packet, __u32 point)
{
	struct extensions *extensions = &packet->extensions;

	pass_extensions(point, packet->words[WORD_FAMILY]);
	packet->words[WORD_PROTOCOL] = extensions->next;
	packet->status |= extensions->status;
	if (packet->status)
		return;
	packet->transport = extensions->at;
	parse_transport(packet, extensions->at);
}

static __always_inline void parse_ipv4(struct packet *packet, __u32 whole)
{
	struct extensions *extensions = &packet->extensions;
	__u32 *words = packet->words;

	words[WORD_FAMILY] = 4;
	words[WORD_LENGTH] = load16(packet, 2) ?: whole; /* 0: larger than 64 KiB (BIG TCP) */
	load_ipv4(packet, 12, words + WORD_SOURCE);
	load_ipv4(packet, 16, words + WORD_DESTINATION);
	extensions->at = (packet->header[0] & 15) * 4;
	extensions->next = packet->header[9];
	packet->ttl = packet->header[8];
	if (load16(packet, 6) & 0x1fff)
		extensions->status = PACKET_FRAGMENT;
}

static __always_inline void parse_ipv6(struct packet *packet, __u32 whole)
{
	struct extensions *extensions = &packet->extensions;
	__u32 *words = packet->words, payload = load16(packet, 4);

	words[WORD_FAMILY] = 6;
	words[WORD_LENGTH] = payload ? payload + 40 : whole;
	load_ipv6(packet, 8, words + WORD_SOURCE);
	load_ipv6(packet, 24, words + WORD_DESTINATION);
	extensions->at = 40;
	extensions->next = packet->header[6];
	packet->ttl = packet->header[7];
}

/* An IP packet of which this much is in the linear part, and the rest in pages. */
static __always_inline int tell_hidden(struct packet *packet, __u32 family, __u32 whole)
{
	packet->words[WORD_FAMILY] = family;
	packet->words[WORD_LENGTH] = whole;
	packet->status = PACKET_PARTIAL | PACKET_HIDDEN;
	return 1;
}

/*
 * Reads the headers between `start`, the network header, and `end`, that of the linear part, into the
 * scratch of `point`. Returns 0 where there is no IP packet (a netlink or unix skb). A global function,
 * so that the verifier walks through it once.
 */
__noinline int read_headers(__u32 point, __u64 start, __u64 end, __u32 whole, __u32 protocol)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	__u32 family = protocol == bpf_htons(ETH_P_IP) ? 4 : protocol == bpf_htons(ETH_P_IPV6) ? 6 : 0;
	__u32 shortest = family == 4 ? 20 : 40;
	__u64 room = end - start;

	if (!packet || !family || end < start)
		return 0;
	packet->start = start;
	packet->end = end;
	if (room < shortest)
		return whole >= shortest ? tell_hidden(packet, family, whole) : 0;
	if (room > HEADER_BYTES)
		room = HEADER_BYTES;
	packet->read = room;
	if (bpf_probe_read_kernel(packet->header, room & 0xff, (void *)start))
		return 0;
	if (packet->header[0] >> 4 != family)
		return 0;
	if (family == 4)
		parse_ipv4(packet, whole);
	else
		parse_ipv6(packet, whole);
	parse_rest(packet, point);
	return 1;
}
