/* SPDX-License-Identifier: MIT */
/* A packet's headers, read from its sk_buff into words. */
#pragma once
#include "kernel.h"
#include "events.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define HEADER_BYTES 128
#define IPPROTO_HOPOPTS 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ICMPV6 58
#define IPPROTO_DSTOPTS 60
#define IPV6_EXTENSIONS 6 /* more than that many extension headers are not followed */

/* BTF pointers are read directly; a kprobe's registers only through the helper. */
#define GET(direct, pointer, field) ((direct) ? (pointer)->field : BPF_CORE_READ(pointer, field))

struct packet {
	__u32 words[PACKET_WORDS];
	__u32 sequence;
	__u32 acknowledgment;
	__u32 payload;
	__u32 status;
	__u32 identity; /* tells it from other packets in the same buffer */
	__u32 read; /* bytes in header */
	__u8 header[HEADER_BYTES + 32]; /* slack, so that bounded offsets stay inside */
};

/* Each program has its own scratch on each CPU: the kernel does not let a program nest in itself. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POINTS);
	__type(key, __u32);
	__type(value, struct packet);
} packets SEC(".maps");

static __always_inline struct packet *scratch(__u32 point)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);

	if (packet)
		__builtin_memset(packet, 0, __builtin_offsetof(struct packet, header));
	return packet;
}

static __always_inline __u32 load16(const struct packet *packet, __u32 at)
{
	at &= HEADER_BYTES - 1;
	return packet->header[at] << 8 | packet->header[at + 1];
}

static __always_inline __u32 load32(const struct packet *packet, __u32 at)
{
	at &= HEADER_BYTES - 1;
	return load16(packet, at) << 16 | load16(packet, at + 2);
}

static __always_inline void load_ipv6(const struct packet *packet, __u32 at, __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		words[i] = load32(packet, at + 4 * i);
}

static __always_inline void load_ipv4(const struct packet *packet, __u32 at, __u32 words[4])
{
	words[2] = 0xffff;
	words[3] = load32(packet, at);
}

/* Nothing that changes between the functions that a packet passes. */
static __always_inline void identify(struct packet *packet)
{
	const __u32 *words = packet->words;

	packet->identity = packet->sequence ^ packet->acknowledgment ^ words[WORD_TCP_FLAGS] << 8 ^
			   words[WORD_SOURCE_PORT] << 16 ^ words[WORD_DESTINATION_PORT] ^
			   load16(packet, 4) << 8 ^ words[WORD_LENGTH];
}

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
		if (kind == 0 || kind == 8 || kind == 128 || kind == 129) /* echo, RFC 792, RFC 4443 */
			words[WORD_ICMP_ID] = load16(packet, at + 4);
		return;
	}
	words[WORD_SOURCE_PORT] = load16(packet, at);
	words[WORD_DESTINATION_PORT] = load16(packet, at + 2);
	if (protocol == IPPROTO_TCP) {
		__u32 headers = at + (packet->header[at + 12] >> 4) * 4;

		packet->sequence = load32(packet, at + 4);
		packet->acknowledgment = load32(packet, at + 8);
		words[WORD_TCP_FLAGS] = packet->header[at + 13];
		packet->payload = words[WORD_LENGTH] > headers ? words[WORD_LENGTH] - headers : 0;
	}
}

static __always_inline int parse_ipv4(struct packet *packet, __u32 whole)
{
	__u32 *words = packet->words;

	if (packet->read < 20)
		return 0;
	words[WORD_FAMILY] = 4;
	words[WORD_PROTOCOL] = packet->header[9];
	words[WORD_LENGTH] = load16(packet, 2) ?: whole; /* 0: larger than 64 KiB (BIG TCP) */
	load_ipv4(packet, 12, words + WORD_SOURCE);
	load_ipv4(packet, 16, words + WORD_DESTINATION);
	if (load16(packet, 6) & 0x1fff)
		packet->status |= PACKET_FRAGMENT;
	else
		parse_transport(packet, (packet->header[0] & 15) * 4);
	return 1;
}

static __always_inline int parse_ipv6(struct packet *packet, __u32 whole)
{
	__u32 *words = packet->words, at = 40, payload = load16(packet, 4);
	__u8 next = packet->header[6];

	if (packet->read < 40)
		return 0;
	words[WORD_FAMILY] = 6;
	words[WORD_LENGTH] = payload ? payload + 40 : whole;
	load_ipv6(packet, 8, words + WORD_SOURCE);
	load_ipv6(packet, 24, words + WORD_DESTINATION);
	for (int i = 0; i < IPV6_EXTENSIONS; i++) {
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_FRAGMENT &&
		    next != IPPROTO_DSTOPTS)
			break;
		if (at + 8 > packet->read) {
			packet->status |= PACKET_PARTIAL;
			break;
		}
		at &= HEADER_BYTES - 1; /* as the verifier sees it */
		if (next == IPPROTO_FRAGMENT && load16(packet, at + 2) & 0xfff8)
			packet->status |= PACKET_FRAGMENT;
		next = packet->header[at];
		at += packet->header[at + 1] * 8 + 8; /* a fragment header has 0 there: RFC 8200, 4.5 */
	}
	words[WORD_PROTOCOL] = next;
	if (!packet->status)
		parse_transport(packet, at);
	return 1;
}

/*
 * Reads the headers between `start`, the network header, and `end`, that of the linear part, into the
 * scratch of `point`. Returns 0 where there is no IP packet (the headers of a netlink or unix skb, or
 * none in the linear part). A global function, so that the verifier walks through it once.
 */
__noinline int read_headers(__u32 point, __u64 start, __u64 end, __u32 whole, __u32 protocol)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	__u64 room = end - start;

	if (!packet || end <= start)
		return 0;
	if (room > HEADER_BYTES)
		room = HEADER_BYTES;
	packet->read = room;
	if (bpf_probe_read_kernel(packet->header, room & 0xff, (void *)start))
		return 0;
	if (protocol == bpf_htons(ETH_P_IP) && packet->header[0] >> 4 == 4)
		return parse_ipv4(packet, whole);
	if (protocol == bpf_htons(ETH_P_IPV6) && packet->header[0] >> 4 == 6)
		return parse_ipv6(packet, whole);
	return 0;
}
