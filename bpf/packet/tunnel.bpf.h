/* SPDX-License-Identifier: MIT */
/* The packet that a tunnel carries: VXLAN, Geneve, GRE, IP in IP. */
#pragma once
#include "packet/headers.bpf.h"

#define PORT_GENEVE 6081 /* RFC 8926 */
#define PORT_VXLAN 4789 /* RFC 7348 */
#define PORT_VXLAN_LINUX 8472 /* the kernel's default: it had VXLAN before the RFC */

/* What lies in a tunnel: an Ethernet type, 0 for nothing that is known; and where. */
struct carried {
	__u32 type;
	__u32 at;
};

static __always_inline void open_vxlan(struct packet *packet, __u32 at, struct carried *carried)
{
	__u32 id;

	if (at + 8 > packet->read)
		return;
	at &= HEADER_BYTES - 1; /* as the verifier sees it */
	id = load32(packet, at + 4);
	if (!(packet->header[at] & 0x08) || id & 0xff) /* no valid VNI: something else at that port */
		return;
	packet->tunnel = TUNNEL_VXLAN;
	packet->tunnel_id = id >> 8;
	carried->type = ETH_P_TEB;
	carried->at = at + 8;
}

static __always_inline void open_geneve(struct packet *packet, __u32 at, struct carried *carried)
{
	__u32 id;

	if (at + 8 > packet->read)
		return;
	at &= HEADER_BYTES - 1;
	id = load32(packet, at + 4);
	if (packet->header[at] >> 6 || id & 0xff) /* version 0 alone is known */
		return;
	packet->tunnel = TUNNEL_GENEVE;
	packet->tunnel_id = id >> 8;
	carried->type = load16(packet, at + 2);
	carried->at = at + 8 + (packet->header[at] & 0x3f) * 4;
}

/* RFC 2784 and 2890. What has routing (RFC 1701) or is version 1 (PPTP) is not opened. */
static __always_inline void open_gre(struct packet *packet, __u32 at, struct carried *carried)
{
	__u32 head, key;

	if (at + 4 > packet->read)
		return;
	head = load32(packet, at);
	packet->tunnel = TUNNEL_GRE;
	if (head & 0x40070000)
		return;
	key = at + 4 + (head >> 31) * 4; /* behind the checksum */
	carried->at = key + (head >> 29 & 1) * 4 + (head >> 28 & 1) * 4; /* behind the sequence number */
	if (carried->at > packet->read)
		return;
	carried->type = head & 0xffff;
	if (head >> 29 & 1) {
		packet->tunnel = TUNNEL_GRE_KEY;
		packet->tunnel_id = load32(packet, key);
	}
}

static __always_inline void open_udp(struct packet *packet, __u32 at, struct carried *carried)
{
	__u32 port = packet->words[WORD_DESTINATION_PORT];

	if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX)
		open_vxlan(packet, at + 8, carried);
	else if (port == PORT_GENEVE)
		open_geneve(packet, at + 8, carried);
}

/* The inner Ethernet header, with a tag or without. */
static __always_inline void open_ethernet(struct packet *packet, struct carried *carried)
{
	__u32 at = carried->at;

	carried->type = 0;
	if (at + 18 > packet->read) /* what follows is longer than a tag */
		return;
	carried->type = load16(packet, at + 12);
	carried->at = at + 14;
	if (carried->type == ETH_P_8021Q || carried->type == ETH_P_8021AD) {
		carried->type = load16(packet, at + 16);
		carried->at = at + 18;
	}
}

/* By a copy: of bytes at a place that varies, clang keeps the place of each on the stack. */
static __always_inline void copy_address(struct packet *packet, __u32 at, __u32 words[4])
{
	bpf_probe_read_kernel(words, 16, packet->header + (at & (HEADER_BYTES - 1)));
	for (int i = 0; i < 4; i++)
		words[i] = bpf_ntohl(words[i]);
}

static __always_inline void read_inner_ports(struct packet *packet, __u32 point)
{
	struct extensions *extensions = &packet->extensions;
	__u32 at;

	pass_extensions(point, packet->inner_family);
	packet->inner_protocol = extensions->next;
	at = extensions->at;
	if (extensions->status || at + 4 > packet->read ||
	    (extensions->next != IPPROTO_TCP && extensions->next != IPPROTO_UDP))
		return;
	packet->inner_source_port = load16(packet, at);
	packet->inner_destination_port = load16(packet, at + 2);
}

/*
 * The packet of this type at `at` of the one in the scratch of `point`. This and the next one are global functions: the
 * verifier walks through each once, and not for each tunnel.
 */
__noinline int read_inner(__u32 point, __u32 at, __u32 type)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	__u32 family = type == ETH_P_IP ? 4 : 6;
	struct extensions *extensions;

	if (!packet || at + (family == 4 ? 20 : 40) > packet->read)
		return 0;
	extensions = &packet->extensions;
	at &= HEADER_BYTES - 1;
	if (packet->header[at] >> 4 != family)
		return 0;
	packet->inner_family = family;
	extensions->status = 0;
	if (family == 4) {
		load_ipv4(packet, at + 12, packet->inner_source);
		load_ipv4(packet, at + 16, packet->inner_destination);
		extensions->at = at + (packet->header[at] & 15) * 4;
		extensions->next = packet->header[at + 9];
		if (load16(packet, at + 6) & 0x1fff)
			extensions->status = PACKET_FRAGMENT;
	} else {
		copy_address(packet, at + 8, packet->inner_source);
		copy_address(packet, at + 24, packet->inner_destination);
		extensions->at = at + 40;
		extensions->next = packet->header[at + 6];
	}
	read_inner_ports(packet, point);
	return 0;
}

/* Opens the tunnel, if the packet in the scratch of `point` is one. */
__noinline int read_tunnel(__u32 point)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	struct carried carried = {};
	__u32 at;

	if (!packet || packet->status)
		return 0;
	at = packet->transport;
	switch (packet->words[WORD_PROTOCOL]) {
	case IPPROTO_UDP:
		open_udp(packet, at, &carried);
		break;
	case IPPROTO_GRE:
		open_gre(packet, at, &carried);
		break;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		packet->tunnel = TUNNEL_IPIP;
		carried.type = packet->words[WORD_PROTOCOL] == IPPROTO_IPIP ? ETH_P_IP : ETH_P_IPV6;
		carried.at = at;
	}
	if (carried.type == ETH_P_TEB)
		open_ethernet(packet, &carried);
	if (carried.type == ETH_P_IP || carried.type == ETH_P_IPV6)
		read_inner(point, carried.at, carried.type);
	return packet->tunnel;
}
